"""The small difference of an item is open again: its payment goes back, or the amount is credited."""

from __future__ import annotations

from datetime import date

from ledger.domain.approval import Undone
from ledger.domain.fact import Decision, NewFact
from ledger.domain.receivables.difference_facts import DifferenceReopened
from ledger.domain.receivables.invoice_parts import CreditedItem
from ledger.domain.receivables.item import Item, mirrored
from ledger.domain.receivables.item_facts import ItemDifferenceReopened


def reopened(item: Item, amount_minor: int, because: Undone, document: str, on: date) -> Decision:
    """The facts that open an amount of the item's difference again, but not before the day on which it was closed.

    `document` is what undoes the difference.
    """
    closed = item.difference
    assert closed is not None, "only what is closed is opened again"
    item_id, currency, day = item.raised.item_id, item.raised.currency, max(on, closed.on)
    opened = DifferenceReopened(
        allocation_id=closed.allocation_id,
        item_id=item_id,
        document=document,
        because=because,
        amount_minor=amount_minor,
        currency=currency,
        ar_role=item.ar_role,
    )
    mirror = ItemDifferenceReopened(
        allocation_id=closed.allocation_id,
        document=closed.document,
        because=because,
        amount_minor=amount_minor,
        currency=currency,
    )
    return NewFact(closed.document, opened, day), mirrored(item_id, mirror, day)


def holding_from(item: Item, credited: CreditedItem) -> tuple[date | None, ...]:
    """The first days from which the item has what is credited as open, and has been paid what is credited as excess.

    A small difference that is credited is open from the day on which it was closed.
    """
    balance, lacking = item.balance, credited.open_minor - item.open_minor
    closed_on = item.difference.on if item.difference is not None and lacking > 0 else None
    if closed_on is not None:
        balance = balance.moved(closed_on, lacking)
    excess = item.net_paid.first_day_of(credited.excess_minor) if credited.excess_minor else None
    return balance.first_day_of(credited.open_minor), excess, closed_on


def credited_open(item: Item, credited: CreditedItem, document: str, on: date) -> Decision:
    """What was closed although nobody paid it is open again, as far as it is credited."""
    lacking = credited.open_minor - item.open_minor
    return reopened(item, lacking, "moved", document, on) if item.difference is not None and lacking > 0 else ()
