"""The command line on a database of the test's own, and a small clinic's books made with it once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from infra.postgres import Urls
from tests.conftest import served
from tests.infra.cli.clinic import Clinic, data
from tests.infra.cli.command_line import Reskontra


@pytest.fixture
def reskontra(database_environ: dict[str, str]) -> Reskontra:
    """The command line on books that are empty."""
    return Reskontra(database_environ)


@pytest.fixture(scope="session")
def opened_clinic(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """Books with a declared bank account, two patients, two series, and three invoices, to be copied."""
    urls = databases.make()
    yield Clinic.opened(_command_line(urls, tmp_path_factory.mktemp("opened")), tmp_path_factory.mktemp("files"))
    databases.finish(urls)


@pytest.fixture(scope="session")
def loaded_clinic(databases: Any, opened_clinic: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The same books with a bank day in them, to be copied."""
    urls = databases.make(_database(opened_clinic))
    clinic = opened_clinic.moved(_command_line(urls, tmp_path_factory.mktemp("loaded")), opened_clinic.folder)
    clinic.load(clinic.day())
    yield clinic
    databases.finish(urls)


@pytest.fixture
def clinic(databases: Any, opened_clinic: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """The clinic's books for one test: three invoices, nothing paid."""
    urls = databases.make(_database(opened_clinic))
    yield opened_clinic.moved(_command_line(urls, tmp_path), tmp_path)
    databases.finish(urls)


@pytest.fixture
def loaded(databases: Any, loaded_clinic: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """The clinic's books for one test, the bank day loaded: p1 has 50.00 of customer credit."""
    with copied(databases, loaded_clinic, tmp_path) as clinic:
        yield clinic


@pytest.fixture
def sealed(loaded: Clinic) -> Clinic:
    """The same books, sealed."""
    loaded.reskontra("seal now --day 2024-11-10")
    return loaded


@pytest.fixture
def outgrown(sealed: Clinic) -> Clinic:
    """The same books, sealed, and one invoice more after the seal."""
    sealed.issue("i4", "p2", 10000, "2026-11-11")
    return sealed


@contextmanager
def copied(databases: Any, clinic: Clinic, folder: Path) -> Iterator[Clinic]:
    """A copy of a clinic's books and of its archived files; nobody has the books open."""
    urls = databases.make(_database(clinic))
    copytree(data(clinic) / "archive", folder / "data" / "archive")
    yield clinic.moved(_command_line(urls, folder), folder)
    databases.finish(urls)


def _command_line(urls: Urls, folder: Path) -> Reskontra:
    return Reskontra(served(urls, folder / "data"))


def _database(clinic: Clinic) -> str:
    return str(conninfo_to_dict(clinic.reskontra.environ["RESKONTRA_DATABASE_URL"])["dbname"])
