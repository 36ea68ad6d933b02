"""Examines a file: measures it, lets Great Expectations judge the measurements, and gives a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from ledger.domain.money import in_units
from reconciliation.gate.bench import Bench, bench
from reconciliation.gate.codes import CODES, FILE_CODES, FLIPPED_REVERSALS
from reconciliation.gate.judgement import Finding, Judged
from reconciliation.gate.verdict import Doubt, ExpectationResult, Reason, Terms, Verdict
from reconciliation.gate.walk import Walk
from reconciliation.statements import TRAITS, Parsed

# At most this many rows are listed for one code, because nobody reads a longer list.
_REASONS_LISTED: Final = 20
_DOUBTS_LISTED: Final = 1_000
_DOUBTS_LISTED_PERCENT: Final = 5

# Figures that help to find the fault; they concern the account or the file, never a payer.
_FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "currency_unknown": ("currency",),
    "currency_not_kept": ("currency",),
    "statement_date_beyond_belief": ("from_on", "to_on"),
    "statement_period_reversed": ("from_on", "to_on"),
    "balance_missing": ("opening_minor", "closing_minor"),
    "balances_do_not_foot": ("opening_minor", "booked_minor", "closing_minor"),
    "declared_count_differs": ("declared_count", "booked_count", "stated_count"),
    "declared_credits_differ": ("declared_credit_minor", "booked_credit_minor", "stated_credit_minor"),
    "declared_debits_differ": ("declared_debit_minor", "booked_debit_minor", "stated_debit_minor"),
    "declared_sum_differs": ("declared_sum_minor", "booked_gross_minor", "stated_gross_minor"),
    "control_total_differs": ("name", "declared", "found"),
    "created_beyond_belief": ("created_on",),
}

# The reader's codes for why an amount is not exact.
_INEXACT: Final = frozenset({"amount_not_exact", "amount_too_precise", "amount_unreadable", "currency_unknown"})


def examine(parsed: Parsed, terms: Terms) -> Verdict:
    """Decide whether a file is proven, and what is doubtful about its lines.

    An unproven file is refused as a whole. If a file is accepted, every movement that the bank has booked enters the
    book, even a doubtful one. `terms` say which days are accepted. Raises GateBroken if an expectation could not be
    judged.
    """
    walk = Walk(parsed, terms)
    with bench() as at:
        findings = _judged(walk, at, terms, parsed.format)
    refusals = _reasons(findings)
    doubts, unlisted = _doubts(findings)
    return Verdict(
        accepted=not refusals,
        format=parsed.format,
        refusals=refusals,
        doubts=tuple(doubts),
        warnings=(*_warnings(findings, walk.problems), *unlisted),
        expectations=tuple(_recorded(findings)),
    )


def _judged(walk: Walk, at: Bench, terms: Terms, format: str | None) -> list[Finding]:
    """Judge in this order: whether the format may be booked, whether the statements are proven, what the lines say.

    Frames without rows are not judged, because they contain nothing that could be wrong.
    """
    from reconciliation.gate import suites

    traits = TRAITS.get(format or "")
    proof = traits and traits.proof
    most = _most_doubts(walk.lines)
    findings = {about: Finding(about, most) for about in ("problems", "statements", "totals", "movements", "members")}

    def judge(about: str, frame: pl.DataFrame, suite: suites.Suite) -> None:
        if frame.height:
            findings[about].add(frame, at.judge(about, frame, suite))

    judge("problems", walk.problems, suites.problems())
    if not _reasons(_first(findings)):
        judge("statements", walk.statements, suites.statements(terms, proof))
    if _reasons(_first(findings)):
        return _first(findings)
    judge("totals", walk.totals, suites.totals())
    of_movements, of_members = suites.movements(terms, proof), suites.members()
    for piece in walk.pieces():
        judge("movements", piece.movements, of_movements)
        judge("members", piece.members, of_members)
    if walk.several:
        _compare(walk.repeated(), at, findings["movements"])
    return [finding for finding in findings.values() if finding.outcomes]


def _first(findings: Mapping[str, Finding]) -> list[Finding]:
    """What decides whether a file is judged further."""
    return [finding.only(FILE_CODES) for finding in findings.values() if finding.outcomes]


def _compare(again: pl.DataFrame, at: Bench, finding: Finding) -> None:
    """Judge whether movements of different pieces are different."""
    from reconciliation.gate import suites

    if again.height:
        finding.correct(again, at.judge("movements", again, suites.different()))


def _failed(findings: Iterable[Finding], effect: str) -> Iterator[Judged]:
    for finding in findings:
        for outcome in finding.outcomes:
            if not outcome.success and CODES[outcome.code].effect == effect:
                yield outcome


def _reasons(findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """The reasons for refusal: one per failing statement, total or movement; beyond a limit, they are only counted."""
    reasons: list[Reason] = []
    for outcome in _failed(findings, "refuse"):
        listed = outcome.rows[:_REASONS_LISTED]
        reasons += [_reason(outcome.code, row) for row in listed] or [_reason(outcome.code, {})]
        if outcome.found > len(listed):
            more = f"{CODES[outcome.code].sentence} ({outcome.found - len(listed)} more of them)"
            reasons.append(Reason(outcome.code, more, "file"))
    return tuple(dict.fromkeys(reasons))


def _reason(code: str, row: Mapping[str, Any]) -> Reason:
    if code == "file_not_readable":
        return Reason(row["code"], row["message"], row["raw_position"])
    if code == "balances_do_not_foot" and _foots_flipped(row):
        sentence, named = FLIPPED_REVERSALS, (*_FIGURES[code], "reversed_minor")
    else:
        sentence, named = CODES[code].sentence, _FIGURES.get(code, ())
    figures = ", ".join(_figure(name, row) for name in named if name in row)
    return Reason(code, f"{sentence} ({figures})" if figures else sentence, _raw_position(row))


def _foots_flipped(row: Mapping[str, Any]) -> bool:
    """Whether the balances of a statement would foot if its reversals had the other sign."""
    reversals: int = row.get("reversed_minor") or 0
    return reversals != 0 and row["opening_minor"] + row["booked_minor"] - 2 * reversals == row["closing_minor"]


def _figure(name: str, row: Mapping[str, Any]) -> str:
    value, currency = row[name], row.get("currency")
    if name.endswith("_minor") and value is not None and currency:
        value, name = in_units(value, currency), name.removesuffix("_minor")
    return f"{name.replace('_', ' ')} {'missing' if value is None else value}"


def _warnings(findings: Sequence[Finding], problems: pl.DataFrame) -> list[Reason]:
    """The reader's warnings, and one for each check of the gate that failed: how many rows, and where the first is."""
    warnings = []
    for outcome in _failed(findings, "warning"):
        first = next(iter(outcome.rows), {})
        sentence = f"{CODES[outcome.code].sentence} ({outcome.failed} of {outcome.checked}; this is the first)"
        warnings.append(Reason(outcome.code, sentence, _raw_position(first)))
    said = problems.filter(pl.col("severity") == "warning").select("code", "message", "raw_position")
    return warnings + [Reason(*row) for row in said.iter_rows()]


def _doubts(findings: Sequence[Finding]) -> tuple[list[Doubt], list[Reason]]:
    """The doubts about lines, and a warning for each code that has more doubts than are listed."""
    doubts: dict[tuple[int | None, int | None, int, str], Doubt] = {}
    unlisted = []
    for outcome in _failed(findings, "doubt"):
        most = _most_doubts(outcome.checked)
        for row in outcome.rows[:most]:
            doubt = _doubt(outcome.code, row)
            doubts.setdefault((doubt.statement_no, doubt.line_no, doubt.detail_no, _kind(doubt.code)), doubt)
        if outcome.found > most:
            counts = f"({outcome.code}: {outcome.found} found, {most} listed)"
            unlisted.append(Reason("doubts_not_listed", f"{CODES['doubts_not_listed'].sentence} {counts}", "file"))
    return list(doubts.values()), unlisted


def _doubt(code: str, row: Mapping[str, Any]) -> Doubt:
    numbers = (row["statement_no"], row["line_no"], row.get("detail_no", 0))
    if code == "line_doubtful":
        return Doubt(*numbers, row["code"], row["message"], row["raw_position"])
    return Doubt(*numbers, code, CODES[code].sentence, row["raw_position"])


def _kind(code: str) -> str:
    """The kind of a doubt: a line has at most one doubt of each kind.

    All doubts about whether an amount is exact are of one kind, so that the reader's doubt, which is listed first,
    hides the gate's.
    """
    return "amount_not_exact" if code in _INEXACT else code


def _most_doubts(checked: int) -> int:
    """How many doubts of one code are listed if so many rows were checked."""
    return max(_DOUBTS_LISTED, checked * _DOUBTS_LISTED_PERCENT // 100)


def _raw_position(row: Mapping[str, Any]) -> str:
    return row.get("raw_position") or "file"


def _recorded(findings: Sequence[Finding]) -> Iterator[ExpectationResult]:
    """Each expectation with its result: how many rows were checked, and how many failed."""
    for finding in findings:
        for one in finding.outcomes:
            expected, about = CODES[one.code].expected, finding.about
            yield ExpectationResult(one.code, one.expectation, expected, about, one.success, one.checked, one.failed)
