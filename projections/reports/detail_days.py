"""The days on which detail files and statements have other sums of an account's payments.

On one day statements may have more, which waits for its details, and on another day files may show more than the
statements have. The one is never netted with the other, unless it surely is the same money that the files date
differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Final, NamedTuple

from ledger.domain.terms.bank_days import SWEDEN, after

# A payment is dated at most so differently by two files of an account, or a bank day.
NEAR: Final = timedelta(days=3)


class DetailDay(NamedTuple):
    """A day's money in detail files less what statements have of it; `debits_minor` is the part of debits.

    Payments that exceed the statements are above zero, and returns and charges that do below zero. The other way round,
    payments that wait for their details are below zero, and returns that do above zero.
    """

    on: date
    amount_minor: int
    debits_minor: int = 0

    @property
    def in_excess(self) -> tuple[int, ...]:
        """What files show and no statement has: an amount of payments, or one of returns and charges."""
        return tuple(one for one, is_excess in self._parts if is_excess)

    @property
    def waiting(self) -> tuple[int, ...]:
        """What statements have and no file shows in detail: an amount of payments, or one of returns."""
        return tuple(one for one, is_excess in self._parts if not is_excess)

    @property
    def _parts(self) -> list[tuple[int, bool]]:
        # A sum of payments less a return is one amount of a statement, so only what is left of both differs.
        least, most = sorted((0, self.amount_minor))
        debits = max(least, min(most, self.debits_minor))
        credits = self.amount_minor - debits
        return [one for one in ((credits, credits > 0), (debits, debits < 0)) if one[0]]


def near_through(on: date, calendar: str = SWEDEN) -> date:
    """The last day on which another file may have what one has on this day: the next bank day may be days away."""
    return max(on + NEAR, after(on, 1, calendar))


def open_days(
    days: Sequence[DetailDay], through: date | None, shown_through: date | None, calendar: str = SWEDEN
) -> list[DetailDay]:
    """The days, in order, on which an account's detail files and statements differ and nothing else explains it.

    `through` is the last day of the statements: what files show of later days, also debits, differs from nothing yet.
    `shown_through` is the last day of the detail files. Days near each other explain each other if they sum to exactly
    zero and detail files have come of a later day; until then, a sum may still get its own details.
    """
    judged = sorted(one for one in days if through is not None and one.on <= through)
    settled = [one for one in judged if shown_through is not None and one.on < shown_through]
    explained: set[DetailDay] = set()
    for first in settled:
        if first not in explained:
            near = near_through(first.on, calendar)
            others = [one for one in settled if first.on < one.on <= near and one not in explained]
            explained.update(next(_meeting(first, others), ()))
    return [one for one in judged if one not in explained]


def on_the_way(
    differing: Sequence[DetailDay], through: date, calendar: str = SWEDEN, *, more_come: bool = True
) -> list[DetailDay]:
    """Those of the days that differ of which the next files may still explain the money.

    Days near each other sum to zero and only lack detail files of a later day, or the statements, which reach to
    `through`, have not come of all days near an excess, and `more_come`.
    """
    left = open_days(differing, through, date.max, calendar)
    return [
        one
        for one in differing
        if one not in left or (more_come and one.in_excess and near_through(one.on, calendar) > through)
    ]


def _meeting(first: DetailDay, others: Sequence[DetailDay]) -> Iterator[tuple[DetailDay, ...]]:
    """The first day with others that sum with it to zero, the fewest first."""
    for count in range(1, len(others) + 1):
        for some in combinations(others, count):
            if first.amount_minor + sum(one.amount_minor for one in some) == 0:
                yield (first, *some)
