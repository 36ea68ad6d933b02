"""The journal keeps facts whoever gives commands: its tests begin with books without persons, at position 0."""

from __future__ import annotations

import pytest

from infra.postgres import Urls


@pytest.fixture
def database_urls(unstaffed_urls: Urls) -> Urls:
    """Books without persons."""
    return unstaffed_urls
