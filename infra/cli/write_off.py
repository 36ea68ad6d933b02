"""Write-offs: what is open given up as a loss, asked for, approved by another, and taken back when it is paid."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Id, ItemName, Key, On, OnBehalfOf, ReasonCode
from infra.cli.recording import decider, recorded
from infra.desk import write_off
from infra.desk.desk import Entry

COMMANDS: Final = Commands("write-off", "Write-offs of what will not be paid.")

_WriteOff = Annotated[str, typer.Argument(metavar="WRITE_OFF", help="The write-off's id, or its beginning.")]


@COMMANDS.add("request")
def request(
    call: Call,
    item: ItemName,
    reason: ReasonCode,
    amount: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="The amount, as in 400.00; all that is open unless said.")
    ] = None,
    id: Id = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Ask to write off what is open.

    It is about one item, and another person approves it.
    """
    entry = Entry(key, on, accounting_date, reason)
    with call.desk() as desk:
        return recorded(write_off.request(desk, item, reason, entry, amount, id))


@COMMANDS.add("approve")
def approve(
    call: Call,
    write_off_id: _WriteOff,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Approve a write-off another asked for.

    The loss is booked.
    """
    entry = Entry(key, on, accounting_date, None, decider(call, user))
    with call.desk() as desk:
        return recorded(write_off.approve(desk, write_off_id, entry))


@COMMANDS.add("reject")
def reject(
    call: Call,
    write_off_id: _WriteOff,
    reason: ReasonCode,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Reject a write-off another asked for."""
    entry = Entry(key, on, accounting_date, reason, decider(call, user))
    with call.desk() as desk:
        return recorded(write_off.reject(desk, write_off_id, reason, entry))


@COMMANDS.add("reverse")
def reverse(
    call: Call,
    write_off_id: _WriteOff,
    reason: ReasonCode,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Take an approved write-off back.

    The item is open again.
    """
    with call.desk() as desk:
        return recorded(write_off.reverse(desk, write_off_id, reason, Entry(key, on, accounting_date, reason)))
