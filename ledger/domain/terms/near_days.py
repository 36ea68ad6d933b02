"""Days that somebody says: far from the day on which they are said, they are surely mistyped."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.fact import Command, Envelope
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import Terms


def require_near(command: Command, envelope: Envelope, counts_on: date | None, terms: Terms, today: date) -> None:
    """Refuse a day of a command that is further ahead or back than the command's own rule, or else the terms, allow.

    The accounting date is no further ahead than that, or than the day itself. What a bank's file leads to has the days
    of the file, at which the gate has looked, and of older money; so the days of a command with a cause are possible.
    """
    if envelope.cause is not None:
        return
    ahead = terms.days_ahead if command.most_ahead is None else command.most_ahead
    back = terms.days_back if command.most_back is None else command.most_back
    for day in (envelope.occurred_on, *command.days_said()):
        require_between(day, *near(today, ahead, back))
    if counts_on is not None:
        first, last = near(today, min(ahead, terms.days_ahead), back)
        require_between(counts_on, first, max(last, envelope.occurred_on))


def near(today: date, ahead: int, back: int) -> tuple[date, date]:
    """The first and the last day that is so near, of those that books can have."""
    return max(FIRST_DAY, today - timedelta(days=back)), min(LAST_DAY, today + timedelta(days=ahead))


def require_between(day: date, first: date, last: date) -> None:
    """Refuse a day that is not from the first to the last one."""
    if not first <= day <= last:
        raise Refused("day_far", f"{day}; the first possible day is {first}, the last {last}")
