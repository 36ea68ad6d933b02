"""The event store library's own test cases for recorders, run against ours on the real database."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, ProgrammingError, StoredEvent

from infra.postgres import Urls
from ledger.journal.datastore import datastore_for
from tests.kit.subscription import SubscribedRecorder

# The library's module of test cases imports a cipher that needs another package than the one it recommends;
# no recorder is tested with a cipher.
sys.modules.setdefault("eventsourcing.cipher", import_module("eventsourcing.cryptography"))
cases: Any = import_module("eventsourcing.tests.persistence")


class Stored:
    """Gives the library's cases our recorder on a database of the test's own, with streams that have names."""

    urls: Urls

    @pytest.fixture(autouse=True)
    def _database(self, database_urls: Urls):
        type(self).urls = database_urls
        self.datastores: list[Any] = []
        yield
        for datastore in self.datastores:
            datastore.close()

    def create_recorder(self) -> SubscribedRecorder:
        # As the library's own tests do, so many connections that no thread waits for one.
        self.datastores.append(datastore_for(self.urls.writer, "clinic", connections=12))
        return SubscribedRecorder(self.datastores[-1])

    def new_originator_id(self) -> str:
        return f"account-{uuid4()}"


class TestJournalRecorder(Stored, cases.ApplicationRecorderTestCase):
    """Nothing is adapted: inserting, selecting, limits, topics, conflicts, concurrent writers and readers."""

    def test_insert_subscribe(self) -> None:
        super().optional_test_insert_subscribe()

    def test_subscribe_concurrent_reading_and_writing(self) -> None:
        # After the library's test of this name, which is not in what it installs.
        recorder = self.create_recorder()
        batches, size = 20, 100

        def read() -> list[int]:
            with recorder.subscribe(None) as subscription:
                return [next(subscription).id for _ in range(batches * size)]

        def write() -> list[int]:
            events = [[self._event() for _ in range(size)] for _ in range(batches)]
            return [position for batch in events for position in recorder.insert_events(batch)]

        with ThreadPoolExecutor(2) as pool:
            reading, writing = pool.submit(read), pool.submit(write)
            assert reading.result(60) == writing.result(60)

    def test_a_closed_connection_is_opened_again(self) -> None:
        # As the library does for select_notifications and max_notification_id.
        recorder = self.create_recorder()
        recorder.insert_events([self._event()])
        for ask in (lambda: len(recorder.select_notifications(1, 10)), recorder.max_notification_id):
            with recorder.datastore.get_connection() as connection:
                connection.close()
            assert ask() == 1

    def _event(self) -> StoredEvent:
        return StoredEvent(self.new_originator_id(), self.INITIAL_VERSION, "topic1", b"state1")


class TestStreams(Stored, cases.AggregateRecorderTestCase):
    """Adapted: an application recorder answers an insert with positions, where this case, written for recorders
    of snapshots, expects None. Everything else is asserted as it is."""

    def create_recorder(self) -> Any:
        recorder = super().create_recorder()
        inserting = recorder.insert_events

        def insert_events(stored_events: Any) -> None:
            assert len(inserting(stored_events)) == len(stored_events)

        recorder.insert_events = insert_events  # type: ignore[method-assign, assignment]
        return recorder


class TestNonInterleaving(Stored, cases.NonInterleavingNotificationIDsBaseCase):
    """Adapted: two writers at once do interleave, since nobody waits for a lock on the table. What the case is
    there for holds: no position appears below one that was seen. `test_readers_see_all` counts that at length."""

    def test(self) -> None:
        recorder = self.create_recorder()
        streams = [self.new_originator_id() for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            saved = list(pool.map(lambda stream: recorder.insert_events(self.create_stack(stream)), streams))

        told = recorder.select_notifications(None, 2 * self.insert_num)
        assert [one.id for one in told] == sorted([*saved[0], *saved[1]])
        for stream, positions in zip(streams, saved, strict=True):
            assert [one.id for one in told if one.originator_id == stream] == list(positions)


class TestTroubles(Stored, cases.RecorderTestCase):
    """After the library's tests of a recorder's errors, which are not in what it installs.

    Left out: those that break the SQL of its `create_table` and its composite type, of which we have neither, and
    the one of the lock on the table; `test_bounded_waits` tests that waits end.
    """

    def test_tables_are_never_made_at_start_up(self) -> None:
        self.datastores.append(datastore_for(self.urls.writer, "nowhere"))
        recorder = SubscribedRecorder(self.datastores[-1])
        event = StoredEvent(self.new_originator_id(), 1, "topic1", b"state1")
        for ask in (
            lambda: recorder.insert_events([event]),
            lambda: recorder.select_events(event.originator_id),
            lambda: recorder.select_notifications(1, 1),
            recorder.max_notification_id,
        ):
            with pytest.raises(ProgrammingError):
                ask()

    def test_it_is_an_application_recorder_of_the_librarys(self) -> None:
        assert isinstance(self.create_recorder(), ApplicationRecorder)


del cases
