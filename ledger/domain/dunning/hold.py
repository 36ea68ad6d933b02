"""The hold: an item is not asked for while it lasts, whatever the reason."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, States, require_reason, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.item import item_of, mirrored
from ledger.domain.receivables.item_facts import HoldLifted, HoldPlaced
from ledger.domain.refusals import Refused

# Commands


class PlaceHold(Command, frozen=True):
    """Hold an item, through a day or until the hold is lifted."""

    item_id: str
    hold_id: str
    reason_code: str
    until: date | None = None

    def streams(self) -> tuple[str, ...]:
        """The item."""
        return (stream_of("item", self.item_id),)


class LiftHold(Command, frozen=True):
    """End a hold."""

    item_id: str
    hold_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The item."""
        return (stream_of("item", self.item_id),)


# Decide


def place(states: States, command: PlaceHold, envelope: Envelope) -> Decision:
    """Place it, with a reason; the same hold again is nothing new."""
    require_reason(command.reason_code, command.item_id)
    item = item_of(states, command.item_id)
    if command.hold_id in item.holds:
        if item.holds[command.hold_id] == command.until:
            return ()
        raise Refused("fact_already_recorded", command.hold_id)
    if command.until is not None and command.until < envelope.occurred_on:
        raise Refused("hold_over", command.hold_id)
    placed = HoldPlaced(hold_id=command.hold_id, reason_code=command.reason_code, until=command.until)
    return (mirrored(command.item_id, placed),)


def lift(states: States, command: LiftHold, envelope: Envelope) -> Decision:
    """Lift one that is in force, with a reason."""
    require_reason(command.reason_code, command.item_id)
    if command.hold_id not in item_of(states, command.item_id).holds:
        raise Refused("hold_unknown", command.hold_id)
    return (mirrored(command.item_id, HoldLifted(hold_id=command.hold_id, reason_code=command.reason_code)),)


# Registration

NOUN: Final = Noun(
    "hold",
    rules={PlaceHold: place, LiftHold: lift},
    refusals={
        "hold_over": "The hold would end before the day it is placed; give a later day, or none.",
        "hold_unknown": "The item has no hold of that id.",
    },
)
