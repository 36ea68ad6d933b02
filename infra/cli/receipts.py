"""The command that lists receipts that are not fully allocated, with the items that each may pay."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything
from infra.desk import worklist
from infra.desk.counts import counted

COMMANDS: Final = Commands()

_RECEIPTS: Final = (
    ("receipt", "receipt_id"),
    ("booked", "booked_on"),
    ("bank account", "bank_account"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("unallocated", "unallocated_minor"),
    ("reference", "reference"),
    ("account", "account_id"),
    ("why", "codes"),
    ("candidates", "suggested"),
)


@COMMANDS.add("receipts")
def receipts(
    call: Call,
    account: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="Only receipts of this account.")] = None,
    everything: Everything = False,
) -> Answer:
    """List receipts that are not fully allocated.

    For each receipt, shows why no rule matched it and which items it could pay.
    """
    with call.desk() as desk:
        rows, totals, position = worklist.receipts(desk, account)
    why = {code: reason for row in rows for code, reason in zip(row["codes"], row["reasons"], strict=True)}
    page: list[str | Table] = [
        f"{counted(len(rows), 'receipt')} of {call.entity} not fully allocated",
        Table(_RECEIPTS, rows, long=True),
        *(f"{code}: {reason}" for code, reason in sorted(why.items())),
    ]
    return Answer(rows=rows, totals=totals, position=position, page=page)
