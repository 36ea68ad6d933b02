"""Every reader sees every fact once and in order, while many write at once, slowly, in vain, and are killed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal import Journal, open_journal
from tests.kit.seeds import seeds
from tests.ledger.journal.crowd import Crowd, opened
from tests.ledger.journal.tail_readers import FACTS, STABLE, Readers, Seen

WAIT = 120.0


class Count(NamedTuple):
    """What became of a reader's facts, against what there is."""

    skipped: int
    repeated: int
    invented: int
    rising: bool


def counted(seen: list[Seen], there: list[Seen]) -> Count:
    known = set(seen)
    positions = [position for position, _, _ in seen]
    return Count(
        len(set(there) - known), len(seen) - len(known), len(known - set(there)), positions == sorted(positions)
    )


def there_is(urls: Urls) -> list[Seen]:
    """All facts, once no writer is left who might still add one."""
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        deadline = time.monotonic() + WAIT
        while True:
            facts = owner.execute(f"{FACTS} ORDER BY 1").fetchall()
            if owner.execute(STABLE).fetchone() == (facts[-1][0],):
                return facts
            assert time.monotonic() < deadline, "a writer that is gone still holds the stable position back"
            time.sleep(0.02)


def each_sees_all(urls: Urls, seed: int, folder: Path, writers: int, saves: int, dying: int) -> None:
    readers = Readers(urls)
    crowd = Crowd(urls.writer, seed, folder, writers, saves, dying)
    try:
        crowd.wait(WAIT)
        there = there_is(urls)
        seen = readers.seen(there[-1], WAIT)
    finally:
        crowd.end()
        readers.close()

    counts = {name: counted(facts, there) for name, facts in seen.items()}
    assert counts == dict.fromkeys(counts, Count(skipped=0, repeated=0, invented=0, rising=True))
    acknowledged = crowd.acknowledged()
    assert set(acknowledged) <= set(there)
    assert len(acknowledged) > saves
    with psycopg.connect(urls.reader) as reader:
        accounts = reader.execute("SELECT account_id, opened_at_position FROM clinic.accounts").fetchall()
    assert sorted(accounts) == sorted(
        (stream.removeprefix("account-"), at) for at, stream, _ in there if stream.startswith("account-")
    )


@pytest.mark.parametrize("seed", seeds(everyday=[1], soak=[2, 3]))
def test_every_reader_sees_every_fact_once_and_in_order(database_urls: Urls, tmp_path: Path, seed: int):
    each_sees_all(database_urls, seed, tmp_path, writers=6, saves=12, dying=3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 160))
def test_every_reader_sees_every_fact_once_and_in_order_for_long(database_urls: Urls, tmp_path: Path, seed: int):
    each_sees_all(database_urls, seed, tmp_path, writers=8, saves=150, dying=4)


@pytest.fixture
def journal(database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


def naive_page(urls: Urls, after: int) -> list[Seen]:
    """What a reader sees that goes as far as there is anything."""
    with psycopg.connect(urls.reader) as reader:
        return reader.execute(f"{FACTS} WHERE notification_id > %s ORDER BY 1", (after,)).fetchall()


@pytest.mark.parametrize("size", [1, 300])
def test_a_reader_that_goes_as_far_as_there_is_anything_does_skip(journal: Journal, database_urls: Urls, size: int):
    readers = Readers(database_urls)
    try:
        with journal.recorder.datastore.get_connection() as slow, slow.transaction():
            journal.recorder.append_on(slow, [opened(f"slow-{number}") for number in range(size)], ())
            journal.append([opened(f"fast-{number}") for number in range(size)])
            naive = naive_page(database_urls, 0)
            assert journal.stable_position() == 0
        naive += naive_page(database_urls, naive[-1][0])
        there = there_is(database_urls)
        seen = readers.seen(there[-1], WAIT)
    finally:
        readers.close()

    assert counted(naive, there).skipped == size
    assert {name: counted(facts, there) for name, facts in seen.items()} == dict.fromkeys(seen, Count(0, 0, 0, True))


def test_numbers_drawn_in_vain_are_no_stable_position(journal: Journal):
    journal.append([opened("one")])
    stable = journal.stable_position()
    with journal.recorder.datastore.get_connection() as connection:
        connection.execute("SELECT clinic.reserve_positions(50)")

    assert journal.stable_position() == stable
    assert journal.append([opened("two")]) == [stable + 51]


def test_what_holds_a_lock_that_is_none_of_a_writers_does_not_hold_readers_back(journal: Journal, database_urls: Urls):
    journal.append([opened("one")])
    with psycopg.connect(database_urls.writer) as other:
        other.execute("SELECT pg_advisory_xact_lock(clinic.journal_lock(), 0)")
        other.execute("SELECT pg_advisory_xact_lock_shared(0)")
        position = journal.append([opened("two")])[0]

        assert journal.stable_position() == position


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_the_stable_position_is_refused_where_the_next_statement_would_not_see_up_to_it(
    journal: Journal, database_urls: Urls, level: str
):
    with psycopg.connect(database_urls.reader) as reader:
        reader.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="read committed"):
            reader.execute(STABLE)


def test_a_server_that_isolates_more_by_default_is_followed_all_the_same(database_urls: Urls):
    stricter = f"{database_urls.writer}{'&' if '?' in database_urls.writer else '?'}options=-c%20" + (
        "default_transaction_isolation%3Dserializable"
    )
    with open_journal(stricter, "clinic") as journal:
        journal.append([opened(f"{number}") for number in range(300)])

        assert len(journal.follow(0, 1000)) == 300
