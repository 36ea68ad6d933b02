"""Which days are closed, and on which day a fact counts in the general ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from ledger.domain.fact import Part
from ledger.domain.refusals import Refused

_DAY: Final = timedelta(days=1)


class ClosedDays(Part, frozen=True):
    """The last day that is closed hard, and the last day that is closed softly or hard; null if there is none."""

    hard_on: date | None = None
    soft_on: date | None = None


# The duty that may still ask for a day in a softly closed period.
FINANCE: Final = "finance"
NONE_CLOSED: Final = ClosedDays()
# The codes with which a day is refused because it is closed.
CLOSED: Final = ("period_closed", "period_closed_softly")


def require_open(closed: ClosedDays, asked: date, duty: str | None = None) -> None:
    """Refuse a day that a person asked for if it is closed to them, and say which day is the first open one.

    A softly closed day is open to finance, and to a person whose duty nobody knows.
    """
    about = f"{asked} is closed; the first open day is {first_open_day(closed)}"
    if closed.hard_on is not None and asked <= closed.hard_on:
        raise Refused("period_closed", about)
    if duty not in (None, FINANCE) and closed.soft_on is not None and asked <= closed.soft_on:
        raise Refused("period_closed_softly", about)


def counting_day(closed: ClosedDays, day: date, *, asked: bool = False) -> date:
    """The day on which a fact counts: the given day if it is open, else the first open day.

    A softly closed day is open for what a person asked to count on it. Source: Swedish Bookkeeping Act 5:5 and BFNAR
    2013:2, points 2.17-2.18: a correction is made in an open period.
    """
    last = closed.hard_on if asked else closed.soft_on
    return day if last is None or day > last else last + _DAY


def first_open_day(closed: ClosedDays) -> date | None:
    """The first day on which facts count by themselves; null if no day was ever closed."""
    return None if closed.soft_on is None else closed.soft_on + _DAY


def end_of_month(day: date) -> date:
    """The last day of the month of a day."""
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY


def end_of_month_before(day: date) -> date:
    """The last day of the month before that of a day."""
    return day.replace(day=1) - _DAY


def month_of(day: date) -> str:
    """The month of a day, as people write it: 2026-09."""
    return day.isoformat()[: len("2026-09")]
