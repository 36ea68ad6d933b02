"""Money received that a person places: whose it is, what it pays, and an allocation taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.items import item_named
from infra.cli.options import AccountingDate, Id, Key, item
from infra.cli.printing import money
from infra.cli.recording import Entry, do, facts_of, record, recorded

if TYPE_CHECKING:
    from projections import Books

COMMANDS: Final = Commands()

_Receipt = Annotated[str, typer.Argument(metavar="RECEIPT", help="The receipt's id.")]


class _Given(NamedTuple):
    """What is said of an allocation beside its items."""

    id: str | None
    credit_account: str | None
    entry: Entry


@COMMANDS.add("identify")
def identify(
    call: Call,
    receipt: _Receipt,
    account: Annotated[str, typer.Option(metavar="ID", help="The account whose payment it is.")],
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say whose payment a receipt is."""
    from ledger.domain.cash.receipt import IdentifyReceipt

    command = IdentifyReceipt(receipt_id=receipt, account_id=account)
    return do(call, command, Entry(key, None, accounting_date), {"receipt_id": receipt, "account_id": account})


@COMMANDS.add("allocate")
def allocate(
    call: Call,
    receipt: _Receipt,
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ITEM[=AMOUNT_MINOR]", help="What it pays; several, in order."),
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
    """Apply a receipt to items.

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
    return _allocate(call, receipt, [item(text) for text in items or ()], _Given(id, credit_account, entry))


def _allocate(call: Call, receipt: str, asked: Sequence[tuple[str, int | None]], given: _Given) -> Told:
    from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay

    allocation_id = given.entry.id(given.id, call.now)
    named = {"receipt_id": receipt, "allocation_id": allocation_id}
    with call.books() as books:
        command = AllocateReceipt(
            allocation_id=allocation_id,
            receipt_id=receipt,
            items=tuple(ItemToPay(item_named(books, name), amount) for name, amount in asked),
            credit_account=given.credit_account,
        )
        outcome = record(call, books, command, given.entry, named)
        left = _left(books, receipt)
        if left["unallocated_minor"] == 0:
            with call.desk() as desk:
                desk.close_reviews_of([receipt], call.actor, "allocated", call.now)
    return recorded(outcome, named, _said(left), more=left)


def _reverse(call: Call, receipt: str, allocation: str, entry: Entry) -> Told:
    from ledger.domain.cash.allocation import ReverseAllocation

    named = {"receipt_id": receipt, "allocation_id": allocation}
    command = ReverseAllocation(allocation_id=allocation, receipt_id=receipt)
    with call.books() as books:
        outcome = record(call, books, command, entry, named)
        left = _left(books, receipt)
    return recorded(outcome, named, _said(left), more=left)


def _left(books: Books, receipt: str) -> dict[str, Any]:
    from ledger.domain.cash.receipt import Receipt

    stream = f"receipt-{receipt}"
    state = books.catalogue.remember(stream, None, facts_of(books, [stream]))
    assert isinstance(state, Receipt)
    return {"currency": state.payment.currency, "unallocated_minor": state.unallocated_minor}


def _said(left: dict[str, Any]) -> str:
    return f"left to allocate: {money(left['unallocated_minor'], left['currency'])} {left['currency']}"
