"""Holds: items that are not asked for while they last, placed, lifted and listed."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.items import ItemName, item_named
from infra.cli.options import Id, Key, On, ReasonCode, Until
from infra.cli.recording import Entry, record, recorded

COMMANDS: Final = Commands("hold", "Holds: items that are not asked for while they last.")

_HOLDS: Final = (
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
    from ledger.domain.dunning.hold import PlaceHold

    entry = Entry(key, on, None, reason)
    with call.books() as books:
        command = PlaceHold(
            item_id=item_named(books, item), hold_id=entry.id(id, call.now), reason_code=reason, until=until
        )
        named = {"item_id": command.item_id, "hold_id": command.hold_id}
        return recorded(record(call, books, command, entry, named), named)


@COMMANDS.add("lift")
def lift(
    call: Call,
    item: ItemName,
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="The hold's id.")],
    reason: ReasonCode,
    on: On = None,
    key: Key = None,
) -> Told:
    """End a hold.

    The item is asked for again, unless another hold is on it.
    """
    from ledger.domain.dunning.hold import LiftHold

    with call.books() as books:
        command = LiftHold(item_id=item_named(books, item), hold_id=hold, reason_code=reason)
        named = {"item_id": command.item_id, "hold_id": hold}
        return recorded(record(call, books, command, Entry(key, on, None, reason), named), named)


@COMMANDS.add("list")
def list_holds(call: Call) -> Told:
    """List the items that are held today.

    The oldest hold first.
    """
    with call.books() as books:
        position = books.follow()
        held = [one for one in books.store.now.holds() if one["until"] is None or call.today <= one["until"]]
    rows = [{**{name: one[name] for _, name in _HOLDS[:-1]}, "until_on": one["until"]} for one in held]
    return Told(
        rows=rows,
        as_of=call.today,
        position=position,
        page=[f"{len(rows)} holds in {call.entity} on {call.today}", Table(_HOLDS, rows, long=True)],
    )
