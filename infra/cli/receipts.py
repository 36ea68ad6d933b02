"""The command that lists receipts that are not fully allocated, with the items that each may pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Everything
from infra.desk import worklist
from infra.desk.counts import counted
from infra.desk.vault import CLERKS
from ledger.vault.purposes import Purpose

COMMANDS: Final = Commands()

_MONEY: Final = (
    ("receipt", "receipt_id"),
    ("booked", "booked_on"),
    ("bank account", "bank_account"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("unallocated", "unallocated_minor"),
)
_PAYER: Final = (("payer", "payer"), ("paid from", "payer_account"), ("message", "message_text"))
_WHY: Final = (("reference", "reference"), ("account", "account_id"), ("why", "codes"), ("candidates", "suggested"))
# What stands in place of a payer's name, by why it is not shown.
_UNSAID: Final[Mapping[str, str]] = {
    "masked": "(protected: a manager may see it)",
    "erased": "(erased)",
    "by_hand": "(recorded by hand)",
    "by_transfer": "(in the file of the entity that sent it)",
    "file_not_readable": "(the file cannot be read: see `reskontra verify`)",
}
_LEFT_OUT: Final = {
    "not_asked": "who paid is left out: `reskontra receipts --purpose payment_enquiry` shows names, accounts and "
    "messages, and logs that you read them",
    "not_allowed": f"who paid is left out: it is shown to persons with one of the duties {', '.join(CLERKS)}",
}


@COMMANDS.add("receipts", needs={"--purpose": CLERKS})
def receipts(
    call: Call,
    account: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="Only receipts of this account.")] = None,
    purpose: Annotated[
        Purpose | None, typer.Option("--purpose", help="Show who paid, too, and log why you read it.")
    ] = None,
    everything: Everything = False,
) -> Answer:
    """List receipts that are not fully allocated.

    For each receipt, shows why no rule matched it and which items it could pay. With a purpose, also shows the payer's
    name, account and message, as the bank's files say, to persons whose duty allows it; each reading is logged. Of a
    payer with protected identity, they are masked.
    """
    with call.desk() as desk:
        reading = None if purpose is None else worklist.Reading(call.vault, purpose)
        rows, totals, position, payers = worklist.receipts(desk, account, reading)
    why = {code: reason for row in rows for code, reason in zip(row["codes"], row["reasons"], strict=True)}
    page: list[str | Table] = [
        f"{counted(len(rows), 'receipt')} of {call.entity} not fully allocated",
        _table(rows, payers),
        *(f"{code}: {reason}" for code, reason in sorted(why.items())),
        *([_LEFT_OUT[payers]] if rows and payers in _LEFT_OUT else []),
    ]
    return Answer(rows=rows, totals=totals, position=position, page=page)


def _table(rows: Sequence[Row], payers: str) -> Table:
    if payers != "shown":
        return Table((*_MONEY, *_WHY), rows, long=True)
    told = [{**row, "payer": _UNSAID.get(row["payer_unsaid"] or "", row["payer_name"])} for row in rows]
    return Table((*_MONEY, *_PAYER, *_WHY), told, long=True)
