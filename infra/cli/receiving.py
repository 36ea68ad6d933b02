"""Money received that a person places: whose it is, what it pays, and an allocation taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Problem, Stopped, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Id, Key, item
from infra.cli.printing import money
from infra.cli.recording import Entry, do, facts_of, issued_on, record, recorded, state_of

if TYPE_CHECKING:
    from ledger.domain.cash_application import ReverseAllocation
    from projections import Books

COMMANDS: Final = Commands()

_Receipt = Annotated[str, typer.Argument(metavar="RECEIPT", help="The receipt's id.")]


@COMMANDS.add("identify")
def identify(
    call: Call,
    receipt: _Receipt,
    account: Annotated[str, typer.Option(metavar="ID", help="The account whose payment it is.")],
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say whose payment a receipt is."""
    from ledger.domain.receipt import IdentifyReceipt

    command = IdentifyReceipt(receipt_id=receipt, account_id=account)
    return do(call, command, Entry(key, None, accounting_date), {"receipt_id": receipt, "account_id": account})


@COMMANDS.add("allocate")
def allocate(
    call: Call,
    receipt: _Receipt,
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="INVOICE[:SHARE][=AMOUNT_MINOR]", help="What it pays; several, in order."),
    ] = None,
    credit_account: Annotated[
        str | None, typer.Option(metavar="ID", help="The account that keeps the rest as customer credit.")
    ] = None,
    reverse: Annotated[
        str | None, typer.Option(metavar="ALLOCATION", help="Take this allocation of the receipt back whole.")
    ] = None,
    id: Id = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Apply a receipt to invoices.

    The rest may become customer credit; with --reverse an allocation is taken back whole.
    """
    entry = Entry(key, None, accounting_date)
    if reverse is not None:
        if items or credit_account or id:
            raise typer.BadParameter(
                "--reverse takes an allocation back whole; --item, --credit-account and --id do not"
            )
        return _reverse(call, receipt, reverse, entry)
    if not items and credit_account is None:
        raise typer.BadParameter("an allocation needs --item, or --credit-account for all of it")
    return _allocate(call, receipt, [item(text) for text in items or ()], credit_account, (id, entry))


def _allocate(
    call: Call,
    receipt: str,
    asked: Sequence[tuple[str, int, int | None]],
    credit_account: str | None,
    as_given: tuple[str | None, Entry],
) -> Told:
    from ledger.domain.cash_application import AllocateReceipt, Item

    id, entry = as_given
    allocation_id = entry.id(id, call.now)
    command = AllocateReceipt(
        allocation_id=allocation_id,
        receipt_id=receipt,
        items=tuple(Item(*one) for one in asked),
        credit_account=credit_account,
    )
    named = {"receipt_id": receipt, "allocation_id": allocation_id}
    with call.books() as books:
        # An item cannot be settled before it exists, nor money applied before it came.
        on = max(_booked_on(books, receipt), *(issued_on(books, invoice) for invoice, _, _ in asked), date.min)
        outcome = record(call, books, command, replace(entry, on=on), named)
        left = _left(books, receipt)
        if left["unallocated_minor"] == 0:
            with call.desk() as desk:
                desk.close_reviews_of([receipt], call.actor, "allocated", call.now)
    return recorded(outcome, named, _said(left), more=left)


def _reverse(call: Call, receipt: str, allocation: str, entry: Entry) -> Told:
    named = {"receipt_id": receipt, "allocation_id": allocation}
    with call.books() as books:
        command = _reversal(books, receipt, allocation)
        outcome = record(call, books, command, entry, named)
        left = _left(books, receipt)
    return recorded(outcome, named, _said(left), more=left)


def _reversal(books: Books, receipt: str, allocation: str) -> ReverseAllocation:
    """The command that takes the allocation back, with the items the receipt's own facts name."""
    from ledger import REFUSALS
    from ledger.domain.cash_application import Item, ReverseAllocation
    from ledger.domain.receipt import ReceiptAllocated

    facts = facts_of(books, f"receipt-{receipt}", "receipt_unknown")
    made = [fact for fact in facts if isinstance(fact, ReceiptAllocated) and fact.allocation_id == allocation]
    if not made:
        raise Stopped(Problem("allocation_unknown", REFUSALS["allocation_unknown"], allocation))
    targets = made[0].targets
    return ReverseAllocation(
        allocation_id=allocation,
        receipt_id=receipt,
        items=tuple(
            Item(invoice_id, share) for invoice_id, share in {(one.invoice_id, one.share): 0 for one in targets}
        ),
        credit_account=made[0].credit_account,
    )


def _booked_on(books: Books, receipt: str) -> date:
    from ledger.domain.receipt import ReceiptRecorded

    (first, *_) = facts_of(books, f"receipt-{receipt}", "receipt_unknown")
    assert isinstance(first, ReceiptRecorded)
    return first.booked_on


def _left(books: Books, receipt: str) -> dict[str, Any]:
    from ledger.domain.receipt import Receipt

    state = state_of(books, f"receipt-{receipt}", "receipt_unknown")
    assert isinstance(state, Receipt)
    return {"currency": state.recorded.currency, "unallocated_minor": state.unallocated_minor}


def _said(left: dict[str, Any]) -> str:
    return f"left to allocate: {money(left['unallocated_minor'], left['currency'])} {left['currency']}"
