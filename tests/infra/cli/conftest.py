"""The command line on a database of the test's own, and a small clinic's books made with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.cli.asked import Reskontra
from tests.infra.cli.clinic import Clinic


@pytest.fixture
def reskontra(database_environ: dict[str, str]) -> Reskontra:
    """The command line on books that are empty."""
    return Reskontra(database_environ)


@pytest.fixture
def clinic(reskontra: Reskontra, tmp_path: Path) -> Clinic:
    """Books with a declared bank account, two patients, two series, and three invoices."""
    return Clinic(reskontra, tmp_path)
