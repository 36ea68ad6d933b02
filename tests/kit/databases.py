"""The same server, another database."""

from __future__ import annotations

from infra.postgres import Urls
from infra.postgres.urls import changed


def in_database(urls: Urls, name: str) -> Urls:
    """The same roles in another database of the same server."""
    return Urls(*(changed(url, dbname=name) for url in (urls.owner, urls.writer, urls.reader, urls.vault)))
