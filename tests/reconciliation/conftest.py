"""A clinic on real books, for whatever the bank day does to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.postgres import Urls
from tests.kit.clinic import Clinic, clinic_on


@pytest.fixture
def clinic(database_urls: Urls, tmp_path: Path) -> Iterator[Clinic]:
    """Its five patients have an invoice of 250.00 each."""
    with clinic_on(database_urls.writer, tmp_path / "clinic") as clinic:
        yield clinic.opened()
