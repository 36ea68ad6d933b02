"""Applying a receipt to items, and reversing an allocation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Because, Id, Key, ReceiptName, day
from infra.cli.outcome import recorded, undone_before
from infra.cli.page import amount
from infra.desk import receipt
from infra.desk.desk import Occasion

if TYPE_CHECKING:
    from infra.desk.desk import Done

COMMANDS: Final = Commands()

_On = Annotated[
    date | None,
    typer.Option(
        parser=day,
        metavar="DATE",
        help="The day on which it takes effect. If you give none, it is the bank's day, for a reversal the day that "
        "--because means, or else the first later day that can hold.",
    ),
]


@COMMANDS.add(
    "allocate",
    gives=(
        "AllocateReceipt",
        "ReverseAllocation",
    ),
)
def allocate(
    call: Call,
    receipt_id: ReceiptName,
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--item",
            metavar="ITEM[=AMOUNT]",
            help="An item to pay, as in 1001 or 1001=250.00; repeat the option for each item, in the order in which "
            "to pay them.",
        ),
    ] = None,
    credit_account: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="The account that gets the rest of the receipt as customer credit."),
    ] = None,
    reverse: Annotated[
        str | None,
        typer.Option(
            metavar="ALLOCATION",
            help="Reverse this allocation of the receipt: the item that it paid, the account that got the rest, its "
            "amount (amount:400.00), its id, or either end of it.",
        ),
    ] = None,
    because: Because = "moved",
    on: _On = None,
    id: Id = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Apply a receipt to items.

    The rest of the receipt may become customer credit. --reverse reverses a whole allocation. A mistake never was so,
    except what of it was reversed, released or taken back before: that stays so until that day.
    """
    occasion = Occasion(key, on, accounting_date)
    if reverse is not None:
        if items or credit_account or id:
            raise typer.BadParameter("--reverse cannot be combined with --item, --credit-account or --id")
        with call.desk() as desk:
            return _answer(receipt.reverse(desk, call.settings, receipt_id, reverse, because, occasion))
    if not items and credit_account is None:
        raise typer.BadParameter(
            "give --item, or give --credit-account alone to turn the whole amount into customer credit"
        )
    with call.desk() as desk:
        return _answer(receipt.allocate(desk, receipt_id, items or (), occasion, credit_account, id))


def _answer(done: Done) -> Answer:
    left, currency = done.more["unallocated_minor"], done.more["currency"]
    closed = done.more.get("difference_minor", 0)
    difference = [f"difference closed: {amount(closed, currency)}"] if closed else []
    return recorded(done, *difference, *undone_before(done), f"left to allocate: {amount(left, currency)}")
