"""Of a stream that a reader knows, only newer facts are read; all of them if more has been archived since."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.postgres import Urls
from ledger.journal import Journal, open_journal
from ledger.journal.known_streams import NOTHING_KNOWN, Known
from tests.kit.archivable_books import added, fill, move


@pytest.fixture
def journal(database_urls: Urls) -> Iterator[Journal]:
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def versions(journal: Journal, streams: list[str], known: Known = NOTHING_KNOWN) -> tuple[dict[str, list[int]], int]:
    """The versions that are read of each stream, and the last archived position."""
    facts, reach = journal.newer(streams, known)
    found: dict[str, list[int]] = {}
    for stream, version, _ in facts:
        found.setdefault(stream, []).append(version)
    return found, reach


def test_only_newer_facts_of_a_known_stream_are_read(journal: Journal):
    fill(journal, streams=3, rounds=3)
    known = Known({"account-1": 2, "account-2": 3}, 0)
    assert versions(journal, ["account-0"], known) == ({"account-0": [1, 2, 3], "account-1": [3]}, 0)


def test_all_facts_are_read_if_more_has_been_archived(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal, streams=3, rounds=3)
    known = Known({"account-1": 2}, 0)
    move(database_urls, tmp_path, last)
    assert versions(journal, [], known) == ({"account-1": [1, 2, 3]}, last)


def test_what_was_read_after_the_archiving_is_known(database_urls: Urls, journal: Journal, tmp_path: Path):
    last = fill(journal, streams=3, rounds=3)
    move(database_urls, tmp_path, last)
    journal.append([added("account-1", 4)])
    assert versions(journal, ["account-0"], Known({"account-1": 3}, last)) == (
        {"account-0": [1, 2, 3], "account-1": [4]},
        last,
    )
