"""Readers of the journal by every way there is, tailing it until they are told that nobody writes any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from types import SimpleNamespace
from typing import Any

import psycopg
from eventsourcing.persistence import Notification
from eventsourcing.projection import ApplicationSubscription

from infra.postgres import Urls
from ledger.journal import Journal, Recorded, open_journal
from projections.follower import follow
from projections.store.read_store import ReadStore
from tests.kit.subscription import SubscribedRecorder

# Position, stream and version of a fact.
Seen = tuple[int, str, int]
Tail = Callable[["Readers"], list[Seen]]

ENTITY = "clinic"
FACTS = f"SELECT notification_id, originator_id, originator_version FROM {ENTITY}.events"
STABLE = f"SELECT {ENTITY}.stable_position()"


class Readers:
    """One reader by each way, at once, each seeing with connections of its own."""

    def __init__(self, urls: Urls) -> None:
        self.urls = urls
        self.nobody_writes = Event()
        self._open = ExitStack()
        self._stops: list[Callable[[], None]] = []
        self._iterations: list[list[Seen]] = []
        self._threads = ThreadPoolExecutor(len(TAILS))
        self._running = {name: self._threads.submit(tail, self) for name, tail in TAILS.items()}

    def journal(self, url: str | None = None) -> Journal:
        """A journal of one reader's own."""
        return self._open.enter_context(open_journal(url or self.urls.reader, ENTITY))

    def pages(self, page: Callable[[int], Sequence[Seen]]) -> list[Seen]:
        """Everything, page after page from the last fact seen."""
        seen: list[Seen] = []
        while True:
            last_look = self.nobody_writes.is_set()
            found = page(seen[-1][0] if seen else 0)
            seen += found
            if not found and last_look:
                return seen
            if not found:
                time.sleep(0.002)

    def iterated(self, facts: Iterable[Seen], stop: Callable[[], None]) -> list[Seen]:
        """Everything of an iteration that waits for more until it is stopped."""
        self._stops.append(stop)
        seen: list[Seen] = []
        # It does not know itself when it has come to the end.
        self._iterations.append(seen)
        for one in facts:
            seen.append(one)
        return seen

    def seen(self, last: Seen, seconds: float) -> dict[str, list[Seen]]:
        """What each has seen, once nobody writes any more and that is the last fact there is."""
        self.nobody_writes.set()
        deadline = time.monotonic() + seconds
        while any(seen[-1:] != [last] for seen in self._iterations) and time.monotonic() < deadline:
            time.sleep(0.01)
        for stop in self._stops:
            stop()
        return {name: running.result(seconds) for name, running in self._running.items()}

    def close(self) -> None:
        """Let go of everything, also when a test fails."""
        self.nobody_writes.set()
        for stop in self._stops:
            stop()
        self._threads.shutdown()
        self._open.close()


def _by_follow(readers: Readers) -> list[Seen]:
    journal = readers.journal()
    return readers.pages(lambda after: [_of(one) for one in journal.follow(after, 300)])


def _by_stored(readers: Readers) -> list[Seen]:
    journal = readers.journal()
    return readers.pages(lambda after: [one[:3] for one in journal.stored(after, journal.stable_position(), 1000)])


def _by_replay(readers: Readers) -> list[Seen]:
    journal = readers.journal()
    return readers.pages(lambda after: [_of(one) for page in journal.replay(after, page=2500) for one in page])


def _by_notifications(readers: Readers) -> list[Seen]:
    recorder = readers.journal().recorder
    return readers.pages(
        lambda after: [_told(one) for one in recorder.select_notifications(after, 200, inclusive_of_start=False)]
    )


def _subscribed(readers: Readers) -> SubscribedRecorder:
    return SubscribedRecorder(readers.journal().recorder.datastore)


def _by_subscription(readers: Readers) -> list[Seen]:
    with _subscribed(readers).subscribe(gt=None) as subscription:
        return readers.iterated(map(_told, subscription), subscription.stop)


def _by_application(readers: Readers) -> list[Seen]:
    mapper = SimpleNamespace(to_domain_event=lambda told: told)
    app: Any = SimpleNamespace(name="books", recorder=_subscribed(readers), mapper=mapper)
    with ApplicationSubscription(app, gt=0) as subscription:
        return readers.iterated((_told(told) for told, _ in subscription), subscription.stop)


def _by_sql(readers: Readers) -> list[Seen]:
    with psycopg.connect(readers.urls.reader, autocommit=True) as plain:

        def page(after: int) -> Sequence[Seen]:
            stable = plain.execute(STABLE).fetchone()
            assert stable is not None
            bounds = "WHERE notification_id > %s AND notification_id <= %s ORDER BY 1 LIMIT 100"
            return plain.execute(f"{FACTS} {bounds}", (after, stable[0])).fetchall()

        return readers.pages(page)


class Noted:
    """Read tables that note which facts were put into them."""

    def __init__(self, store: ReadStore) -> None:
        self.store = store
        self.seen: list[Seen] = []

    def position(self) -> int:
        return self.store.position()

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        reached = self.store.apply(batch, after, upto)
        self.seen += [_of(one) for one in batch]
        return reached

    def analyse(self) -> None:
        self.store.analyse()


def _by_read_tables(readers: Readers) -> list[Seen]:
    journal = readers.journal(readers.urls.writer)
    with ReadStore(readers.urls.writer, ENTITY) as store:
        noted = Noted(store)
        while True:
            last_look = readers.nobody_writes.is_set()
            follow(journal, noted, page=500)
            if last_look:
                return noted.seen
            time.sleep(0.01)


TAILS: dict[str, Tail] = {
    "Journal.follow": _by_follow,
    "Journal.stored": _by_stored,
    "Journal.replay": _by_replay,
    "select_notifications": _by_notifications,
    "the library's subscription": _by_subscription,
    "ApplicationSubscription": _by_application,
    "plain SQL": _by_sql,
    "read tables": _by_read_tables,
}


def _of(recorded: Recorded) -> Seen:
    return recorded.position, recorded.stream, recorded.version


def _told(told: Notification) -> Seen:
    return told.id, str(told.originator_id), told.originator_version
