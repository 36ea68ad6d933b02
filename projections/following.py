"""Following the journal: page after page into the read tables, each page with its position in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue

# Facts a page; two pages are in memory at a time, one being read while the other is written.
PAGE: Final = 10_000
# Facts in one go after which the tables are analysed. Below, the database does so by itself in good time.
MANY: Final = 20_000


class Followed(Protocol):
    """A journal, as far as following needs it."""

    @property
    def catalogue(self) -> Catalogue:
        """What its facts mean."""
        ...

    def stable_position(self) -> int:
        """The position up to which nothing can still appear."""
        ...

    def hold_stable(self, position: int) -> None:
        """Take a position for stable that somebody was told is."""
        ...

    def follow(self, after: int, limit: int) -> list[Recorded]:
        """Facts after a position, in order."""
        ...

    def log_position(self, at: datetime) -> int:
        """Note which position is stable at a time; the position."""
        ...


class Follows(Protocol):
    """Read tables, as far as following needs them."""

    def position(self) -> int:
        """How far they have followed."""
        ...

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        """Add a page; how far they have followed then."""
        ...

    def analyse(self) -> None:
        """Let the planner of queries know how much they hold now."""
        ...


def follow(
    journal: Followed, store: Follows, upto: int | None = None, *, at: datetime | None = None, page: int = PAGE
) -> int:
    """Bring the read tables to the stable position, or to `upto` when that is earlier; the position reached.

    With `at`, an aware time, the stable position is noted as known at that time. Several followers may run
    at once: each fact is applied once. After many facts the tables are analysed.
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
            # A page that is not full, or runs past the goal, holds all that there is up to the goal.
            end = batch[-1].position if len(batch) == page else goal
            # The next page is read while this one is written.
            reading = ahead.submit(journal.follow, end, page) if end < goal else None
            reached = store.apply(batch, after=reached, upto=end)
            added += len(batch) if reached == end else 0
            if reached >= goal:
                break
            # Where another follower was faster, go on from where it is.
            found = reading.result() if reading is not None and reached == end else journal.follow(reached, page)
    if added >= MANY:
        store.analyse()
    return reached
