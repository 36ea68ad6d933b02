"""Commands that place, lift and list holds; no reminder is sent for an item on hold."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Id, ItemName, Key, On, ReasonCode, ReasonText, Until
from infra.cli.outcome import recorded
from infra.desk import hold
from infra.desk.counts import counted
from infra.desk.desk import Occasion
from infra.desk.vault import reason_text

COMMANDS: Final = Commands("hold", "Place, lift or list holds; no reminder is sent for an item on hold.")

_HOLDS: Final = (
    ("number", "number"),
    ("reference", "reference"),
    ("item", "item_id"),
    ("hold", "hold_id"),
    ("why", "reason_code"),
    ("placed", "placed_on"),
    ("until", "until_on"),
)


@COMMANDS.add("place", gives=("PlaceHold",))
def place(
    call: Call,
    item: ItemName,
    reason: ReasonCode,
    until: Until = None,
    id: Id = None,
    on: On = None,
    key: Key = None,
    text: ReasonText = None,
) -> Answer:
    """Put an item on hold.

    No reminder is sent for the item up to and including the last day of the hold, or until the hold is lifted.
    """
    with call.desk() as desk:
        occasion = Occasion(key, on, text_ref=reason_text(desk, call.vault, text))
        return recorded(hold.place(desk, item, reason, occasion, until, id))


@COMMANDS.add("lift", gives=("LiftHold",))
def lift(
    call: Call,
    item: ItemName,
    hold_id: Annotated[str, typer.Argument(metavar="HOLD", help="The hold's id, or the beginning of the id.")],
    reason: ReasonCode,
    on: On = None,
    key: Key = None,
) -> Answer:
    """End a hold.

    Reminders are sent for the item again, unless another hold is on it.
    """
    with call.desk() as desk:
        return recorded(hold.lift(desk, item, hold_id, reason, Occasion(key, on)))


@COMMANDS.add("list")
def list_holds(call: Call) -> Answer:
    """List the items on hold today.

    The oldest hold is listed first.
    """
    with call.desk() as desk:
        rows, position = hold.held(desk)
    said = f"{counted(len(rows), 'hold')} in {call.entity} on {call.today}"
    return Answer(rows=rows, as_of=call.today, position=position, page=[said, Table(_HOLDS, rows, long=True)])
