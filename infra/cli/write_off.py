"""Commands for write-offs: one person asks to give up an open amount as a loss, and another person approves."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli import lists
from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import (
    AccountingDate,
    Because,
    DecidedOn,
    Id,
    ItemName,
    Key,
    OnBehalfOf,
    ReasonCode,
    ReasonText,
)
from infra.cli.outcome import decided, waits
from infra.desk import names, write_off
from infra.desk.desk import Occasion
from infra.desk.short_ids import end
from infra.desk.vault import reason_text

COMMANDS: Final = Commands(
    "write-off", "Give up amounts that will not be paid: request, approve, reject or reverse write-offs."
)

_WriteOff = Annotated[
    str,
    typer.Argument(metavar="WRITE_OFF", help="The write-off's item, amount (amount:400.00), id, or either end of it."),
]


@COMMANDS.add("request", gives=("RequestWriteOff",))
def request(
    call: Call,
    item: ItemName,
    reason: ReasonCode,
    amount: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The amount, as in 400.00; the whole open amount if you give none."),
    ] = None,
    on_behalf_of: OnBehalfOf = None,
    id: Id = None,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
    text: ReasonText = None,
) -> Answer:
    """Request to write off an open amount of one item.

    Another person must approve the write-off. Until then the amount is owed and reminders are sent; `reskontra hold
    place` stops them.
    """
    with call.desk() as desk:
        asked = names.asker(desk, on_behalf_of)
        occasion = Occasion(key, on, accounting_date, asked, text_ref=reason_text(desk, call.vault, text))
        done = write_off.request(desk, item, reason, occasion, amount, id)
    return decided(done, waits(f"write-off approve {end(done.named['write_off_id'])}", on_behalf_of))


lists.add(COMMANDS, "list", "write-offs")


@COMMANDS.add("approve", gives=("ApproveWriteOff",))
def approve(
    call: Call,
    write_off_id: _WriteOff,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Approve a write-off that somebody else requested.

    The loss is booked.
    """
    occasion = Occasion(key, on, accounting_date)
    with call.desk() as desk:
        return decided(write_off.approve(desk, write_off_id, occasion))


@COMMANDS.add("reject", gives=("RejectWriteOff",))
def reject(
    call: Call,
    write_off_id: _WriteOff,
    reason: ReasonCode,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Reject a write-off that somebody else requested."""
    occasion = Occasion(key, on, accounting_date)
    with call.desk() as desk:
        return decided(write_off.reject(desk, write_off_id, reason, occasion))


@COMMANDS.add("reverse", gives=("ReverseWriteOff",))
def reverse(
    call: Call,
    write_off_id: _WriteOff,
    reason: ReasonCode,
    because: Because = "moved",
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Reverse an approved write-off.

    The item is open again.
    """
    with call.desk() as desk:
        return decided(write_off.reverse(desk, write_off_id, reason, because, Occasion(key, on, accounting_date)))
