"""Write-offs: what is open given up as a loss, asked for, approved by another, and taken back when it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Id, Key, On, OnBehalfOf, ReasonCode
from infra.cli.recording import Entry, approver, do, issued_on, record, recorded, state_of

if TYPE_CHECKING:
    from ledger.domain.write_off import WriteOffRequested
    from projections import Books

COMMANDS: Final = Commands("write-off", "Write-offs of what will not be paid.")

_WriteOff = Annotated[str, typer.Argument(metavar="WRITE_OFF", help="The write-off's id.")]


@COMMANDS.add("request")
def request(
    call: Call,
    invoice: Annotated[str, typer.Argument(metavar="INVOICE", help="The invoice's id.")],
    reason: ReasonCode,
    share: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="The share of the invoice.")] = 1,
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

    It is about one share of an invoice, and another person approves it.
    """
    from ledger.domain.write_off import RequestWriteOff

    entry = Entry(key, on, accounting_date, reason)
    write_off_id = entry.id(id, call.now)
    command = RequestWriteOff(
        write_off_id=write_off_id,
        invoice_id=invoice,
        reason_code=reason,
        requester=call.actor,
        share=share,
        amount_minor=amount_minor,
    )
    return do(call, command, entry, {"write_off_id": write_off_id})


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
    from ledger.domain.write_off import ApproveWriteOff

    with call.books() as books:
        asked = _requested(books, write_off)
        name, behalf = approver(call, user)
        command = ApproveWriteOff(write_off_id=write_off, invoice_id=asked.invoice_id, approver=name)
        named = {"write_off_id": write_off}
        happened = max(on or call.today, issued_on(books, asked.invoice_id))
        entry = Entry(key, happened, accounting_date, None, behalf)
        return recorded(record(call, books, command, entry, named), named)


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
    from ledger.domain.write_off import RejectWriteOff

    name, behalf = approver(call, user)
    command = RejectWriteOff(write_off_id=write_off, approver=name, reason_code=reason)
    return do(call, command, Entry(key, on, accounting_date, reason, behalf), {"write_off_id": write_off})


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
    from ledger.domain.write_off import ReverseWriteOff

    with call.books() as books:
        asked = _requested(books, write_off)
        command = ReverseWriteOff(write_off_id=write_off, invoice_id=asked.invoice_id, reason_code=reason)
        named = {"write_off_id": write_off}
        return recorded(record(call, books, command, Entry(key, on, accounting_date, reason), named), named)


def _requested(books: Books, write_off: str) -> WriteOffRequested:
    from ledger.domain.write_off import WriteOff

    state = state_of(books, f"writeoff-{write_off}", "write_off_unknown")
    assert isinstance(state, WriteOff)
    return state.requested
