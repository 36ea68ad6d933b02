"""The provider's own bank accounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Currency, Key, day
from infra.cli.outcome import recorded
from infra.desk import bank_account
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("bank-account", "The provider's own bank accounts.")


@COMMANDS.add("declare")
def declare(
    call: Call,
    number: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="IBAN, bankgiro, plusgiro (12 34 56-7) or account number.")
    ],
    currency: Currency,
    booked_format: Annotated[
        str,
        typer.Option(
            metavar="FORMAT",
            help="The one format whose lines are booked, such as camt.053; other formats only prove totals.",
        ),
    ],
    from_on: Annotated[
        date | None,
        typer.Option("--from", parser=day, metavar="DATE", help="The first day for which statements are expected."),
    ] = None,
    until_on: Annotated[
        date | None,
        typer.Option("--until", parser=day, metavar="DATE", help="The last day on which the account is open."),
    ] = None,
    key: Key = None,
) -> Answer:
    """Declare a bank account of the provider.

    Also declares the one format whose lines are booked; other formats only prove totals. Only the newest declaration
    counts.
    """
    with call.desk() as desk:
        return recorded(bank_account.declare(desk, number, currency, booked_format, Occasion(key), from_on, until_on))


@COMMANDS.add("list")
def list_bank_accounts(call: Call) -> Answer:
    """List the provider's bank accounts.

    Also shows the day up to which the bank's files are loaded.
    """
    with call.desk() as desk:
        rows, through, position = bank_account.declared(desk)
    columns = [(name, name) for name in ("bank_account", "currency", "booked_format", "from_on", "until_on")]
    loaded = f"loaded through {through}" if through else "the bank's files are not complete for any day"
    totals = [{"name": "bank", "loaded_through_on": through}]
    return Answer(rows=rows, totals=totals, position=position, page=[Table(columns, rows), loaded])
