"""Credit notes: crediting an invoice in full or by line."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from infra.cli.answer import Answer
from infra.cli.invocation import Call, Commands
from infra.cli.options import AccountingDate, DecidedOn, Id, Key, ReasonCode, ReasonText
from infra.cli.outcome import recorded
from infra.cli.page import money
from infra.desk import credit_note
from infra.desk.desk import Occasion
from infra.desk.vault import reason_text

COMMANDS: Final = Commands()


@COMMANDS.add("credit", gives=("IssueCreditNote",))
def credit(
    call: Call,
    invoice: Annotated[
        str,
        typer.Argument(metavar="INVOICE", help="The invoice's number, payment reference, id, or either end of its id."),
    ],
    reason: ReasonCode,
    series: Annotated[str, typer.Option(metavar="NAME", help="The number series of credit notes.")],
    lines: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            metavar="LINE=AMOUNT",
            help="A line and the amount to credit to the first payer's item, including VAT, as in 1=250.00 for 200.00 "
            "and 25 % of it. If you give no line, the whole invoice is credited.",
        ),
    ] = None,
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--item",
            metavar="ITEM=LINE:AMOUNT",
            help="A line and the amount to credit to the item of one of the payers, including VAT; may be given "
            "several times.",
        ),
    ] = None,
    id: Id = None,
    on: DecidedOn = None,
    accounting_date: AccountingDate = None,
    key: Key = None,
    text: ReasonText = None,
) -> Answer:
    """Credit an invoice, in full or by line.

    What is credited above the open amount becomes customer credit.
    """
    with call.desk() as desk:
        occasion = Occasion(key, on, accounting_date, text_ref=reason_text(desk, call.vault, text))
        done = credit_note.issue(desk, invoice, series, reason, occasion, lines or (), items or (), id)
    amount, excess, currency = (done.more[name] for name in ("amount_minor", "credit_minor", "currency"))
    said = f"credit note number {done.more['number']}: {money(amount, currency)} {currency}"
    to_credit = f", of which {money(excess, currency)} became customer credit" if excess else ""
    return recorded(done, said + to_credit)
