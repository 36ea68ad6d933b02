"""The provider's own bank accounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

import typer

from infra.cli.answer import Answer, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import Currency, Key, ReasonCode, day
from infra.cli.outcome import recorded
from infra.desk import bank_account
from infra.desk.bank_account import Declaration
from infra.desk.desk import Occasion

COMMANDS: Final = Commands("bank-account", "The provider's own bank accounts.")

_COLUMNS: Final = (
    ("bank account", "bank_account"),
    ("name", "name"),
    ("currency", "currency"),
    ("ledger account", "ledger_account"),
    ("numbers", "numbers"),
    ("expected", "expected"),
    ("from", "from_on"),
    ("until", "until_on"),
    ("numbers count from", "numbers_from"),
    ("flips reversals", "reversal_flips_sign"),
    ("opening day", "opening_on"),
    ("opening balance", "opening_minor"),
)
_NumbersFrom = Annotated[
    date | None,
    typer.Option(
        "--numbers-from",
        parser=day,
        metavar="DATE",
        help="The first day from which a number of a statement that is left out means that a statement is missing; by "
        "default always. A day after all others if the bank's numbers do not count its statements.",
    ),
]
_Reversals = Annotated[
    Literal["as-stated", "flipped"] | None,
    typer.Option(
        help="How the bank's files give the direction of a reversed movement (RvslInd): `as-stated` is its own, as ISO "
        "20022 says; `flipped` is that of the movement which it takes back, as some German banks give it, so its sign "
        "is flipped. By default as-stated; the balances show which is right.",
    ),
]


@COMMANDS.add("declare", gives=("DeclareBankAccount",))
def declare(
    call: Call,
    number: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="IBAN, bankgiro, plusgiro (12 34 56-7) or account number.")
    ],
    currency: Currency,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="The account's name; by default its number.")] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER", help="A further number of the same account; may be given several times."),
    ] = None,
    feed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT[:FROM..UNTIL]",
            help="Files that are expected, such as camt.053 or bgmax:..2026-11-27; may be given several times. By "
            "default camt.053, or bgmax for a giro number. Files of other formats are booked as well.",
        ),
    ] = None,
    ledger_account: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="The account of the general ledger; by default the next free one."),
    ] = None,
    id: Annotated[str | None, typer.Option(metavar="ID", help="The account's id; by default its number.")] = None,
    from_on: Annotated[
        date | None,
        typer.Option("--from", parser=day, metavar="DATE", help="The first day for which statements are expected."),
    ] = None,
    until_on: Annotated[
        date | None,
        typer.Option("--until", parser=day, metavar="DATE", help="The last day on which the account is open."),
    ] = None,
    numbers_from: _NumbersFrom = None,
    reversals: _Reversals = None,
    key: Key = None,
) -> Answer:
    """Declare a bank account of the provider.

    An account can be declared again, with what has changed; everything else stays as it was declared. `--alias` and
    `--feed` replace all further numbers and feeds. `--until` closes the account; it has no statements or money later.
    """
    flips = None if reversals is None else reversals == "flipped"
    said = Declaration(id, name, alias, feed, ledger_account, from_on, until_on, numbers_from, flips)
    with call.desk() as desk:
        return recorded(bank_account.declare(desk, number, currency, said, Occasion(key)))


@COMMANDS.add("opening", gives=("RecordBankOpening",))
def record_opening(
    call: Call,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id or one of its numbers.")],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="The balance, as in 1250.00.")],
    as_of: Annotated[
        date, typer.Option("--as-of", parser=day, metavar="DATE", help="The day at whose end it was the balance.")
    ],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where the balance is from, such as a statement.")],
    overdrawn: Annotated[bool, typer.Option("--overdrawn", help="The balance is below zero.")] = False,
    key: Key = None,
) -> Answer:
    """Record the opening balance of a bank account.

    Movements that the bank booked up to that day are then shown but not booked. Record the balance again to correct its
    amount, and, until a file of the account is loaded, its day.
    """
    with call.desk() as desk:
        done = bank_account.record_opening(desk, account, amount, as_of, source, Occasion(key), overdrawn=overdrawn)
        return recorded(done)


@COMMANDS.add("withdraw", gives=("WithdrawBankAccount",))
def withdraw(
    call: Call,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id or one of its numbers.")],
    reason: ReasonCode,
    key: Key = None,
) -> Answer:
    """Take a bank account out of use that was declared by mistake.

    Nothing waits for its statements then. Only for an account of which no file was ever loaded; another one is closed
    with `bank-account declare --until`. It can be declared again.
    """
    with call.desk() as desk:
        return recorded(bank_account.withdraw(desk, account, reason, Occasion(key)))


@COMMANDS.add("list")
def list_bank_accounts(call: Call) -> Answer:
    """List the provider's bank accounts.

    Also shows the day up to which the bank's files are loaded.
    """
    with call.desk() as desk:
        rows, through, position = bank_account.declared(desk)
    loaded = f"loaded through {through}" if through else "the bank's files are not complete for any day"
    totals = [{"name": "bank", "loaded_through_on": through}]
    return Answer(rows=rows, totals=totals, position=position, page=[Table(_COLUMNS, rows), loaded])
