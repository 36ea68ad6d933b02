"""The days of an invoice: far from the day on which it is recorded, they are surely mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from ledger.domain.fact import Envelope
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import Terms

# A rule of our own, not of a law: an invoice is issued, and its services are given, at most this many days after it is
# recorded, and it is due at most this many days after it was issued.
MOST_AHEAD: Final = 366


def require_days(issued_on: date, due_on: date, services: Iterable[date], terms: Terms, envelope: Envelope) -> None:
    """Refuse an invoice that is dated too far ahead or back, or due before its issue or long after it.

    How far back it may be is the entity's term for the days of banks, because both are days of old money.
    """
    if due_on < issued_on:
        raise Refused("due_before_issue", f"{issued_on} and {due_on}")
    today = envelope.recorded_at.date()
    first, last = today - timedelta(days=terms.days_back), today + timedelta(days=MOST_AHEAD)
    for day in (issued_on, *services):
        if not first <= day <= last:
            raise Refused("invoice_day_far", f"{day}; from {first} to {last}")
    if (due_on - issued_on).days > MOST_AHEAD:
        raise Refused("due_far_after_issue", f"{issued_on} and {due_on}")


DUE_FAR: Final = f"The due date is more than {MOST_AHEAD} days after the issue date; check the year."
DAY_FAR: Final = (
    f"An invoice, and the services on it, are dated at most {MOST_AHEAD} days ahead, and not further back than the "
    "entity's term days_back allows. Check the year; the first and the last possible day are named here."
)
