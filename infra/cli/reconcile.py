"""The command that runs the bank day: loads files, and shows where their money went and if the books tie out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.answer import Answer, Page, Row, Table
from infra.cli.invocation import Call, Commands
from infra.cli.options import On
from infra.cli.page import amount, progress
from infra.cli.reports import CONTROLS, bank_line, bank_table, bank_totals, total
from infra.desk import bank_day
from infra.desk.bank_findings import bank_problems, in_excess, to_explain
from infra.desk.counts import counted
from infra.desk.own_files import refuse_own
from infra.desk.problems import Problem
from infra.desk.provider_findings import provider_problems

if TYPE_CHECKING:
    from reconciliation.steps.summary import DaySummary, FileSummary

COMMANDS: Final = Commands()

_FILES: Final = (
    ("file", "name"),
    ("format", "format"),
    ("status", "shown_as"),
    ("lines", "entries"),
    ("receipts", "receipts"),
    ("movements", "movements"),
    ("seen before", "seen_before"),
    ("matched", "matched"),
    ("items paid", "by_kind"),
    ("wait for a person", "waiting"),
)
_ANSWERS: Final = ("bank's answers", "answers")
_MATCHES: Final = (
    ("where", "raw_position"),
    ("booked", "booked_on"),
    ("currency", "currency"),
    ("amount", "amount_minor"),
    ("reference", "reference"),
    ("item", "item_id"),
    ("open", "open_minor"),
    ("kind", "kind"),
)
_REVIEWS: Final = (("where", "raw_position"), ("code", "code"), ("why", "reasons"), ("candidates", "candidates"))
_BEFORE: Final = "not booked, because the account's opening balance contains them"
_NOT_BOOKED: Final = (
    "not all of the file is in the book, and nobody is reminded until it is. Ask the bank for a corrected file and "
    "load both, or report this as a fault of the program. What was refused"
)
_COUNTS: Final = ("receipts", "movements", "allocations", "seen_before", "in_doubt", "before_opening")


@COMMANDS.add(
    "reconcile",
    gives=("IngestFile", "BookPayoutMovement", "SettleTransactions"),
    also={"--declare": "DeclareBankAccount"},
)
def reconcile(
    call: Call,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Bank files, or folders with bank files.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, but record nothing.")] = False,
    on: On = None,
    declare: Annotated[
        bool,
        typer.Option(
            "--declare",
            help="Declare each account that is in a file but not declared yet; files of the same format are then "
            "expected.",
        ),
    ] = False,
) -> Answer:
    """Load bank files into the book.

    Each file is either proven and loaded completely, or refused completely. Payments are matched by reference; payments
    without a match wait for a person. At the end the book is tied out. A file that was loaded before adds nothing new.
    The receipts and movements of a file are those that the book has of it, whoever loaded it; in JSON, `recorded` says
    how many commands this run recorded.
    """
    refuse_own(call.settings, paths)
    with call.desk() as desk:
        if dry_run:
            with progress(0, "rehearsing the bank day"):
                return answer_of(call, bank_day.rehearse(desk, call.settings, paths, on, declare=declare))
        with progress(1, "running the bank day") as advance:

            def heard(_done: int, total: int) -> None:
                advance(1, total)

            return answer_of(call, bank_day.load(desk, call.settings, paths, on, heard, declare=declare))


def answer_of(call: Call, summary: DaySummary) -> Answer:
    """Return the result of a bank day, or of its rehearsal, as an answer."""
    rows = [_row(file, summary) for file in summary.files]
    problems = [problem for file in summary.files for problem in _problems(file)] + _of_the_book(summary)
    ok = summary.ok and not problems
    if not ok and not problems:
        problems = [Problem("bank_day_incomplete", "the bank day found a problem: run `reskontra verify` to see it")]
    controls = [total(one) for one in summary.controls]
    return Answer(
        rows=rows,
        totals=[*controls, *bank_totals(summary.bank), *_matched_again(summary)],
        problems=problems,
        ok=ok,
        as_of=summary.on,
        known_at=summary.position,
        position=summary.position,
        page=_page(call, summary, rows, controls),
    )


def _row(file: FileSummary, summary: DaySummary) -> dict[str, Any]:
    import msgspec

    from reconciliation.steps.answered import in_words

    plain, judged = msgspec.to_builtins, file.judged
    return {
        "name": file.name,
        "sha256": judged.sha256 or None,
        **{name: getattr(judged, name) for name in ("status", "format", "books", "entries")},
        "nothing_new": file.nothing_new,
        "shown_as": _shown_as(file, summary),
        "recorded": file.done,
        "matched": file.matched,
        "kinds": {kind: tally.count for kind, tally in file.kinds.items()},
        "by_kind": [f"{tally.count} {kind}" for kind, tally in file.kinds.items()],
        "answered": dict(file.answered),
        "answers": in_words(file.answered),
        "waiting": file.reviewed + len(judged.doubts),
        **{name: getattr(file.loaded, name, None) for name in _COUNTS},
        **{name: plain(getattr(judged, name)) for name in ("refusals", "doubts", "warnings")},
        "matches": plain(file.matches),
        "reviews": [{**plain(review), "candidates": len(review.candidates)} for review in file.reviews],
    }


def _shown_as(file: FileSummary, summary: DaySummary) -> str:
    if file.judged.status == "refused":
        return "refused"
    if file.nothing_new:
        return "nothing new"
    loaded = "partly loaded" if file.refused_commands else "loaded"
    return f"would be {loaded}" if summary.rehearsed else loaded


def _problems(file: FileSummary) -> list[Problem]:
    name = file.name
    refused = [
        Problem(reason.code, f"{name} is refused: {reason.sentence}", _place(name, reason.raw_position))
        for reason in file.judged.refusals
    ]
    commands = [
        Problem(str(one.code), f"{name}: {_NOT_BOOKED}: {one.sentence}", one.key) for one in file.refused_commands
    ]
    return [*refused, *commands]


def _place(name: str, raw_position: str | None) -> str:
    """The file, and where in it something is, unless it is about the file itself."""
    return name if raw_position in (None, "", name) else f"{name} {raw_position}"


def _missing(summary: DaySummary, row: Row) -> str:
    gap = summary.missing_before(row)
    return f", and {amount(gap, row['currency'])} is missing between its statements" if gap else ""


def of_the_bank(summary: DaySummary) -> list[Problem]:
    """What is wrong between the book and the bank, and at payment providers."""
    unequal = [
        Problem(
            "ledger_is_not_bank",
            f"on {row['bank_account']}, the ledger has {amount(row['ledger_minor'], row['currency'])} on "
            f"{row['through_on']}, but the bank {amount(row['bank_minor'], row['currency'])}"
            f"{_missing(summary, row)}: see `reskontra bank`",
            row["bank_account"],
        )
        for row in summary.unequal
    ]
    missing = bank_problems(summary.gaps, amount)
    explained = [to_explain(row, amount) for row in summary.to_explain]
    return [
        *unequal,
        *missing,
        *explained,
        *in_excess(summary.in_excess, amount),
        *_disputed(summary),
        *provider_problems(summary.lacking, amount),
    ]


def _disputed(summary: DaySummary) -> list[Problem]:
    return [
        Problem(
            "statement_disputed",
            f"on {row['bank_account']}, statement {row['sequence']} through {row['through_on']} came again with fewer "
            f"lines, and closes with {amount(row['bank_minor'], row['currency'])}, not "
            f"{amount(row['begun_minor'], row['currency'])}: the bank corrected it, or sent it in part. Nothing was "
            "booked of it. Load the next statement: its opening balance decides, and a difference is then booked",
            row["bank_account"],
        )
        for row in summary.disputed
    ]


def _of_the_book(summary: DaySummary) -> list[Problem]:
    loading = [
        Problem(
            "file_half_loaded",
            f"file {one.sha256[:12]} is only partly loaded, {one.loaded} of {one.lines} lines: load the file again",
            one.sha256,
        )
        for one in summary.loading
    ]
    loading += [Problem("place_unreachable", one) for one in summary.troubles]
    loading += of_the_bank(summary)
    sealed = summary.sealed
    unsealed = (
        [Problem(sealed.refused, f"the day is not sealed: {sealed.sentence}")] if sealed and sealed.refused else []
    )
    if summary.tied:
        return [*loading, *unsealed]
    return [
        Problem(
            "does_not_tie",
            "DOES NOT TIE OUT: the general ledger and the sub-ledger differ; run `reskontra verify` to find out why",
        ),
        *loading,
        *unsealed,
    ]


def _matched_again(summary: DaySummary) -> list[Row]:
    """Return what was allocated of the receipts that waited, by currency, and what sums that waited have answered."""
    found = summary.rematched
    amounts = found.amounts_minor if found else {}
    answered = [{"name": "answered_again", "answered": found.answered}] if found and found.answered else []
    return [
        *({"name": "matched_again", "currency": one, "allocated_minor": minor} for one, minor in amounts.items()),
        *answered,
    ]


def _page(call: Call, summary: DaySummary, rows: list[dict[str, Any]], controls: list[Row]) -> Page:
    from reconciliation.steps.answered import in_words

    rehearsed = ", dry run: nothing is recorded" if summary.rehearsed else ""
    page: list[str | Table] = [
        f"bank day of {call.entity}, {summary.on}{rehearsed}",
        Table(_FILES if not any(row["answers"] for row in rows) else (*_FILES, _ANSWERS), rows),
    ]
    for row in rows:
        if row["shown_as"] == "nothing new":
            page.append(f"{row['name']}: nothing new")
        if row["before_opening"]:
            page.append(f"{row['name']}: {counted(row['before_opening'], 'entry', 'entries')} {_BEFORE}")
        for one in (*row["refusals"], *row["doubts"], *row["warnings"]):
            page.append(f"{row['name']}: {one['code']}: {one['sentence']}")
        if summary.rehearsed and row["matches"]:
            page.append(Table(_MATCHES, row["matches"], title=f"{row['name']}: would be matched", long=True))
        if summary.rehearsed and row["reviews"]:
            page.append(Table(_REVIEWS, row["reviews"], title=f"{row['name']}: would wait for a person", long=True))
    for one in _matched_again(summary):
        if "answered" in one:
            page.append(f"of sums that waited: {', '.join(in_words(one['answered']))}")
        else:
            page.append(f"matched again: {amount(one['allocated_minor'], one['currency'])} of receipts that waited")
    if controls:
        page.append(Table(CONTROLS, controls))
    if any(row["what"] == "gap" or row["difference_minor"] for row in summary.bank):
        page += bank_table(summary.bank)
    verdict = summary.verdict if summary.tied else summary.verdict.upper()
    page += bank_line(summary.bank)
    page.append(f"the book {verdict}{',' if ',' in verdict else ''} at position {summary.position}")
    if summary.sealed is not None and summary.sealed.facts:
        page.append(f"sealed {counted(summary.sealed.facts, 'fact')} in checkpoint {summary.sealed.checkpoint}")
    if not summary.rehearsed and any(row["waiting"] for row in rows):
        page.append("`reskontra receipts` and `reskontra quarantine` list what waits for a person")
    return page
