"""Shows finance people a bank day in Prefect's own pages: matches, quarantine and tie-out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from reconciliation.gate import Doubt, Reason
from reconciliation.proposals.proposal import Review
from reconciliation.steps.summary import SHOWN, DaySummary, FileSummary

_BANK_AMOUNTS: Final = (
    "bank_minor",
    "ledger_minor",
    "difference_minor",
    "later_minor",
    "to_explain_minor",
    "details_minor",
)


def show_day(summary: DaySummary) -> None:
    """Create the day's artifacts, which contain ids, references and amounts, but nothing about a person.

    Files are named by their hashes, because a file's name may be a person's.
    """
    title = f"{summary.entity}, {summary.on}"
    matches = [
        {**msgspec.to_builtins(match), "file": shown_as(file)} for file in summary.files for match in file.matches
    ]
    waiting = [_waiting(file, one) for file in summary.files for one in _of_a_person(file)]
    create_table_artifact(
        key="bank-day-matches",
        table=matches[:SHOWN],
        description=f"{title}: {sum(file.matched for file in summary.files)} payments matched, and "
        f"{len(summary.rematched.receipts) if summary.rematched else 0} that had waited",
    )
    create_table_artifact(
        key="bank-day-quarantine",
        table=waiting[:SHOWN],
        description=f"{title}: refusals, doubts and reviews of this run's files that wait for a person: "
        f"{sum(file.waiting for file in summary.files)}; `reskontra quarantine` lists those of all files",
    )
    refused = [_refused(file) for file in summary.files if file.judged.status == "refused"]
    create_table_artifact(
        key="bank-day-refused", table=refused[:SHOWN], description=f"{title}: refused files: {len(refused)}"
    )
    create_markdown_artifact(key="bank-day-tie-out", markdown=_tie_out(title, summary))


def show_scores(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Create the artifact with the scores of banks and providers, as the report `scores` has them."""
    create_table_artifact(
        key="bank-day-scores",
        table=[{name: str(one) if isinstance(one, date) else one for name, one in row.items()} for row in rows],
        description=f"{title}: how complete and timely files are, and how much is cleared; see `reskontra scores`",
    )


def codes_of(file: FileSummary) -> str:
    """The codes of the reasons why a file is refused."""
    return ", ".join(dict.fromkeys(reason.code for reason in file.judged.refusals))


def shown_as(file: FileSummary) -> str:
    """What a file is called where its name must not be: the beginning of its hash, by which `files` lists it."""
    return file.judged.sha256[:12] or "not archived"


def _refused(file: FileSummary) -> dict[str, str]:
    return {"file": shown_as(file), "sha256": file.judged.sha256, "codes": codes_of(file)}


def _of_a_person(file: FileSummary) -> Iterator[Reason | Doubt | Review]:
    yield from file.judged.refusals
    yield from file.judged.doubts
    yield from file.reviews


def _waiting(file: FileSummary, one: Reason | Doubt | Review) -> dict[str, Any]:
    review = one if isinstance(one, Review) else None
    # What is said of a file that could not be archived has its path.
    archived = bool(file.judged.sha256)
    why = " ".join(one.reasons) if isinstance(one, Review) else one.sentence
    return {
        "file": shown_as(file),
        "raw_position": one.raw_position if archived else None,
        "code": one.code,
        "why": why if archived else "the file could not be archived: `reskontra files` says why",
        "receipt": review and review.receipt_id,
        "candidates": len(review.candidates) if review else 0,
    }


def _tie_out(title: str, summary: DaySummary) -> str:
    verdict = summary.verdict if summary.tied else summary.verdict.upper()
    lines = [f"# {title}: the book {verdict}", "", f"The figures are those at position {summary.position}.", ""]
    if summary.loading:
        lines += [f"Loaded {one.loaded} of {one.lines} entries of file {one.sha256[:12]}." for one in summary.loading]
    lines += ["| control | currency | book | shown | difference |", "|---|---|---:|---:|---:|"]
    for one in summary.controls:
        amounts = f"{one.book_minor} | {one.shown_minor} | {one.difference_minor}"
        lines.append(f"| {one.name} | {one.currency or ''} | {amounts} |")
    return "\n".join([*lines, *_bank(summary)]) + "\n\nAmounts are in minor units.\n"


def _bank(summary: DaySummary) -> list[str]:
    """The ledger beside the bank, with the gaps between statements."""
    names = ("what", "bank_account", "currency", "from_on", "through_on", "sequence", *_BANK_AMOUNTS)
    lines = ["", f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    shown = [["" if row.get(name) is None else str(row[name]) for name in names] for row in summary.bank]
    return [*lines, *(f"| {' | '.join(cells)} |" for cells in shown)] if shown else []
