"""A subscription to the journal for the library's cases: facts as they become stable, asked for and not announced.

Nothing of the program subscribes: whoever reads for ever follows the journal.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Event
from typing import Final

from eventsourcing.persistence import (
    ApplicationRecorder,
    InterfaceError,
    Notification,
    OperationalError,
    Subscription,
)

from ledger.journal.recorder import JournalRecorder

# Facts a page.
PAGE: Final = 1000
# Seconds between two looks: short after something came, longer and longer while nothing does.
SOONEST: Final = 0.005
LATEST: Final = 0.25
# Seconds for which a database that does not answer is asked again before its error is raised.
PATIENCE: Final = 60.0


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Facts after a position, each once and in order, by the library's interface for subscribers.

    Nobody announces facts: a NOTIFY in the transaction that records them would make all writers wait for each
    other. Iterating blocks until there is a fact or `stop` is called, from any thread, and outlasts a database
    that is away for less than `patience` seconds.
    """

    def __init__(
        self,
        recorder: ApplicationRecorder,
        gt: int | None = None,
        topics: Sequence[str] = (),
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(recorder, gt, list(topics))
        self._after = gt or 0
        self._page: list[Notification] = []
        self._patience = patience
        self._stopping = Event()

    def stop(self) -> None:
        """End the iteration, also one that waits at this moment."""
        super().stop()
        self._stopping.set()

    def __next__(self) -> Notification:
        """The next fact; StopIteration once stopped."""
        pause = SOONEST
        away_since: float | None = None
        while not self._has_been_stopped:
            if self._page:
                return self._page.pop()
            try:
                self._page = self._next_page()
                away_since = None
            except (OperationalError, InterfaceError):
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > self._patience:
                    raise
                pause = LATEST
            if not self._page:
                self._stopping.wait(pause)
                pause = min(pause * 2, LATEST)
        raise StopIteration

    def _next_page(self) -> list[Notification]:
        """A page of facts, the first of them last."""
        # What our recorder tells here is the stable position.
        stable = self._recorder.max_notification_id() or 0
        if stable <= self._after:
            return []
        found = self._recorder.select_notifications(self._after, PAGE, stable, self._topics, inclusive_of_start=False)
        # A page that is not full holds all that there is; what is of other topics is not looked through again.
        self._after = found[-1].id if len(found) == PAGE else stable
        return list(reversed(found))


class SubscribedRecorder(JournalRecorder):
    """Our recorder with a subscription, which the library's cases and subscribers ask for."""

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:  # type: ignore[override]
        """Facts after a position as they become stable."""
        return PollingSubscription(self, gt, topics)
