"""One session at a time does a piece of work, and who comes next finds the lock free."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal.locks import alone, lock_key
from tests.kit.held_commits import until

TAKEN = TimeoutError("taken")


def connected(urls: Urls) -> psycopg.Connection:
    return psycopg.connect(urls.reader, autocommit=True)


def test_a_second_session_is_refused_until_the_first_has_ended(database_urls: Urls):
    with connected(database_urls) as one, connected(database_urls) as other:
        with (
            alone(one, "clinic", "counting", TAKEN),
            alone(other, "clinic", "sorting", TAKEN),
            alone(other, "hospital", "counting", TAKEN),
            pytest.raises(TimeoutError),
            alone(other, "clinic", "counting", TAKEN),
        ):
            raise AssertionError("two at a time")
        with alone(other, "clinic", "counting", TAKEN):
            pass


def test_who_waits_gets_it_and_waits_for_other_locks_as_before(database_urls: Urls):
    with connected(database_urls) as one, connected(database_urls) as other, ThreadPoolExecutor(1) as threads:
        other.execute("SET lock_timeout = '7s'")

        def wait() -> object:
            with alone(other, "clinic", "counting", TAKEN, patience_s=30):
                row = other.execute("SHOW lock_timeout").fetchone()
                return row and row[0]

        with alone(one, "clinic", "counting", TAKEN):
            waiting = threads.submit(wait)
            query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = %s"
            until(lambda: one.execute(query, (other.info.backend_pid,)).fetchone() == (1,))
        assert waiting.result(timeout=30) == "7s"


def test_a_connection_that_is_lost_hides_nothing_that_went_wrong(database_urls: Urls):
    def lost_at_work() -> None:
        with connected(database_urls) as one, alone(one, "clinic", "counting", TAKEN):
            with connected(database_urls) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (one.info.backend_pid,))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lost_at_work()


def test_no_work_has_the_lock_of_a_stream():
    assert len({lock_key("clinic", what) for what in ("archiving", "rebuilding", "upgrading", "series-INV")}) == 4
