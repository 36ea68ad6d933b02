"""The days of an invoice: how far ahead it may be dated, and how long after its issue it may be due."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.refusals import Refused

# A rule of our own, not of a law: an invoice is issued, and its services are given, at most this many days after it is
# recorded, and it is due at most this many days after it was issued.
MOST_AHEAD: Final = 366


def require_due(issued_on: date, due_on: date) -> None:
    """Refuse an invoice that is due before its issue, or long after it."""
    if due_on < issued_on:
        raise Refused("due_before_issue", f"{issued_on} and {due_on}")
    if (due_on - issued_on).days > MOST_AHEAD:
        raise Refused("due_far_after_issue", f"{issued_on} and {due_on}")


DUE_FAR: Final = f"The due date is more than {MOST_AHEAD} days after the issue date; check the year."
