"""The books in which a scenario is played: a database of its own without persons, and a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.postgres import Urls
from infra.settings import Settings
from tests.kit.staff import give_key


@pytest.fixture
def books(unstaffed_urls: Urls, tmp_path: Path) -> Settings:
    """The settings of an entity of which nothing is recorded."""
    urls = unstaffed_urls
    made = Settings(
        tmp_path / "data",
        owner_url=urls.owner,
        writer_url=urls.writer,
        reader_url=urls.reader,
        vault_url=urls.vault,
    )
    give_key(made.vault_key)
    return made
