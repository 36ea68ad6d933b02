"""The hold: while it lasts, whatever its reason, no reminder is sent for the item."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Command, Decision, Envelope, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import HoldLifted, HoldPlaced
from ledger.domain.receivables.mark import payer_of
from ledger.domain.refusals import Refused

# Commands


class PlaceHold(Command, frozen=True):
    """Hold an item up to and including a day, or until the hold is lifted."""

    item_id: str
    hold_id: str
    reason_code: str
    until_on: date | None = None

    def streams(self) -> tuple[str, ...]:
        """The item."""
        return (stream_of("item", self.item_id),)

    def more(self, states: States) -> tuple[str, ...]:
        """The payer's account."""
        item = states.get(stream_of("item", self.item_id))
        return (known_stream("account", item.raised.account_id),) if isinstance(item, Item) else ()


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
    """Place the hold, with a reason; placing the same hold again changes nothing.

    A hold is refused if another one with its reason lasts as long: it would change nothing, and both had to be lifted.
    """
    item = item_of(states, command.item_id)
    payer_of(states, item.raised.account_id)
    placed = HoldPlaced(hold_id=command.hold_id, reason_code=command.reason_code, until_on=command.until_on)
    if command.hold_id in item.holds:
        if item.holds[command.hold_id] == placed:
            return ()
        raise Refused("fact_already_recorded", command.hold_id)
    if command.until_on is not None and command.until_on < envelope.occurred_on:
        raise Refused("hold_ends_before_it_begins", command.hold_id)
    same = [one for one in item.holds.values() if one.reason_code == placed.reason_code and _lasts(one, placed)]
    if same:
        raise Refused("hold_in_force", command.item_id)
    return (mirrored(command.item_id, placed),)


def _lasts(one: HoldPlaced, other: HoldPlaced) -> bool:
    """Whether a hold lasts as long as another one, or longer."""
    return one.until_on is None or (other.until_on is not None and other.until_on <= one.until_on)


def lift(states: States, command: LiftHold, envelope: Envelope) -> Decision:
    """Lift a hold that is in force, with a reason."""
    if command.hold_id not in item_of(states, command.item_id).holds:
        raise Refused("hold_unknown", command.hold_id)
    return (mirrored(command.item_id, HoldLifted(hold_id=command.hold_id, reason_code=command.reason_code)),)


# Registration

NOUN: Final = Noun(
    "hold",
    rules={PlaceHold: place, LiftHold: lift},
    duties={
        PlaceHold: ("front_desk", "nurse", "billing", "manager", "finance"),
        LiftHold: ("front_desk", "nurse", "billing", "manager", "finance"),
    },
    refusals={
        "hold_ends_before_it_begins": (
            "The hold would end before the day on which it is placed; give a later last day, or none."
        ),
        "hold_in_force": (
            "The item is on hold for that reason already, and as long as that. Give another reason or a later last "
            "day, or lift that hold first: `reskontra hold lift`."
        ),
        "hold_unknown": "The item has no such hold, or it was lifted; `reskontra hold list` shows those in force.",
    },
)
