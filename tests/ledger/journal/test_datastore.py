"""A journal has no more sessions in the database than somebody needs, and says at once what is wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal import JournalUnavailable, open_journal
from ledger.journal.datastore import datastore_for
from ledger.journal.recorder import JournalRecorder

_SESSIONS = """
SELECT pid, query FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def sessions(database_urls: Urls):
    """Gives the sessions that others have: by process, what was asked last."""
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        yield lambda: dict(owner.execute(_SESSIONS).fetchall())


def test_what_is_opened_first_is_what_reads_first(database_urls: Urls, sessions):
    with open_journal(database_urls.writer, "clinic") as journal:
        (first,) = sessions()
        for _ in range(3):
            journal.stable_position()
        assert [*sessions()] == [first]


def test_a_second_one_is_opened_when_the_first_is_in_use(database_urls: Urls, sessions):
    together = Barrier(2)

    def read(_):
        with journal.recorder.datastore.get_connection() as connection:
            together.wait(10)
            return connection.info.backend_pid

    with open_journal(database_urls.writer, "clinic") as journal, ThreadPoolExecutor(2) as threads:
        used = set(threads.map(read, range(2)))
        assert set(sessions()) == used
    assert len(used) == 2


def test_nothing_is_asked_before_somebody_asks(database_urls: Urls, sessions):
    with open_journal(database_urls.writer, "clinic"):
        assert [*sessions().values()] == [""]


def test_one_that_nobody_needed_is_closed_with_the_journal(database_urls: Urls):
    datastore = datastore_for(database_urls.writer, "clinic")
    datastore.connect()
    opened = datastore.pool.connection_class._opened[0]
    JournalRecorder(datastore).datastore.close()
    assert opened.closed


def test_what_is_wrong_is_said_at_once(database_urls: Urls):
    with pytest.raises(JournalUnavailable, match="does not exist"):
        open_journal(f"{database_urls.writer}&dbname=nowhere", "clinic")
