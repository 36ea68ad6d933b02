"""Whose payment a receipt is."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AccountingDate, Key, ReceiptName
from infra.cli.recording import recorded
from infra.desk import receipt
from infra.desk.desk import Entry

COMMANDS: Final = Commands()


@COMMANDS.add("identify")
def identify(
    call: Call,
    receipt_id: ReceiptName,
    account: Annotated[str, typer.Option(metavar="ACCOUNT", help="The account whose payment it is.")],
    accounting_date: AccountingDate = None,
    key: Key = None,
) -> Told:
    """Say whose payment a receipt is."""
    with call.desk() as desk:
        return recorded(receipt.identify(desk, receipt_id, account, Entry(key, None, accounting_date)))
