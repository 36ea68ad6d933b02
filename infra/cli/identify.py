"""The command that records the payer of a receipt, or takes that back."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, Key, ReceiptName
from infra.cli.outcome import recorded
from infra.desk import receipt
from infra.desk.desk import Occasion

COMMANDS: Final = Commands()


@COMMANDS.add(
    "identify",
    gives=(
        "IdentifyReceipt",
        "WithdrawIdentification",
    ),
)
def identify(
    call: Call,
    receipt_id: ReceiptName,
    account: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="The account of the payer.")] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back what was said; the payer follows the allocations again.")
    ] = False,
    reason: Annotated[str | None, typer.Option(metavar="CODE", help="With --undo, the reason, as a code.")] = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Record the payer of a receipt, or take that back.

    Without an identification, a receipt belongs to the only payer of its allocations, as long as they are in force.
    """
    occasion = Occasion(key, None, accounting_date)
    if (account is None) is not undo:
        raise typer.BadParameter("give either --account, or --undo with --reason")
    with call.desk() as desk:
        if account is not None:
            return recorded(receipt.identify(desk, receipt_id, account, occasion))
        return recorded(receipt.unidentify(desk, receipt_id, reason or "", occasion))
