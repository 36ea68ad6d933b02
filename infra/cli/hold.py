"""Commands that place, lift and list holds; no reminder is sent for an item on hold."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import Id, ItemName, Key, On, ReasonCode, ReasonText, Until
from infra.cli.outcome import recorded
from infra.desk import hold
from infra.desk.desk import Occasion
from infra.desk.vault import reason_text

COMMANDS: Final = Commands("hold", "Place, lift or list holds; no reminder is sent for an item on hold.")


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
    hold_id: Annotated[str, typer.Argument(metavar="HOLD", help="The hold's reason, id, or either end of it.")],
    reason: ReasonCode,
    on: On = None,
    key: Key = None,
) -> Answer:
    """End a hold.

    Reminders are sent for the item again, unless another hold is on it.
    """
    with call.desk() as desk:
        return recorded(hold.lift(desk, item, hold_id, reason, Occasion(key, on)))


lists.add(COMMANDS, "list", "holds")
