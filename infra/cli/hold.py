"""Holds: items that are not asked for while they last, placed, lifted and listed."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Id, ItemName, Key, On, ReasonCode, Until
from infra.cli.recording import recorded
from infra.desk import hold
from infra.desk.desk import Entry

COMMANDS: Final = Commands("hold", "Holds: items that are not asked for while they last.")

_HOLDS: Final = (
    ("number", "number"),
    ("reference", "reference"),
    ("item", "item_id"),
    ("hold", "hold_id"),
    ("why", "reason_code"),
    ("placed", "placed_on"),
    ("until", "until_on"),
)


@COMMANDS.add("place")
def place(
    call: Call,
    item: ItemName,
    reason: ReasonCode,
    until: Until = None,
    id: Id = None,
    on: On = None,
    key: Key = None,
) -> Told:
    """Hold an item.

    No reminder is sent of it through the last day, or until the hold is lifted.
    """
    with call.desk() as desk:
        return recorded(hold.place(desk, item, reason, Entry(key, on, None, reason), until, id))


@COMMANDS.add("lift")
def lift(
    call: Call,
    item: ItemName,
    hold_id: Annotated[str, typer.Argument(metavar="HOLD", help="The hold's id, or its beginning.")],
    reason: ReasonCode,
    on: On = None,
    key: Key = None,
) -> Told:
    """End a hold.

    The item is asked for again, unless another hold is on it.
    """
    with call.desk() as desk:
        return recorded(hold.lift(desk, item, hold_id, reason, Entry(key, on, None, reason)))


@COMMANDS.add("list")
def list_holds(call: Call) -> Told:
    """List the items that are held today.

    The oldest hold first.
    """
    with call.desk() as desk:
        rows, position = hold.held(desk)
    said = f"{len(rows)} holds in {call.entity} on {call.today}"
    return Told(rows=rows, as_of=call.today, position=position, page=[said, Table(_HOLDS, rows, long=True)])
