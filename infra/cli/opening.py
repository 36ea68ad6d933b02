"""What must be there before money moves: payers' accounts, number series, and the provider's own bank accounts."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final

import typer

from infra.cli.answer import Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import Currency, Key, PayerName, ReferenceKindName, SourceName, day
from infra.cli.recording import Entry, do

ACCOUNTS: Final = Commands("account", "Payers' accounts.")
SERIES: Final = Commands("series", "Number series of invoices and credit notes.")
BANK_ACCOUNTS: Final = Commands("bank-account", "The provider's own bank accounts.")

# As bankgiro numbers are printed for people; files have their digits alone.
_BANKGIRO: Final = re.compile(r"\d{3,4}-\d{4}")


@ACCOUNTS.add("open")
def open_account(
    call: Call,
    payer: Annotated[PayerName, typer.Option(help="What kind of payer it is.")],
    account: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A random id, never a personal number; one is made unless said."),
    ] = None,
    key: Key = None,
) -> Told:
    """Open a payer's account."""
    from ledger.domain.receivables.account import OpenAccount

    entry = Entry(key=key)
    account_id = entry.id(account, call.now)
    return do(call, OpenAccount(account_id=account_id, payer=payer), entry, {"account_id": account_id})


@SERIES.add("open")
def open_series(
    call: Call,
    series: Annotated[str, typer.Argument(metavar="NAME", help="The series' name.")],
    first: Annotated[int, typer.Option(min=1, help="Its first number.")] = 1,
    reference_kind: Annotated[ReferenceKindName, typer.Option(help="The references made of its numbers.")] = "ocr",
    reference_prefix: Annotated[str, typer.Option(metavar="DIGITS", help="The digits its references begin with.")] = "",
    key: Key = None,
) -> Told:
    """Open a number series; it may start anywhere."""
    from ledger.domain.receivables.number_series import OpenSeries

    command = OpenSeries(series=series, first=first, reference_kind=reference_kind, reference_prefix=reference_prefix)
    return do(call, command, Entry(key=key), {"series": series})


@BANK_ACCOUNTS.add("declare")
def declare(
    call: Call,
    bank_account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="IBAN, bankgiro or account number.")],
    currency: Currency,
    source: Annotated[SourceName, typer.Option(help="The one format whose lines are booked; others prove totals.")],
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
    from ledger.domain.bank.account import BankAccount, DeclareBankAccount

    number = "".join(bank_account.split()).upper()
    number = number.replace("-", "") if _BANKGIRO.fullmatch(number) else number
    account = BankAccount(number, currency, source, from_on, until_on)
    return do(call, DeclareBankAccount(account=account), Entry(key=key), {"bank_account": number})


@BANK_ACCOUNTS.add("list")
def list_bank_accounts(call: Call) -> Told:
    """List the provider's bank accounts.

    And through which day the bank is loaded.
    """
    with call.books() as books:
        through = books.bank_loaded_through()
        rows = books.store.now.bank_accounts()
        columns = [(name, name) for name in ("bank_account", "currency", "source", "from_on", "until_on")]
        loaded = f"loaded through {through}" if through else "not loaded through any day"
        return Told(
            rows=rows,
            totals=[{"name": "bank", "loaded_through_on": through}],
            position=books.store.position(),
            page=[Table(columns, rows), loaded],
        )
