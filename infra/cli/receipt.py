"""Commands about a single receipt: the bank took it back."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Key, ReasonCode, ReceiptName
from infra.cli.outcome import recorded
from infra.cli.page import amount as shown
from infra.desk import receipt
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("receipt", "Record that the bank took a receipt back.")


@COMMANDS.add("recall")
def recall(
    call: Call,
    receipt_id: ReceiptName,
    movement: Annotated[
        str,
        typer.Option(metavar="MOVEMENT", help="The bank's debit: its id, or the beginning of it."),
    ],
    reason: ReasonCode,
    amount: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="The amount, as in 400.00; as much as possible if you give none."),
    ] = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Assign a debit of the bank to the receipt that it takes back.

    What the receipt's money settled is open again, from the bank's day on.
    """
    with call.desk() as desk:
        done = receipt.recall(desk, receipt_id, movement, reason, Occasion(key, None, accounting_date), amount)
    left, currency = done.more["unallocated_minor"], done.more["currency"]
    return recorded(done, f"left to allocate: {shown(left, currency)}")
