"""The command that records the payer of a receipt."""

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


@COMMANDS.add("identify")
def identify(
    call: Call,
    receipt_id: ReceiptName,
    account: Annotated[str, typer.Option(metavar="ACCOUNT", help="The account of the payer.")],
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Answer:
    """Record the payer of a receipt."""
    with call.desk() as desk:
        return recorded(receipt.identify(desk, receipt_id, account, Occasion(key, None, accounting_date)))
