"""Holds: items that are not asked for while they last, and why."""

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

    item_id: Annotated[str, "The item held."]
    hold_id: Annotated[str, "The hold."]
    reason_code: Annotated[str, "Why it was placed."]
    placed_on: Annotated[date, "Its first day."]
    until: Annotated[date | None, "Its last day; null until it is lifted."]
    lifted_on: Annotated[date | None, "Day it was lifted; null while it lasts, or ended by itself."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Hold, ...]:
    """The hold after one more fact."""
    fact, on = recorded.fact, recorded.envelope.occurred_on
    match fact:
        case HoldPlaced():
            return (Hold(id_of(recorded), fact.hold_id, fact.reason_code, on, fact.until, None),)
        case HoldLifted():
            return (msgspec.structs.replace(rows[id_of(recorded), fact.hold_id], lifted_on=on),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


HOLDS: Final = Keyed(
    "holds",
    "Items that are not asked for, and why.",
    Hold,
    ("item_id", "hold_id"),
    (HoldPlaced, HoldLifted),
    evolve,
)
