"""What a receipt pays, and an allocation taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Id, Key, ReceiptName
from infra.cli.printing import money
from infra.cli.recording import recorded
from infra.desk import receipt
from infra.desk.desk import Entry

if TYPE_CHECKING:
    from infra.desk.desk import Done

COMMANDS: Final = Commands()


@COMMANDS.add("allocate")
def allocate(
    call: Call,
    receipt_id: ReceiptName,
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--item", metavar="ITEM[=AMOUNT]", help="What it pays, as in 1001 or 1001=250.00; several, in order."
        ),
    ] = None,
    credit_account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="The account that keeps the rest as customer credit.")
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
        with call.desk() as desk:
            return _told(receipt.reverse(desk, receipt_id, reverse, entry))
    if not items and credit_account is None:
        raise typer.BadParameter("an allocation needs --item, or --credit-account for all of it")
    with call.desk() as desk:
        return _told(receipt.allocate(desk, receipt_id, items or (), entry, credit_account, id))


def _told(done: Done) -> Told:
    left, currency = done.more["unallocated_minor"], done.more["currency"]
    return recorded(done, f"left to allocate: {money(left, currency)} {currency}")
