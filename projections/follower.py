"""Follows the journal: adds facts to the read tables page by page, each page and its position in one transaction.

A page ends where a command's save ends, so nobody reads half a save between two pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue

# Facts per page; two pages are in memory, one being read while the other is written.
PAGE: Final = 10_000
# After this many facts in one run, the query planner's statistics are updated; after fewer, the database updates them
# itself soon enough.
MANY: Final = 20_000


class Followed(Protocol):
    """The part of the journal that a follower uses."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the journal's facts."""
        ...

    def stable_position(self) -> int:
        """The stable position: the last end of a save at or below which no new fact can appear."""
        ...

    def end_of_save(self, position: int) -> int:
        """The last position, at or before a stable one, that is inside no command's save."""
        ...

    def hold_stable(self, position: int) -> None:
        """Treat this position as stable, because another reader has already found it to be stable."""
        ...

    def follow(self, after: int, limit: int) -> list[Recorded]:
        """Facts after a position, in order."""
        ...

    def log_position(self, at: datetime) -> int:
        """Log the current stable position with the time at which it is known; returns the position."""
        ...


class Follows(Protocol):
    """What a follower calls on the read tables."""

    def position(self) -> int:
        """The position that the read tables have reached."""
        ...

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        """Add a page of facts; returns the position reached."""
        ...

    def analyse(self) -> None:
        """Update the query planner's statistics."""
        ...


def follow(
    journal: Followed, store: Follows, upto: int | None = None, *, at: datetime | None = None, page: int = PAGE
) -> int:
    """Bring the read tables to the stable position, or to `upto` if that is earlier; returns the position reached.

    If `at` (a time with a time zone) is given, the stable position is logged as known at that time. Several followers
    may run at once: each fact is applied only once. After many facts, the query planner's statistics are updated.
    """
    stable = journal.stable_position() if at is None else journal.log_position(at)
    goal = stable if upto is None else min(upto, stable)
    reached = store.position()
    if reached >= goal:
        return reached
    found, added = journal.follow(reached, page), 0
    with ThreadPoolExecutor(1) as ahead:
        while True:
            batch = [recorded for recorded in found if recorded.position <= goal]
            # If `batch` has fewer facts than a full page, it contains all facts up to the goal.
            end = _end_of_page(journal, batch, reached) if len(batch) == page else goal
            batch = [recorded for recorded in batch if recorded.position <= end]
            # The next page is read while this one is written.
            reading = ahead.submit(journal.follow, end, page) if end < goal else None
            reached = store.apply(batch, after=reached, upto=end)
            added += len(batch) if reached == end else 0
            if reached >= goal:
                break
            # If another follower was faster, continue from its position.
            found = reading.result() if reading is not None and reached == end else journal.follow(reached, page)
    if added >= MANY:
        store.analyse()
    return reached


def _end_of_page(journal: Followed, batch: Sequence[Recorded], reached: int) -> int:
    """The last end of a save in a full page; or the page's last position, if a single save fills the whole page."""
    last = batch[-1].position
    end = journal.end_of_save(last)
    return end if end > reached else last
