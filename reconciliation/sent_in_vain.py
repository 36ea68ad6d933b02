"""Reminders that were sent in vain: they asked for money that was with us on their day, as is known now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from reconciliation.reminded import SentInVain

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.matching.waiting_money import Part
    from reconciliation.reminder_evidence import Evidence


def sent_in_vain(books: Books, seen: Evidence, on: date | None = None) -> tuple[SentInVain, ...]:
    """The reminders of a day, or of all days, whose money was there; the newest day first."""
    waiting = {row["item_id"]: _waiting(row, seen) for row in seen.due if row["reminded_on"] is not None}
    found = books.store.reminders.paid_after([id for id, parts in waiting.items() if parts], on)
    judged = [_judged(row, waiting.get(row["item_id"], ())) for row in found]
    return tuple(one for one in judged if one.there_minor > 0)


def _waiting(row: Mapping[str, Any], seen: Evidence) -> tuple[Part, ...]:
    """What of receipts from the day of an item's reminder or earlier still waits for the item."""
    parts = seen.planned_for(row["item_id"]).parts
    return tuple(one for one in parts if one.money.booked_on and one.money.booked_on <= row["reminded_on"])


def _judged(row: Mapping[str, Any], waiting: tuple[Part, ...]) -> SentInVain:
    there = row["paid_minor"] + sum(one.amount_minor for one in waiting) - row["waiting_minor"]
    return SentInVain(
        item_id=row["item_id"],
        account_id=row["account_id"],
        currency=row["currency"],
        due_on=row["payable_by"],
        on=row["on_day"],
        asked_minor=row["asked_minor"],
        there_minor=min(there, row["asked_minor"]),
        applied_minor=row["paid_minor"],
        open_minor=row["open_minor"],
        money=tuple(dict.fromkeys([*row["documents"], *(one.money.document for one in waiting)])),
    )
