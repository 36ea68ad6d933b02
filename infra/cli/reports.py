"""Reports on two clocks: what had occurred by a day, as it was known at a position, and whether it ties out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Problem, Row, Stopped, Table, Told
from infra.cli.asking import Call, Commands
from infra.cli.options import AsOf, Everything, KnownAt, day

if TYPE_CHECKING:
    from projections import Books, Control, Report

COMMANDS: Final = Commands()

_AGING: Final = (
    ("currency", "currency"),
    ("payer", "payer"),
    ("current", "current_minor"),
    ("1-30", "d1_30_minor"),
    ("31-60", "d31_60_minor"),
    ("61-90", "d61_90_minor"),
    ("91+", "d91_plus_minor"),
    ("open", "open_minor"),
    ("unallocated", "unallocated_minor"),
    ("credit", "credit_minor"),
    ("total", "total_minor"),
    ("items", "items"),
)
_OPEN_ITEMS: Final = (
    ("item", "item_id"),
    ("account", "account_id"),
    ("payer", "payer"),
    ("number", "number"),
    ("reference", "reference"),
    ("arose", "arose_on"),
    ("due", "due_on"),
    ("late", "days_past_due"),
    ("currency", "currency"),
    ("original", "original_minor"),
    ("paid", "paid_minor"),
    ("credited", "credited_minor"),
    ("written off", "written_off_minor"),
    ("open", "open_minor"),
)
_TIE_OUT: Final = (
    ("account", "account"),
    ("role", "role"),
    ("currency", "currency"),
    ("ledger", "ledger_minor"),
    ("+ accounted after", "accounted_after_minor"),
    ("- occurred after", "occurred_after_minor"),
    ("= expected", "expected_minor"),
    ("shown", "shown_minor"),
    ("difference", "difference_minor"),
)
_TRIAL_BALANCE: Final = (
    ("account", "account"),
    ("name", "name"),
    ("role", "role"),
    ("number confirmed", "confirmed"),
    ("currency", "currency"),
    ("debit", "debit_minor"),
    ("credit", "credit_minor"),
    ("balance", "balance_minor"),
)
_STATEMENT: Final = (
    ("day", "occurred_on"),
    ("text", "text"),
    ("document", "document"),
    ("currency", "currency"),
    ("debit", "debit_minor"),
    ("credit", "credit_minor"),
    ("balance", "balance_minor"),
)
_HISTORY: Final = (
    ("position", "ledger_position"),
    ("occurred", "occurred_on"),
    ("accounted", "accounting_date"),
    ("recorded", "recorded_at"),
    ("stream", "stream"),
    ("text", "text"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("actor", "actor"),
    ("on behalf of", "on_behalf_of"),
    ("reason", "reason"),
)


@COMMANDS.add("aging")
def aging(call: Call, as_of: AsOf = None, known_at: KnownAt = None) -> Told:
    """What is open by days past due.

    Unallocated receipts and customer credit stand beside it, and the whole is tied out.
    """
    with call.books() as books:
        on, known = as_of or call.today, _known(books, known_at)
        return told(books.aging(on, known), "Aging", _AGING)


@COMMANDS.add("open-items")
def open_items(
    call: Call,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    account: Annotated[str | None, typer.Option(metavar="ID", help="Those of one account.")] = None,
    due_by: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Those that were due by a day.")
    ] = None,
    everything: Everything = False,
) -> Told:
    """Every item with something open.

    Tied out as a whole, then those of an account or due by a day.
    """
    with call.books() as books:
        on, known = as_of or call.today, _known(books, known_at)
        return told(books.open_items(on, known, account_id=account, due_by=due_by), "Open items", _OPEN_ITEMS)


@COMMANDS.add("trial-balance")
def trial_balance(call: Call, as_of: AsOf = None, known_at: KnownAt = None) -> Told:
    """Every ledger account by accounting date."""
    with call.books() as books:
        on, known = as_of or call.today, _known(books, known_at)
        return told(books.trial_balance(on, known), "Trial balance", _TRIAL_BALANCE)


@COMMANDS.add("tie-out")
def tie_out(call: Call, as_of: AsOf = None, known_at: KnownAt = None) -> Told:
    """Control accounts beside the sub-ledger.

    With the timing between accounting date and day of occurrence.
    """
    with call.books() as books:
        on, known = as_of or call.today, _known(books, known_at)
        return told(books.tie_out(on, known), "Tie-out", _TIE_OUT)


@COMMANDS.add("statement")
def statement(
    call: Call,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    from_on: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="What came before is brought forward.")
    ] = None,
    everything: Everything = False,
) -> Told:
    """What changed an account's balance.

    Each document with the balance after it.
    """
    with call.books() as books:
        on, known = as_of or call.today, _known(books, known_at)
        report = _found(lambda: books.statement(account, on, known, from_on=from_on))
        return told(report, f"Statement of account {account}", _STATEMENT)


@COMMANDS.add("history")
def history(
    call: Call,
    subject: Annotated[str, typer.Argument(metavar="STREAM|ACCOUNT", help="As in invoice-7, or an account's id.")],
    as_of: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="What had occurred by this day; all of it unless said."),
    ] = None,
    known_at: KnownAt = None,
    everything: Everything = False,
) -> Told:
    """What happened, in the order it became known.

    In a stream such as invoice-7, or to an account.
    """
    with call.books() as books:
        known = _known(books, known_at)
        report = _found(lambda: books.history(subject, as_of, known))
        return told(report, f"History of {subject}", _HISTORY)


def told(report: Report, title: str, columns: Sequence[tuple[str, str]]) -> Told:
    """A report as an answer: one that does not tie, or is not complete, says so first and is a problem."""
    rows: list[dict[str, Any]] = report.table.to_pylist()
    clocks = report.clocks
    problems = [*_untied(report), *_loading(report)]
    day = f" as of {clocks.as_of}" if clocks.as_of else ""
    heading = f"{title}, {clocks.entity}{day}, known at position {clocks.known_at}, read at position {clocks.read_at}"
    return Told(
        rows=rows,
        totals=[total(control) for control in report.controls],
        problems=problems,
        ok=report.complete,
        as_of=clocks.as_of,
        known_at=clocks.known_at,
        position=clocks.read_at,
        page=[
            *(problem.sentence for problem in problems),
            heading,
            Table(columns, rows, long=True),
            *tied(report.controls),
        ],
    )


def tied(controls: Sequence[Control]) -> list[str | Table]:
    """Control totals for people: the book, what is shown, the difference."""
    if not controls:
        return ["nothing to tie out: there are no postings yet"]
    money = [total(control) for control in controls if control.currency is not None]
    counts = [total(control) for control in controls if control.currency is None]
    page: list[str | Table] = []
    if money:
        columns = (("control", "name"), ("currency", "currency"), ("book", "book_minor"))
        page.append(Table((*columns, ("shown", "shown_minor"), ("difference", "difference_minor")), money))
    if counts:
        page.append(
            Table((("facts of", "name"), ("book", "book"), ("shown", "shown"), ("difference", "difference")), counts)
        )
    differing = sum(1 for control in controls if control.difference_minor)
    verdict = f"does not tie out: {differing} of {len(controls)} totals differ" if differing else "ties out"
    return [*page, verdict]


def total(control: Control) -> Row:
    """A control total as a row: of money in minor units, or a count."""
    unit = "" if control.currency is None else "_minor"
    figures = {
        f"book{unit}": control.book_minor,
        f"shown{unit}": control.shown_minor,
        f"difference{unit}": control.difference_minor,
    }
    named: dict[str, Any] = {"name": control.name}
    return named | ({} if control.currency is None else {"currency": control.currency}) | figures


def _untied(report: Report) -> list[Problem]:
    from infra.cli.printing import money

    differing = [control for control in report.controls if control.difference_minor]
    if not differing:
        return []
    amounts = ", ".join(
        f"{control.name} by {money(control.difference_minor, control.currency)} {control.currency}"
        if control.currency
        else f"{control.name} by {control.difference_minor} facts"
        for control in differing
    )
    sentence = f"DOES NOT TIE OUT: the book differs from what is shown ({amounts}); run `reskontra verify`"
    return [Problem("does_not_tie", sentence)]


def _loading(report: Report) -> list[Problem]:
    return [
        Problem(
            "loading",
            f"loading {file.loaded} of {file.lines} of file {file.sha256[:12]}: the figures are not complete; "
            "run `reskontra reconcile` with the file again",
            file.sha256,
        )
        for file in report.loading
    ]


def _known(books: Books, known_at: object) -> int:
    """The position that counts as known; a problem where the journal has none such."""
    assert known_at is None or isinstance(known_at, (int, datetime))
    try:
        return books.resolve(known_at)
    except ValueError as wrong:
        raise Stopped(Problem("known_at_unknown", str(wrong))) from None


def _found(ask: Callable[[], Report]) -> Report:
    try:
        return ask()
    except KeyError as missing:
        raise Stopped(Problem("nothing_recorded", str(missing.args[0]))) from None
