"""The command that makes unpaid tax of the cash method due at the end of a fiscal year."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import day
from infra.desk import unpaid_tax
from infra.desk.amounts import written
from infra.desk.counts import counted

COMMANDS: Final = Commands()

_ITEMS: Final = (
    ("item", "number"),
    ("reference", "reference"),
    ("currency", "currency"),
    ("net", "net_minor"),
    ("tax", "tax_minor"),
)


@COMMANDS.add("vat-year-end", gives=("LetUnpaidTaxFallDue",))
def vat_year_end(
    call: Call,
    through: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DATE",
            help="The last day of a fiscal year; of the last one that ended if you give none.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would fall due, but record nothing.")] = False,
) -> Answer:
    """Let the tax fall due that is unpaid at the end of a fiscal year.

    With the cash method, tax is due when it is paid, and all that is unpaid on the last day of the fiscal year is due
    on that day. When it is paid later, it does not fall due again. Run the command before the last period of the year
    is closed hard; run it again if more is found of that year, and only that falls due.
    """
    with call.desk() as desk:
        done = unpaid_tax.fall_due(desk, through, rehearsed=dry_run)
    sums = ", ".join(f"{written(amount, currency)} {currency}" for currency, amount in done.sums.items()) or "none"
    rehearsed = ", dry run: nothing is recorded" if dry_run else ""
    said = (
        f"tax of {call.entity} that fell due unpaid on {done.through_on}: {sums}, of {counted(len(done.rows), 'item')}"
    )
    return Answer(
        rows=done.rows,
        totals=[{"name": "tax", "currency": one, "amount_minor": amount} for one, amount in done.sums.items()],
        as_of=done.through_on,
        position=done.position,
        page=[said + rehearsed, *([Table(_ITEMS, done.rows)] if done.rows else [])],
    )
