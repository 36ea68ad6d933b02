"""Write-offs: what is open given up as a loss, asked for, approved by another, and taken back when it is paid."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.items import ItemName, item_named
from infra.cli.options import AccountingDate, Id, Key, On, OnBehalfOf, ReasonCode
from infra.cli.recording import Entry, decider, do, record, recorded

COMMANDS: Final = Commands("write-off", "Write-offs of what will not be paid.")

_WriteOff = Annotated[str, typer.Argument(metavar="WRITE_OFF", help="The write-off's id.")]


@COMMANDS.add("request")
def request(
    call: Call,
    item: ItemName,
    reason: ReasonCode,
    amount_minor: Annotated[
        int | None,
        typer.Option(min=1, metavar="MINOR", help="The amount in minor units; all that is open unless said."),
    ] = None,
    id: Id = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Ask to write off what is open.

    It is about one item, and another person approves it.
    """
    from ledger.domain.relief.write_off import RequestWriteOff

    entry = Entry(key, on, accounting_date, reason)
    write_off_id = entry.id(id, call.now)
    named = {"write_off_id": write_off_id}
    with call.books() as books:
        command = RequestWriteOff(
            write_off_id=write_off_id,
            item_id=item_named(books, item),
            reason_code=reason,
            amount_minor=amount_minor,
        )
        return recorded(record(call, books, command, entry, named), named)


@COMMANDS.add("approve")
def approve(
    call: Call,
    write_off: _WriteOff,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Approve a write-off another asked for.

    The loss is booked.
    """
    from ledger.domain.relief.write_off import ApproveWriteOff

    entry = Entry(key, on, accounting_date, None, decider(call, user))
    return do(call, ApproveWriteOff(write_off_id=write_off), entry, {"write_off_id": write_off})


@COMMANDS.add("reject")
def reject(
    call: Call,
    write_off: _WriteOff,
    reason: ReasonCode,
    user: OnBehalfOf = None,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Reject a write-off another asked for."""
    from ledger.domain.relief.write_off import RejectWriteOff

    entry = Entry(key, on, accounting_date, reason, decider(call, user))
    return do(call, RejectWriteOff(write_off_id=write_off, reason_code=reason), entry, {"write_off_id": write_off})


@COMMANDS.add("reverse")
def reverse(
    call: Call,
    write_off: _WriteOff,
    reason: ReasonCode,
    on: On = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Take an approved write-off back.

    The item is open again.
    """
    from ledger.domain.relief.write_off import ReverseWriteOff

    command = ReverseWriteOff(write_off_id=write_off, reason_code=reason)
    return do(call, command, Entry(key, on, accounting_date, reason), {"write_off_id": write_off})
