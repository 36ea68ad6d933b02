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

# A payment is dated at most so differently by two files of an account.
NEAR: Final = timedelta(days=3)


class DetailDay(NamedTuple):
    """A day's payments in detail files less what statements have of them: what exceeds the statements is above zero,
    and what waits for its details below zero.
    """

    on: date
    amount_minor: int


def open_days(days: Sequence[DetailDay], through: date | None, shown_through: date | None) -> list[DetailDay]:
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
            others = [one for one in settled if first.on < one.on <= first.on + NEAR and one not in explained]
            explained.update(next(_meeting(first, others), ()))
    return [one for one in judged if one not in explained]


def _meeting(first: DetailDay, others: Sequence[DetailDay]) -> Iterator[tuple[DetailDay, ...]]:
    """The first day with others that sum with it to zero, the fewest first."""
    for count in range(1, len(others) + 1):
        for some in combinations(others, count):
            if first.amount_minor + sum(one.amount_minor for one in some) == 0:
                yield (first, *some)
