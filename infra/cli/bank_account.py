"""The provider's own bank accounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Currency, Key, day
from infra.cli.recording import recorded
from infra.desk import bank_account
from infra.desk.desk import Entry

COMMANDS: Final = Commands("bank-account", "The provider's own bank accounts.")


@COMMANDS.add("declare")
def declare(
    call: Call,
    number: Annotated[str, typer.Argument(metavar="ACCOUNT", help="IBAN, bankgiro or account number.")],
    currency: Currency,
    source: Annotated[
        str,
        typer.Option(
            metavar="FORMAT", help="The one format whose lines are booked, as in camt.053; others prove totals."
        ),
    ],
    from_on: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="Statements are awaited from this day.")
    ] = None,
    until_on: Annotated[
        date | None, typer.Option("--until", parser=day, metavar="DATE", help="It is closed after this day.")
    ] = None,
    key: Key = None,
) -> Told:
    """Declare a bank account of the provider.

    And the one format that books its movements; other formats only prove totals. The newest declaration holds.
    """
    with call.desk() as desk:
        return recorded(bank_account.declare(desk, number, currency, source, Entry(key), from_on, until_on))


@COMMANDS.add("list")
def list_bank_accounts(call: Call) -> Told:
    """List the provider's bank accounts.

    And through which day the bank is loaded.
    """
    with call.desk() as desk:
        rows, through, position = bank_account.declared(desk)
    columns = [(name, name) for name in ("bank_account", "currency", "source", "from_on", "until_on")]
    loaded = f"loaded through {through}" if through else "not loaded through any day"
    totals = [{"name": "bank", "loaded_through_on": through}]
    return Told(rows=rows, totals=totals, position=position, page=[Table(columns, rows), loaded])
