"""The stable position, step by step: whoever writes is stopped between two of them, and whoever reads as well."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra import rooms
from infra.postgres import Urls, connect_urls, start, stop
from infra.settings import Settings
from ledger.journal import Journal, open_journal
from tests.kit.archivable_books import fill, move
from tests.ledger.journal.crowd import opened
from tests.ledger.journal.tail_readers import STABLE

# What the functions of the journal call is called here instead where the search path says so: the lock is taken
# only after a wait, and the list of locks is handed over only after one.
STOPS = """
CREATE SCHEMA stops;
CREATE FUNCTION stops.pg_advisory_xact_lock_shared(integer, integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_lock_shared(42);
    PERFORM pg_catalog.pg_advisory_xact_lock_shared($1, $2);
END $$;
CREATE FUNCTION stops.listed() RETURNS SETOF pg_catalog.pg_locks LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT * FROM pg_catalog.pg_locks;
    PERFORM pg_advisory_lock_shared(42);
END $$;
CREATE VIEW stops.pg_locks AS SELECT * FROM stops.listed();
GRANT USAGE ON SCHEMA stops TO PUBLIC;
GRANT SELECT ON stops.pg_locks TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA stops TO PUBLIC;
"""
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def journal(database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as journal:
        journal.append([opened("before")])
        yield journal


@pytest.fixture
def gate(database_urls: Urls) -> Iterator[psycopg.Connection]:
    """A gate that is shut; whoever stops at it goes on once it is opened."""
    with psycopg.connect(database_urls.owner, autocommit=True) as gate:
        gate.execute(STOPS)
        gate.execute("SELECT pg_advisory_lock(42)")
        yield gate


def stopping(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, options="-c search_path=stops,pg_catalog")


def until_stopped(gate: psycopg.Connection, coming: Future[Any]) -> None:
    deadline = time.monotonic() + 60
    while gate.execute(WAITING).fetchone() != (1,):
        assert not coming.done(), f"it did not stop: {coming.exception()}"
        assert time.monotonic() < deadline, "nobody came to the gate"
        time.sleep(0.005)


def test_who_has_not_taken_the_lock_has_drawn_nothing(journal: Journal, database_urls: Urls, gate: psycopg.Connection):
    with stopping(database_urls.writer) as connection, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(journal.recorder.append_on, connection, [opened("slow")], ())
        until_stopped(gate, slow)
        journal.append([opened("fast")])
        told = journal.stable_position()
        gate.execute("SELECT pg_advisory_unlock(42)")

        assert slow.result(60)[0] > told


def test_who_is_not_in_the_list_draws_beyond_what_was_drawn_before_it(
    journal: Journal, database_urls: Urls, gate: psycopg.Connection
):
    before = journal.stable_position()
    with stopping(database_urls.reader) as reader, ThreadPoolExecutor(1) as pool:
        told = pool.submit(reader.execute, STABLE)
        until_stopped(gate, told)
        with journal.recorder.datastore.get_connection() as slow, slow.transaction():
            missing = journal.recorder.append_on(slow, [opened("slow")], ())[0]
            journal.append([opened("fast")])
            gate.execute("SELECT pg_advisory_unlock(42)")

            assert told.result(60).fetchone() == (before,)
        assert missing > before


def test_what_was_stable_stays_so_while_a_writer_is_there_who_looked_long_ago(
    journal: Journal, database_urls: Urls, gate: psycopg.Connection
):
    with stopping(database_urls.writer) as connection, connection.transaction(), ThreadPoolExecutor(1) as pool:
        slow = pool.submit(journal.recorder.append_on, connection, [opened("slow")], ())
        until_stopped(gate, slow)
        position = journal.append([opened("fast")])[0]
        assert journal.stable_position() == position
        gate.execute("SELECT pg_advisory_unlock(42)")
        slow.result(60)

        with psycopg.connect(database_urls.reader) as reader:
            assert reader.execute(STABLE).fetchone() == (position - 1,), "the writer looked before the fast one"
        assert journal.stable_position() == position
        assert [fact.stream for fact in journal.follow(0, 10)] == ["account-before", "account-fast"]


def test_numbers_drawn_in_vain_are_not_told_in_books_without_a_fact(database_urls: Urls, tmp_path: Path):
    with open_journal(database_urls.writer, "clinic") as journal:
        draw_in_vain(journal)
        assert journal.stable_position() == 0

        last = fill(journal)
        move(database_urls, tmp_path, last)
        draw_in_vain(journal)

    with open_journal(database_urls.reader, "clinic") as reader:
        assert reader.stable_position() == last
        assert reader.follow(0, 1000)[-1].position == last


def draw_in_vain(journal: Journal) -> None:
    with journal.recorder.datastore.get_connection() as connection, connection.transaction(force_rollback=True):
        journal.recorder.append_on(connection, [opened("in-vain")], ())


def test_a_standby_tells_what_was_logged_and_holds_all_up_to_it(new_books: Callable[..., Settings]):
    settings = new_books()
    start(settings, child=True, durable=False)
    rooms.upgrade(settings, "clinic")
    with open_journal(connect_urls(settings, "clinic").writer, "clinic") as journal:
        journal.append([opened("logged")])
        logged = journal.log_position(datetime(2026, 10, 1, tzinfo=UTC))
        journal.append([opened("after")])
    stop(settings)
    # A server that waits for more to replay, as one does that follows another.
    (data,) = settings.data_dir.rglob("data/PG_VERSION")
    data.with_name("standby.signal").touch()
    start(settings, child=True, durable=False)

    with open_journal(connect_urls(settings, "clinic").reader, "clinic") as journal:
        assert journal.stable_position() == logged
        assert [fact.stream for fact in journal.follow(0, 10)] == ["account-logged"]
