"""Our accounts at payment providers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import ChargedName, Currency, Key, ProviderRailName, day
from infra.cli.outcome import recorded
from infra.desk import agreed_fee, provider_account
from infra.desk.agreed_fee import FeeSaid
from infra.desk.desk import Occasion
from infra.desk.provider_account import ProviderDeclaration

COMMANDS: Final = Commands("provider-account", "Our accounts at payment providers, such as for cards or Swish.")

_COLUMNS: Final = (
    ("account", "bank_account"),
    ("name", "name"),
    ("provider", "provider"),
    ("rail", "rail"),
    ("currency", "currency"),
    ("numbers", "numbers"),
    ("senders", "senders"),
    ("payout terms", "payout_terms"),
    ("fees", "fees"),
    ("tax of fees", "fee_tax_code"),
)


@COMMANDS.add("declare", gives=("DeclareProviderAccount",))
def declare(
    call: Call,
    id: Annotated[str, typer.Argument(metavar="ID", help="The account's id, such as cards.")],
    currency: Currency,
    provider: Annotated[
        str | None, typer.Option(metavar="PROVIDER", help="The payment provider, such as stripe or adyen.")
    ] = None,
    rail: Annotated[ProviderRailName | None, typer.Option(help="How payments reach it.")] = None,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="The account's name; by default its id.")] = None,
    number: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER", help="A number by which files name the account; may be given several times."),
    ] = None,
    sender: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="How our bank's lines name the provider that pays out: words of its name, or its account number; may "
            "be given several times.",
        ),
    ] = None,
    payout_terms: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DAYS",
            help="Bank days from a payment to its payout, from there to our bank, and until what is late is missing, "
            "as in 3+1+5 or, from a day on, 3+1+5:2026-07-01; with the days for which a reserve is kept, 3+1+5+180; "
            "3+1+5+by-hand if nothing is paid out until we withdraw it. May be given several times.",
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Where the terms of payout are agreed, such as a contract.")
    ] = None,
    fee_tax_code: Annotated[
        str | None, typer.Option(metavar="CODE", help="The tax code of the tax on its fees, such as SE-25.")
    ] = None,
    key: Key = None,
) -> Answer:
    """Declare an account at a payment provider.

    What the provider holds for us is on the clearing account of the rail until it is paid out to our bank. An account
    can be declared again, with what has changed; `--number`, `--sender` and `--payout-terms` replace all earlier ones.
    Payments that it settles in another currency need an account in the payers' currency, too.
    """
    said = ProviderDeclaration(provider, rail, name, number, sender, payout_terms, source, fee_tax_code)
    with call.desk() as desk:
        return recorded(provider_account.declare(desk, id, currency, said, Occasion(key)))


@COMMANDS.add("fees", gives=("AgreeFee",))
def fees(
    call: Call,
    id: Annotated[str, typer.Argument(metavar="ID", help="The account's id, or one of its numbers.")],
    kind: Annotated[ChargedName, typer.Option(help="The kind of transaction.")],
    from_on: Annotated[
        date, typer.Option("--from", parser=day, metavar="DATE", help="The first day of transactions with the fee.")
    ],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where the fee is agreed, such as a contract.")],
    percent: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Per cent of the gross amount, as in 1.5.")
    ] = None,
    fixed: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="A fixed amount for each transaction; below zero if it is given back."),
    ] = None,
    minimum: Annotated[str | None, typer.Option(metavar="AMOUNT", help="The least that both are together.")] = None,
    maximum: Annotated[str | None, typer.Option(metavar="AMOUNT", help="The most that both are together.")] = None,
    tax: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER", help="Per cent of tax that is added to the fee, as in 25; it is not compared without one."
        ),
    ] = None,
    ended: Annotated[bool, typer.Option("--ended", help="No fee is agreed from the day on.")] = False,
    key: Key = None,
) -> Answer:
    """Say which fee is agreed for a kind of transaction, from a day on.

    It counts for transactions from that day until the first day of a later fee of that kind. A fee with the same first
    day takes the place of the earlier one. The report `provider-fees` compares with it what was charged.
    """
    said = FeeSaid(percent, fixed, minimum, maximum, tax, ended)
    with call.desk() as desk:
        return recorded(agreed_fee.agree(desk, id, kind, from_on, said, source, Occasion(key)))


@COMMANDS.add("list")
def list_provider_accounts(call: Call) -> Answer:
    """List our accounts at payment providers."""
    with call.desk() as desk:
        rows, position = provider_account.declared(desk)
    return Answer(rows=rows, position=position, page=[Table(_COLUMNS, rows)])
