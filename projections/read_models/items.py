"""Items: every amount a payer ever owed, with what was paid, credited and written off, and what is open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from ledger.domain.receivables import item as domain
from ledger.domain.receivables import item_changes
from ledger.domain.receivables.item_facts import ItemRaised, ReminderSent
from projections.read_models.model import Index, Keyed, Row, Rows, Share, only, span

if TYPE_CHECKING:
    from ledger import Recorded


class Item(Row, frozen=True):
    """An item, open or closed; original = paid + credited + written off + rounded off + open.

    `credited_minor` is the amount by which credit notes lowered the open balance; amounts credited after they had been
    paid became customer credit, and still count as paid here.
    """

    item_id: Annotated[str, "The item."]
    kind: Annotated[str, "Reason for the item, such as principal for a billed amount."]
    document: Annotated[str, "Stream of the document that raised the item, in the form noun-id."]
    account_id: Annotated[str, "Account that owes the item."]
    payer: Annotated[str, "Kind of payer."]
    currency: Annotated[str, "ISO 4217 code of all amounts in the row."]
    arose_on: Annotated[date, "Day the item arose; nothing can happen to it earlier."]
    due_on: Annotated[date, "First of the due days that were set when the item was raised."]
    payable_by: Annotated[date, "First of the due days, as agreed now."]
    original_minor: Annotated[int, "Original amount, minor units: paid + credited + written off + rounded off + open."]
    paid_minor: Annotated[int, "Amount applied to the item from receipts and customer credit, minor units."]
    credited_minor: Annotated[
        int,
        "Amount by which credit notes lowered the open balance, minor units; amounts credited after they had been "
        "paid became customer credit.",
    ]
    written_off_minor: Annotated[int, "Amount written off and not reversed, minor units."]
    rounded_off_minor: Annotated[int, "Small difference of a payment that was closed, minor units."]
    open_minor: Annotated[int, "Open amount, minor units."]
    reminded_level: Annotated[int | None, "Level of the last reminder sent; null if none was sent."]
    reminded_on: Annotated[date | None, "Day of the last reminder sent."]
    raised_at_position: Annotated[int, "Position in the journal at which the item was raised."]
    first_on: Annotated[date, "First day on which the item's balance changed."]
    last_on: Annotated[date, "Last day on which the item's balance changed."]
    last_position: Annotated[int, "Position in the journal of the fact that last changed the item's balance."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Item, ...]:
    """The item after one more fact."""
    fact = recorded.fact
    match fact:
        case ItemRaised():
            return (_raised(fact, recorded),)
        case ReminderSent():
            item = only(rows, recorded)
            on = recorded.envelope.occurred_on
            return (msgspec.structs.replace(item, reminded_level=fact.level, reminded_on=on),)
        case _:
            item = only(rows, recorded)
            due, changes = item_changes.DUE.get(type(fact)), _CHANGES.get(type(fact))
            if due is not None:
                item = msgspec.structs.replace(item, payable_by=due(fact)[0].on)
            for change in () if changes is None else changes(fact):
                item = _changed(item, f"{change.effect}_minor", change.amount_minor, recorded)
            return (item,)


def _raised(fact: ItemRaised, recorded: Recorded) -> Item:
    on = recorded.envelope.occurred_on
    # Positional arguments in the order of the fields: keyword arguments would take eight times as long.
    return Item(
        fact.item_id,
        fact.kind,
        fact.document,
        fact.account_id,
        fact.payer,
        fact.currency,
        fact.arose_on,
        fact.due[0].on,
        fact.due[0].on,
        fact.amount_minor,
        0,
        0,
        0,
        0,
        fact.amount_minor,
        None,
        None,
        recorded.position,
        on,
        on,
        recorded.position,
    )


def _changed(item: Item, column: str, amount_minor: int, recorded: Recorded) -> Item:
    """Add an amount to the item's open amount, and subtract it from the given column, such as the paid amount."""
    changed: dict[str, Any] = {column: getattr(item, column) - amount_minor, **span(item, recorded)}
    return msgspec.structs.replace(item, open_minor=item.open_minor + amount_minor, **changed)


def share(item: Item) -> Share:
    """The item's open amount, and whether it counts as an open item."""
    return Share(item.account_id, item.currency, item.open_minor, 1 if item.open_minor else 0, 0)


_CHANGES: Final = domain.NOUN.changes

ITEMS: Final = Keyed(
    "items",
    "Every amount that a payer ever owed, open or closed.",
    Item,
    ("item_id",),
    (*dict.fromkeys((*_CHANGES, *item_changes.DUE)), ReminderSent),
    evolve,
    share,
    indexes=(
        Index(("account_id",)),
        Index(("document",)),
        Index(("payable_by",), "open_minor <> 0"),
        Index(("last_on",)),
        Index(("last_position",)),
        Index(("currency", "open_minor", "due_on"), "open_minor > 0"),
    ),
)
