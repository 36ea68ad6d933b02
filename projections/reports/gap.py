"""A gap between two statements of a bank account: what no loaded statement shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

_ONE_DAY: Final = timedelta(days=1)


class Gap(NamedTuple):
    """What no loaded statement shows: one statement closes with a balance, and the next opens with another.

    If a number between theirs is missing, the balances may be equal: what is missing came in and went out. `after_on`
    is the last day before the gap, and `before_on` the first day after it; both are the same day if the missing
    statement is of the middle of a day.
    """

    after_on: date
    before_on: date
    closing_minor: int
    opening_minor: int
    sequences: tuple[str | None, str | None]

    @property
    def first_on(self) -> date:
        """The first day of which money may be missing."""
        return min(self.after_on + _ONE_DAY, self.before_on)

    @property
    def amount_minor(self) -> int:
        """The sum of what is missing."""
        return self.opening_minor - self.closing_minor
