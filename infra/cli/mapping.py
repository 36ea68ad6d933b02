"""Commands for the chart's mapping: which ledger account each account role has, and from which day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, TypeAlias

import typer

from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Key, currency, day
from infra.cli.outcome import recorded
from infra.desk import mapping
from infra.desk.desk import Occasion
from infra.desk.mapping import Choice, Postings

COMMANDS: Final = Commands("mapping", "The ledger accounts of the account roles, each from a day on.")

_COLUMNS: Final = (
    ("role", "role"),
    ("bank account", "bank_account"),
    ("currency", "currency"),
    ("tax code", "tax_code"),
    ("unit", "unit"),
    ("account", "account"),
    ("name", "name"),
    ("from", "from_on"),
    ("until", "until_on"),
    ("confirmed", "confirmed"),
    ("source", "source"),
)

Role: TypeAlias = Annotated[str, typer.Argument(metavar="ROLE", help="The account role, such as ar_patient.")]
OfBankAccount: TypeAlias = Annotated[
    str | None,
    typer.Option("--bank-account", metavar="ACCOUNT", help="Only for the money of this bank account of the provider."),
]
OfCurrency: TypeAlias = Annotated[
    str | None, typer.Option("--currency", parser=currency, metavar="CODE", help="Only for postings in this currency.")
]
OfTaxCode: TypeAlias = Annotated[
    str | None, typer.Option("--tax-code", metavar="CODE", help="Only for postings with this tax code, such as SE-25.")
]
OfUnit: TypeAlias = Annotated[
    str | None, typer.Option("--unit", metavar="UNIT", help="Only for postings of this care unit.")
]


@COMMANDS.add("set", gives=("SetMapping",))
def put(
    call: Call,
    role: Role,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The number of the ledger account.")],
    from_on: Annotated[
        date,
        typer.Option("--from", parser=day, metavar="DATE", help="The first accounting date that gets the account."),
    ],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Who chose the account, or where that is written.")],
    until_on: Annotated[
        date | None,
        typer.Option("--until", parser=day, metavar="DATE", help="The last accounting date; none if you give none."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Its name; by default the role's in the standard chart."),
    ] = None,
    bank_account: OfBankAccount = None,
    of_currency: OfCurrency = None,
    tax_code: OfTaxCode = None,
    unit: OfUnit = None,
    unconfirmed: Annotated[
        bool, typer.Option("--unconfirmed", help="Somebody still has to confirm the account's number.")
    ] = False,
    key: Key = None,
) -> Answer:
    """Give an account role a ledger account from a day on.

    The account that the role had until then ends on the day before. Each posting gets the account that its role has on
    the posting's accounting date; of several mappings, the one for fewer postings decides. A mapping that begins on the
    same day is replaced. A mapping for all postings also replaces the standard accounts of the tax codes.
    """
    choice = Choice(account, source, name, not unconfirmed)
    with call.desk() as desk:
        of = Postings(bank_account, of_currency, tax_code, unit)
        return recorded(mapping.put(desk, role, choice, of, from_on, until_on, Occasion(key)))


@COMMANDS.add("end", gives=("EndMapping",))
def end(
    call: Call,
    role: Role,
    until_on: Annotated[
        date, typer.Option("--until", parser=day, metavar="DATE", help="The last accounting date of the mapping.")
    ],
    bank_account: OfBankAccount = None,
    of_currency: OfCurrency = None,
    tax_code: OfTaxCode = None,
    unit: OfUnit = None,
    key: Key = None,
) -> Answer:
    """End a mapping for certain postings.

    Afterwards the role's mapping for all postings is valid for them. If the day is before the mapping's first day, the
    mapping never was.
    """
    with call.desk() as desk:
        return recorded(
            mapping.end(desk, role, Postings(bank_account, of_currency, tax_code, unit), until_on, Occasion(key))
        )


@COMMANDS.add("list")
def list_mappings(
    call: Call,
    on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="Only the accounts of this day; those of all days if none."),
    ] = None,
) -> Answer:
    """List all account roles with their ledger accounts.

    A role that nobody has mapped has its account in the standard chart. Without a first day, a mapping is valid for
    everything before its last day.
    """
    with call.desk() as desk:
        found = mapping.listed(desk, on)
    return Answer(
        rows=found.rows, position=found.position, page=[Table(_COLUMNS, found.rows), *unconfirmed(found.rows)]
    )


def unconfirmed(rows: Iterable[Row]) -> list[str | Table]:
    """Return a line that names the ledger accounts among these rows that nobody has confirmed, and how that is done."""
    named = dict.fromkeys(f"{row['account']} ({row['role']})" for row in rows if row.get("confirmed") is False)
    if not named:
        return []
    how = "`reskontra mapping set ROLE ACCOUNT --from 1900-01-01 --source TEXT` confirms one, or gives another"
    return [f"nobody has confirmed the numbers of {', '.join(named)}: {how}"]
