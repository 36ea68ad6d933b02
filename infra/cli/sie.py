"""Commands for the general ledger: write vouchers for it as SIE 4, and compare its own file with our ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.mapping import unconfirmed
from infra.cli.options import LAST_POSITION, KnownAt, currency, day, month, whole
from infra.desk import general_ledger
from infra.desk.counts import counted
from infra.desk.general_ledger import Asked, Exported
from infra.desk.problems import Problem

COMMANDS: Final = Commands("sie", "Vouchers for the general ledger (SIE 4), and its file compared with ours.")

_After = Annotated[
    int,
    typer.Option(
        parser=whole(0, LAST_POSITION),
        metavar="POSITION",
        help="Only vouchers recorded after this position of an earlier file.",
    ),
]
_TOTALS: Final = (
    ("account", "account"),
    ("name", "name"),
    ("number confirmed", "confirmed"),
    ("currency", "currency"),
    ("opening", "opening_minor"),
    ("debit", "debit_minor"),
    ("credit", "credit_minor"),
    ("change", "change_minor"),
)
_COMPARED: Final = (
    ("what", "what"),
    ("account", "account"),
    ("series", "series"),
    ("voucher", "number"),
    ("accounted", "accounting_date"),
    ("currency", "currency"),
    ("ours", "ours_minor"),
    ("general ledger", "theirs_minor"),
    ("difference", "difference_minor"),
    ("text", "text"),
)

_LEFT_OUT: Final = "{0} in {1} of these days not in the file, which has one currency; {2}"
_NOT_IN_SIE: Final = "`reskontra journal` has them, because SIE needs amounts with two decimals"


@COMMANDS.add("export")
def export(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to create; it must not exist yet.")],
    from_on: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="The first accounting date.")
    ] = None,
    to_on: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="DATE", help="The last accounting date.")
    ] = None,
    period: Annotated[
        date | None,
        typer.Option(parser=month, metavar="YYYY-MM", help="All days of a month, instead of --from and --to."),
    ] = None,
    kind: Annotated[
        Literal["4I", "4E"],
        typer.Option(
            "--type",
            help="4I has vouchers only, for another program to read in; 4E also has the year's balances, opening "
            "balances among them.",
        ),
    ] = "4I",
    of_currency: Annotated[
        str | None,
        typer.Option("--currency", parser=currency, metavar="CODE", help="By default the entity's first currency."),
    ] = None,
    after: _After = 0,
    known_at: KnownAt = None,
) -> Answer:
    """Write vouchers into a SIE 4 file for the general ledger.

    Each voucher has its number within the fiscal year, in the series KR, and each posting the account of its own day.
    Opening balances are no vouchers: they are in the opening balances of a file of type 4E. The answer shows the
    totals by account, to compare them with those of the general ledger once it has read the file, and how many vouchers
    in other currencies are not in it.
    """
    first, last = _days(from_on, to_on, period)
    with call.desk() as desk:
        made = general_ledger.export(desk, file, Asked(first, last, kind, of_currency, known_at, after))  # type: ignore[arg-type]
    page: list[str | Table] = [
        f"wrote {counted(made.vouchers, 'voucher')} in {made.currency}, {first} to {last}, to {file}, known at "
        f"position {made.known_at}",
        *_by_account(made),
    ]
    if kind == "4I" and any(row["opening_minor"] for row in made.rows):
        page.append("opening balances are not in the file, because they are no vouchers; --type 4E has them")
    page += [_left_out(one, count) for one, count in made.left_out.items()]
    return Answer(rows=made.rows, totals=_totals(made, file), known_at=made.known_at, page=page)


def _left_out(currency: str, count: int) -> str:
    """How many vouchers in a currency are not in the file, and where they are."""
    what_to_do = f"--currency {currency} writes them" if general_ledger.fits(currency) else _NOT_IN_SIE
    return _LEFT_OUT.format(counted(count, "voucher"), currency, what_to_do)


def _by_account(made: Exported) -> list[str | Table]:
    return [Table(_TOTALS, made.rows), *unconfirmed(made.rows)]


def _totals(made: Exported, file: Path) -> list[Row]:
    left_out = [{"name": "left_out", "left_out": count, "currency": one} for one, count in made.left_out.items()]
    return [
        {"name": "vouchers", "vouchers": made.vouchers, "currency": made.currency, "file": str(file)},
        *left_out,
    ]


@COMMANDS.add("compare")
def compare(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The general ledger's own export, SIE 4E.")],
) -> Answer:
    """Compare the general ledger's SIE 4E file with our ledger.

    Compares the balance of each account that only we post to, on the last day of the file. For accounts that differ,
    shows the vouchers that the general ledger lacks, that only it has, and those with other amounts. Ends with exit
    code 1 if something differs.
    """
    with call.desk() as desk:
        found = general_ledger.compare(desk, file)
    differing = [row for row in found.rows if row["what"] == "account" and row["difference_minor"]]
    accounts = sum(row["what"] == "account" for row in found.rows)
    problems = []
    if differing:
        named = ", ".join(row["account"] for row in differing)
        sentence = f"the general ledger differs from ours on {counted(len(differing), 'account')} ({named})"
        problems.append(Problem("general_ledger_differs", f"{sentence}, through {found.through_on}"))
    compared = f"{counted(accounts, 'account')} compared in {found.currency} through {found.through_on}"
    verdict = f"{compared}, {len(differing)} of them differ"
    return Answer(
        rows=found.rows,
        problems=problems,
        ok=not differing,
        as_of=found.through_on,
        known_at=found.known_at,
        page=[*(one.sentence for one in problems), Table(_COMPARED, found.rows), verdict],
    )


def _days(from_on: date | None, to_on: date | None, period: date | None) -> tuple[date, date]:
    """The days that a person gave, or those of the month."""
    if period is not None and from_on is None and to_on is None:
        return period.replace(day=1), period
    if period is not None or from_on is None or to_on is None:
        raise typer.BadParameter("give --from and --to, or a month with --period")
    return from_on, to_on
