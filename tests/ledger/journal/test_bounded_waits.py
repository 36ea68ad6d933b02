"""No save waits without a limit or in vain, and nothing that goes wrong beside it leaves half of it behind."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg.conninfo import conninfo_to_dict

from infra.postgres import Urls
from ledger.journal import Addition, Conflict, Journal, JournalUnavailable, open_journal
from ledger.journal.binary_copy import HEADER, packed_facts
from ledger.journal.datastore import datastore_for
from ledger.journal.recorder import JournalRecorder
from ledger.journal.turns import answered
from ledger.journal.waits import Waits
from tests.ledger.journal.crowd import opened
from tests.ledger.journal.tail_readers import FACTS

# Only a hang lasts so long.
DEADLINE = 120.0
# A save by one statement, and one by COPY.
SIZES = [3, 700]
WAITING = "SELECT array_agg(pid) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"


@contextmanager
def waiting(urls: Urls, connections: int = 5, **waits: float) -> Iterator[Journal]:
    """A journal that waits no longer than that."""
    with Journal(JournalRecorder(datastore_for(urls.writer, "clinic", connections, Waits(**waits)))) as journal:
        yield journal


@pytest.fixture
def journal(database_urls: Urls):
    with open_journal(database_urls.writer, "clinic") as journal:
        yield journal


@pytest.fixture
def holder(database_urls: Urls, journal: Journal) -> Iterator[psycopg.Connection[Any]]:
    """A session that has appended `x` and `y` and does not end its transaction."""
    with psycopg.connect(database_urls.writer) as holder:
        holder.execute("SELECT")
        journal.recorder.append_on(holder, [opened("x"), opened("y")], ())
        yield holder


@pytest.fixture
def owner(database_urls: Urls) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_urls.owner, autocommit=True) as owner:
        yield owner


def save(size: int, *wanted: str) -> list[Addition]:
    """So many facts, and between them, apart from each other, those that are wanted."""
    facts = [opened(f"{'-'.join(wanted)}-{number}") for number in range(size)]
    for place, name in enumerate(wanted, 1):
        facts.insert(place * size // (len(wanted) + 1), opened(name))
    return facts


def waiters(owner: psycopg.Connection[Any], coming: Sequence[Future[Any]]) -> list[int]:
    """The processes that wait for the holder, once so many do."""
    deadline = time.monotonic() + DEADLINE
    while True:
        row = owner.execute(WAITING).fetchone()
        pids = (row[0] if row else None) or []
        if len(pids) == len(coming):
            return pids
        assert not any(one.done() for one in coming), "it did not wait"
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.005)


def streams(owner: psycopg.Connection[Any]) -> set[str]:
    return {stream for _, stream, _ in owner.execute(FACTS).fetchall()}


@pytest.mark.parametrize(("facts", "size"), [(30, 1_000_000), (200, 130_000), (201, 130_000), (3000, 9000)])
def test_a_save_of_more_than_twenty_megabytes_ends(journal: Journal, database_urls: Urls, facts: int, size: int):
    assert str(conninfo_to_dict(database_urls.writer)["host"]).startswith("/"), "the hang was seen on unix sockets"
    padded = [Addition(f"account-{number}", 1, "AccountOpened", b"x" * size) for number in range(facts)]
    with ThreadPoolExecutor(1) as pool:
        saved = pool.submit(journal.append, padded)

        assert len(saved.result(DEADLINE)) == facts
    assert sum(len(fact.state) for fact in journal.stored(0, journal.stable_position(), facts)) == facts * size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("limit", ["lock", "statement"])
def test_a_wait_for_what_another_session_holds_ends(
    database_urls: Urls, holder: psycopg.Connection[Any], owner: psycopg.Connection[Any], size: int, limit: str
):
    with waiting(database_urls, **{limit: 0.2}) as journal:
        with pytest.raises(JournalUnavailable, match=f"{limit} timeout"):
            journal.append(save(size, "x"))
        holder.rollback()

        assert streams(owner) == set()
        assert len(journal.append(save(size, "x"))) == size + 1


@pytest.mark.parametrize("size", SIZES)
def test_a_wait_for_the_whole_table_ends(database_urls: Urls, owner: psycopg.Connection[Any], size: int):
    with waiting(database_urls, lock=0.2) as journal:
        with owner.transaction():
            owner.execute("LOCK TABLE clinic.events IN EXCLUSIVE MODE")
            with pytest.raises(JournalUnavailable, match="lock timeout"):
                journal.append(save(size))

        assert len(journal.append(save(size))) == size


def test_a_wait_for_a_connection_ends(database_urls: Urls):
    with waiting(database_urls, connections=1, connect=0.2) as journal:
        with (
            journal.recorder.datastore.get_connection(),
            ThreadPoolExecutor(1) as pool,
            pytest.raises(JournalUnavailable),
        ):
            pool.submit(journal.append, save(3)).result(DEADLINE)

        assert len(journal.append(save(3))) == 3


@pytest.mark.parametrize("size", SIZES)
def test_a_writer_who_stops_before_the_commit_does_not_hold_readers_back_for_ever(
    database_urls: Urls, journal: Journal, size: int
):
    deadline = time.monotonic() + DEADLINE
    with (  # noqa: PT012
        waiting(database_urls, idle_in_transaction=0.3) as stopping,
        pytest.raises(JournalUnavailable, match="idle-in-transaction"),
        answered(),
        stopping.recorder.datastore.get_connection() as connection,
        connection.transaction(),
    ):
        stopping.recorder.append_on(connection, save(size, "x"), ())
        position = journal.append([opened("y")])[0]
        while journal.stable_position() < position:
            assert time.monotonic() < deadline, "the writer that stopped is still waited for"
            time.sleep(0.01)

    assert [fact.stream for fact in journal.follow(0, 10)] == ["account-y"]


def test_a_writer_who_stops_in_the_middle_of_copy_is_ended(database_urls: Urls, journal: Journal):
    facts = save(700, "x")
    ended = journal.recorder.end_stalled_writers
    with (  # noqa: PT012
        psycopg.connect(database_urls.writer, autocommit=True, options="-c statement_timeout=200") as stopped,
        pytest.raises(psycopg.OperationalError),
        stopped.transaction(),
        stopped.cursor() as cursor,
    ):
        cursor.execute("SELECT clinic.reserve_positions(700)")
        with cursor.copy(journal.recorder._copy_events) as copy:
            copy.write(HEADER + next(packed_facts(facts, range(1, 701))))
            position = journal.append([opened("y")])[0]
            assert ended(3600) == 0
            deadline = time.monotonic() + DEADLINE
            while not ended(0.3):
                assert journal.stable_position() == 0
                assert time.monotonic() < deadline, "the writer that stopped is still waited for"
                time.sleep(0.02)
            while journal.stable_position() < position:
                assert time.monotonic() < deadline, "the writer that was ended is still waited for"
                time.sleep(0.02)
            while True:
                copy.write(next(packed_facts(facts, range(1, 701))))

    assert [fact.stream for fact in journal.follow(0, 10)] == ["account-y"]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_in_the_transaction_of_a_save_makes_others_wait(
    database_urls: Urls, journal: Journal, owner: psycopg.Connection[Any], size: int
):
    owner.execute("LISTEN events")
    with journal.recorder.datastore.get_connection() as connection, connection.transaction():
        journal.recorder.append_on(connection, save(size), ())
        held = owner.execute(
            "SELECT DISTINCT locktype, mode FROM pg_locks WHERE pid = %s AND locktype NOT LIKE '%%xid'"
            " AND locktype <> 'transactionid'",
            (connection.info.backend_pid,),
        ).fetchall()
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(journal.append, save(size, "z")).result(DEADLINE)

    shared = {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}
    assert {mode for kind, mode in held if kind == "relation"} <= shared
    assert {(kind, mode) for kind, mode in held if kind != "relation"} == {("advisory", "ShareLock")}
    owner.execute("SELECT")
    assert list(owner.notifies(timeout=0)) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("conflict", [Conflict, IntegrityError])
def test_of_two_that_wait_for_each_other_one_conflicts_and_the_other_is_recorded(
    journal: Journal,
    holder: psycopg.Connection[Any],
    owner: psycopg.Connection[Any],
    size: int,
    conflict: type[Exception],
):
    def by_the_librarys_door(facts: Sequence[Addition]) -> Sequence[int]:
        return journal.recorder.insert_events([StoredEvent(*fact) for fact in facts])

    append = journal.append if conflict is Conflict else by_the_librarys_door
    saves = [save(size, "one", "x", "two"), save(size, "two", "y", "one")]
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(append, facts) for facts in saves]
        waiters(owner, running)
        holder.rollback()
        outcomes = [one.exception(DEADLINE) for one in running]

    lost = 0 if outcomes[0] else 1
    assert isinstance(outcomes[lost], conflict)
    assert "DeadlockDetected" in repr(_causes(outcomes[lost]))
    assert outcomes[1 - lost] is None
    assert streams(owner) == {fact.stream for fact in saves[1 - lost]}


@pytest.mark.parametrize("size", SIZES)
def test_what_cannot_be_serialised_is_a_conflict(journal: Journal, owner: psycopg.Connection[Any], size: int):
    with (  # noqa: PT012
        pytest.raises(Conflict) as caught,
        answered(),
        journal.recorder.datastore.get_connection() as connection,
        connection.transaction(),
    ):
        connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        connection.execute(FACTS)
        with psycopg.connect(owner.info.dsn, password=owner.info.password) as other:
            other.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            other.execute(FACTS)
            journal.recorder.append_on(other, save(size, "other"), ())
        journal.recorder.append_on(connection, save(size, "ours"), ())

    assert "SerializationFailure" in repr(_causes(caught.value))
    assert streams(owner) == {fact.stream for fact in save(size, "other")}


@pytest.mark.parametrize("size", SIZES)
def test_a_connection_that_the_server_ends_in_the_middle_leaves_nothing(
    journal: Journal, holder: psycopg.Connection[Any], owner: psycopg.Connection[Any], size: int
):
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(journal.append, save(size, "x"))
        (pid,) = waiters(owner, [running])
        owner.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises(JournalUnavailable):
            running.result(DEADLINE)
    holder.rollback()

    assert streams(owner) == set()
    assert len(journal.append(save(size, "x"))) == size + 1


class CutOff(list[Addition]):
    """Facts of which the later ones are packed when the connection is gone."""

    descriptor = -1

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice) and key.start and key.start > len(self) // 2:
            with socket.socket(fileno=os.dup(self.descriptor)) as lost:
                lost.shutdown(socket.SHUT_RDWR)
        return super().__getitem__(key)


def test_a_network_that_is_lost_in_the_middle_of_copy_leaves_nothing(
    database_urls: Urls, owner: psycopg.Connection[Any]
):
    facts = CutOff(save(5000))
    with waiting(database_urls, connections=1) as journal:
        with journal.recorder.datastore.get_connection() as connection:
            facts.descriptor = connection.fileno()
        with pytest.raises(JournalUnavailable):
            journal.append(facts)
        assert len(journal.append(save(5000))) == 5000
        assert len(streams(owner)) == 5000


def _causes(error: BaseException | None) -> list[BaseException]:
    found = []
    while error is not None:
        found.append(error)
        error = error.__cause__
    return found
