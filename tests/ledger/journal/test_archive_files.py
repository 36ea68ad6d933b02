"""Keeping archived years: the books name every archived fact's place as the files have it, or that is said."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal import open_journal
from ledger.journal.archive_files import archived_files, check_file
from ledger.journal.archived_years import ArchivedFactsUnreadable
from tests.kit.archivable_books import fill, move


@pytest.fixture
def folder(database_urls: Urls, tmp_path: Path) -> Path:
    """Twelve streams of five facts each, archived into files of twenty-five facts."""
    with open_journal(database_urls.writer, "clinic") as journal:
        move(database_urls, tmp_path / "archived", fill(journal), most=25)
    return tmp_path / "archived"


def found_of(urls: Urls) -> list[str]:
    """What each file is said to be, in order; nothing where it is sound."""
    found = []
    for file in archived_files(urls.owner, "clinic"):
        try:
            check_file(urls.owner, "clinic", file)
        except ArchivedFactsUnreadable as wrong:
            found.append(str(wrong).partition("the first stream that differs is ")[2])
    return found


def test_what_is_as_it_was_archived_is_sound(database_urls: Urls, folder: Path):
    assert len(archived_files(database_urls.owner, "clinic")) == 3
    assert found_of(database_urls) == []


@pytest.mark.parametrize(
    ("change", "stream"),
    [
        ("DELETE FROM clinic.archived_streams WHERE stream = 'account-5' AND last_version = 2", "account-5"),
        (
            "UPDATE clinic.archived_streams SET positions = '{5}' WHERE stream = 'account-3' AND last_version = 5",
            "account-3",
        ),
        (
            "UPDATE clinic.archived_streams SET positions = '{}' WHERE stream = 'account-3' AND last_version = 5",
            "account-3",
        ),
        (
            "UPDATE clinic.archived_streams SET positions = array[positions[2], positions[1]] "
            "WHERE stream = 'account-7' AND cardinality(positions) = 2 AND last_version = 2",
            "account-7",
        ),
        (
            "UPDATE clinic.archived_streams SET last_version = 9 WHERE stream = 'account-1' AND last_version = 5",
            "account-1",
        ),
        (
            "UPDATE clinic.archived_streams SET stream = 'account-99' WHERE stream = 'account-9' AND last_version = 2",
            "account-9",
        ),
        ("INSERT INTO clinic.archived_streams VALUES ('account-98', 1, 7, '{7}')", "account-98"),
        ("INSERT INTO clinic.archived_streams VALUES ('account-98', 1, 7000, '{7000}')", "account-98"),
    ],
)
def test_a_place_that_is_not_the_files_is_named(database_urls: Urls, folder: Path, change: str, stream: str):
    with psycopg.connect(database_urls.owner) as owner:
        assert owner.execute(change).rowcount == 1

    assert found_of(database_urls) == [f"{stream}; restore that table from a backup"]


def test_archived_facts_are_for_their_owner_alone(folder: Path):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o400}
