"""Receipts that are not all allocated, and what they might be for."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Everything
from infra.desk import waiting

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
    ("might be for", "suggested"),
)


@COMMANDS.add("receipts")
def receipts(
    call: Call,
    account: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="Those of one account.")] = None,
    everything: Everything = False,
) -> Told:
    """List receipts that are not all allocated.

    Each with why no rule was certain, and what it might be for.
    """
    with call.desk() as desk:
        rows, totals, position = waiting.receipts(desk, account)
    why = {code: reason for row in rows for code, reason in zip(row["codes"], row["reasons"], strict=True)}
    page: list[str | Table] = [
        f"{len(rows)} receipts of {call.entity} are not all allocated",
        Table(_RECEIPTS, rows, long=True),
        *(f"{code}: {reason}" for code, reason in sorted(why.items())),
    ]
    return Told(rows=rows, totals=totals, position=position, page=page)
