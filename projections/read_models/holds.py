"""Holds: items for which no reminders are sent, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.receivables.item_facts import HoldLifted, HoldPlaced
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class Hold(Row, frozen=True):
    """A hold on an item."""

    item_id: Annotated[str, "The item on hold."]
    hold_id: Annotated[str, "The hold."]
    reason_code: Annotated[str, "Reason code for placing the hold."]
    placed_on: Annotated[date, "First day of the hold."]
    until_on: Annotated[date | None, "Last day of the hold; null if it lasts until it is lifted."]
    lifted_on: Annotated[date | None, "Day the hold was lifted; null if it was not lifted."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Hold, ...]:
    """The hold after one more fact."""
    fact, on = recorded.fact, recorded.envelope.occurred_on
    match fact:
        case HoldPlaced():
            return (Hold(id_of(recorded), fact.hold_id, fact.reason_code, on, fact.until_on, None),)
        case HoldLifted():
            return (msgspec.structs.replace(rows[id_of(recorded), fact.hold_id], lifted_on=on),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


HOLDS: Final = Keyed(
    "holds",
    "Items for which no reminders are sent, and why.",
    Hold,
    ("item_id", "hold_id"),
    (HoldPlaced, HoldLifted),
    evolve,
)
