"""Commands for reports: what had happened up to a day, as known at a position, and whether the sums tie out."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer
from typer.core import TyperCommand

from infra.cli.answer import Answer, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.mapping import unconfirmed
from infra.cli.options import AnyDay, AsOf, Everything, KnownAt, day, position_or_time
from infra.cli.page import amount
from infra.desk import report, set_aside
from infra.desk.bank_findings import bank_problems, on_days
from infra.desk.counts import counted
from infra.desk.problems import Problem

if TYPE_CHECKING:
    from projections import Control, Report
    from projections.reports.report import Definition, Loading

Write: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--write",
        metavar="FILE",
        help="Write all lines into this new file, whose name ends in .csv or .parquet, with amounts in minor units.",
    ),
]
# How control totals of money are shown.
CONTROLS: Final = (
    ("control", "name"),
    ("currency", "currency"),
    ("book", "book_minor"),
    ("shown", "shown_minor"),
    ("difference", "difference_minor"),
)
# How the ledger is compared with the bank.
BANK: Final = (
    ("bank", "what"),
    ("account", "bank_account"),
    ("currency", "currency"),
    ("after", "from_on"),
    ("through", "through_on"),
    ("sequence", "sequence"),
    ("bank", "bank_minor"),
    ("ledger", "ledger_minor"),
    ("difference", "difference_minor"),
    ("booked later", "later_minor"),
    ("to explain", "to_explain_minor"),
    ("only in detail", "details_minor"),
)
_BUT: Final = ", but something is wrong with the bank's statements: see above"
# The parser of each type of report option.
_READ: Final[dict[str, tuple[Any, str, Any]]] = {
    "day": (date, "DATE", day),
    "account": (str, "ACCOUNT", None),
    "subject": (str, "SUBJECT", None),
    "person": (str, "PERSON", None),
    "act": (str, "CODE", None),
    "position": (object, "POSITION|TIME", position_or_time),
}


@cache
def report_commands() -> Mapping[str, TyperCommand]:
    """Return a command for each report; the registry of reports is loaded only when a report or help is asked for."""
    from projections.reports.registry import REPORTS

    return {name: _command(definition) for name, definition in REPORTS.items()}


def _command(definition: Definition) -> TyperCommand:
    def work(
        call: Call,
        /,
        as_of: date | None,
        known_at: object,
        everything: bool = False,
        write: Path | None = None,
        **given: Any,
    ) -> Answer:
        from ledger.modules import absent

        # Arrow and ADBC would import numpy, pandas and polars. The import would take longer than the report, so it is
        # prevented.
        assert known_at is None or isinstance(known_at, (int, datetime))
        with absent("numpy", "pandas", "polars"), call.desk() as desk:
            if write is not None:
                rows, known = report.written(desk, definition.name, as_of, known_at, given, write)
                row = {"file": str(write), "lines": rows}
                page = [f"wrote {counted(rows, 'line')} to {write}, known at position {known}"]
                return Answer(rows=[row], as_of=as_of, known_at=known, page=page)
            return answer_of(report.made(desk, definition.name, as_of, known_at, given), cut=definition.long)

    work.__doc__ = definition.about
    work.__signature__ = inspect.Signature(list(_parameters(definition)))  # type: ignore[attr-defined]
    commands = Commands()
    commands.add(definition.name)(work)
    made: TyperCommand = commands.called(definition.name)
    return made


def _parameters(definition: Definition) -> Iterator[inspect.Parameter]:
    positional, named = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    yield inspect.Parameter("call", positional, annotation=Call)
    for one in definition.options:
        kind, metavar, parser = _READ[one.kind]
        if one.needed:
            argument = typer.Argument(metavar=one.name.upper(), help=one.about)
            yield inspect.Parameter(one.name, named, annotation=Annotated[str, argument])
        else:
            flag = f"--{one.name.removesuffix('_on').replace('_', '-')}"
            option = typer.Option(flag, parser=parser, metavar=metavar, help=one.about)
            yield inspect.Parameter(one.name, named, default=None, annotation=Annotated[kind | None, option])
    yield inspect.Parameter("as_of", named, default=None, annotation=AsOf if definition.of_a_day else AnyDay)
    yield inspect.Parameter("known_at", named, default=None, annotation=KnownAt)
    if definition.long:
        yield inspect.Parameter("everything", named, default=False, annotation=Everything)
    if definition.pages is not None:
        yield inspect.Parameter("write", named, default=None, annotation=Write)


def answer_of(made: Report, *, cut: bool) -> Answer:
    """Return a report as an answer; if the report is incomplete or does not tie out, the answer says so first."""
    from projections.reports.registry import REPORTS

    rows: list[dict[str, Any]] = made.table.to_pylist()
    clocks = made.clocks
    of_the_bank = _of_the_bank(made)
    problems = wrong_with(made)
    day = f" as of {clocks.as_of}" if clocks.as_of else ""
    known = f"known at position {clocks.known_at}, read at position {clocks.read_at}"
    heading = f"{made.title}, {clocks.entity}{day}, {known}"
    return Answer(
        rows=rows,
        totals=[*(total(control) for control in made.controls), *bank_totals(made.bank)],
        problems=problems,
        ok=made.complete and not of_the_bank,
        as_of=clocks.as_of,
        known_at=clocks.known_at,
        position=clocks.read_at,
        page=[
            *(problem.sentence for problem in problems),
            heading,
            *bank_line(made.bank),
            Table([(one.heading, one.name) for one in made.columns if one.listed], rows, long=cut),
            *unconfirmed(rows),
            *(bank_table(made.bank) if made.name == "tie-out" else ()),
            *tied(made.controls, REPORTS[made.name].nothing, but=_BUT if of_the_bank else ""),
        ],
    )


def wrong_with(made: Report) -> list[Problem]:
    """Return what is wrong with a report: what it lacks, what does not tie out, and what is wrong with the bank."""
    return [*set_aside.problems_of(made.set_aside), *_untied(made), *_loading(made), *_of_the_bank(made)]


def _of_the_bank(made: Report) -> list[Problem]:
    return bank_problems(made.table.to_pylist() if made.name == "bank" else made.bank, amount)


def bank_line(rows: Sequence[Mapping[str, Any]]) -> list[str | Table]:
    """Return one line that says whether the ledger equals the bank; none if no account has statements yet."""
    accounts = [row for row in rows if row["what"] == "account" and row["bank_minor"] is not None]
    if not accounts:
        return []
    differing = [row for row in accounts if row["difference_minor"]]
    gaps, disputed = (sum(row["what"] == what for row in rows) for what in ("gap", "disputed"))
    wrong = [f"; {counted(gaps, 'gap')} between statements"] if gaps else []
    wrong += [f"; {counted(disputed, 'statement')} came again with another closing balance"] if disputed else []
    waiting = [f"{amount(row['to_explain_minor'], row['currency'])}" for row in accounts if row["to_explain_minor"]]
    wrong += [f"; {', '.join(waiting)} contradicts the book and waits"] if waiting else []
    missing = "".join([*wrong, ", see `reskontra bank`"]) if wrong else ""
    if differing:
        said = ", ".join(f"{row['bank_account']} by {_money(row)}" for row in differing)
        return [f"the ledger differs from the bank: {said}{missing}"]
    first = min(row["through_on"] for row in accounts)
    line = f"the ledger equals the bank on {counted(len(accounts), 'account')}, through {first}{missing}"
    return [line, *_details_told(rows)]


def _details_told(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    told = (
        ("waiting", False, "statements have payments without details"),
        ("waiting", True, "statements have returns without details"),
        ("excess", True, "files show payments that no statement has"),
        ("excess", False, "files show returns or charges that no statement has"),
    )
    for what, above, sentence in told:
        days = [row for row in rows if row["what"] == what and (row["details_minor"] > 0) is above]
        accounts = dict.fromkeys(row["bank_account"] for row in days)
        said = "; ".join(f"{account}, {on_days(days, account, amount)}" for account in accounts)
        if said:
            yield f"{sentence}: {said}: see `reskontra cut-over`"


def bank_table(rows: Sequence[Mapping[str, Any]]) -> list[str | Table]:
    """Return the table that compares each bank account with the bank; empty without accounts."""
    return [Table(BANK, [dict(row) for row in rows])] if rows else []


def bank_totals(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the comparison with the bank as totals of an answer."""
    return [{"name": "bank", **row} for row in rows]


def _money(row: Mapping[str, Any]) -> str:
    return amount(row["difference_minor"], row["currency"])


def tied(controls: Sequence[Control], nothing: str | None, but: str = "") -> list[str | Table]:
    """Return the control totals as people read them: the book's total, the report's total, and the difference.

    `nothing` is said if there are none, and `but` says what is wrong although they tie out.
    """
    if not controls:
        return [] if nothing is None else [nothing]
    money = [total(control) for control in controls if control.currency is not None]
    counts = [total(control) for control in controls if control.currency is None]
    page: list[str | Table] = []
    if money:
        page.append(Table(CONTROLS, money))
    if counts:
        page.append(
            Table((("facts of", "name"), ("book", "book"), ("shown", "shown"), ("difference", "difference")), counts)
        )
    differing = sum(1 for control in controls if control.difference_minor)
    verdict = f"does not tie out: {differing} of {len(controls)} totals differ" if differing else f"ties out{but}"
    return [*page, verdict]


def total(control: Control) -> Row:
    """Return a control total as a row: money in minor units, or a count."""
    unit = "" if control.currency is None else "_minor"
    figures = {
        f"book{unit}": control.book_minor,
        f"shown{unit}": control.shown_minor,
        f"difference{unit}": control.difference_minor,
    }
    named: dict[str, Any] = {"name": control.name}
    return named | ({} if control.currency is None else {"currency": control.currency}) | figures


def _untied(report: Report) -> list[Problem]:
    from projections.reports.registry import REPORTS

    differing = [control for control in report.controls if control.difference_minor]
    if not differing:
        return []
    amounts = ", ".join(
        f"{control.name} by {amount(control.difference_minor, control.currency)}"
        if control.currency
        else f"{control.name} by {control.difference_minor} facts"
        for control in differing
    )
    sentence = f"DOES NOT TIE OUT ({amounts}): {REPORTS[report.name].untied}"
    return [Problem("does_not_tie", sentence)]


def _loading(report: Report) -> list[Problem]:
    return [Problem("file_half_loaded", _half_loaded(file), file.sha256) for file in report.loading]


def _half_loaded(file: Loading) -> str:
    how_far, name = f"{file.loaded} of {file.lines} lines", file.sha256[:12]
    if file.completed_at is None:
        return (
            f"the figures are incomplete: file {name} is only partly loaded, {how_far}; run `reskontra reconcile` with "
            "the file again"
        )
    return (
        f"the figures are incomplete: file {name} was only partly loaded at this position, {how_far}; it is completely "
        f"loaded from position {file.completed_at} on"
    )
