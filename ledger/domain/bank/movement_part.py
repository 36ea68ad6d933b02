"""Divides a movement that was several things: an amount of it becomes a part of its own."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ledger.domain.bank.movement import Movement, evolve
from ledger.domain.bank.movement_facts import MovementPartBegun, MovementSplit
from ledger.domain.fact import Decision, NewFact, stream_of


class SplitOff(NamedTuple):
    """A part of a movement: its id, the part itself, and the facts that split it off; none if it is the whole."""

    part_id: str
    part: Movement
    decided: Decision


def split_off(movement: Movement, part_id: str, amount_minor: int) -> SplitOff:
    """Make an amount of a movement, signed as the bank's line, a part of its own."""
    line = msgspec.structs.replace(movement.line, amount_minor=amount_minor)
    into = movement.next_part(part_id)
    split = MovementSplit(into=into, amount_minor=amount_minor, currency=line.currency)
    begun = MovementPartBegun(
        part_id=into,
        split_from=part_id,
        line=line,
        role=movement.role,
        rule=movement.rule,
        tax_code=movement.tax_code,
    )
    decided = (
        NewFact(stream_of("movement", part_id), split, line.booked_on, corrects=True),
        NewFact(stream_of("movement", into), begun, line.booked_on, corrects=True),
    )
    return SplitOff(into, evolve(None, begun, line.booked_on), decided)
