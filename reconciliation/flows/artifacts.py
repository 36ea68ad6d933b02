"""What a finance person sees of a bank day in Prefect's own pages: matches, the quarantine, the tie-out."""

from __future__ import annotations

from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from reconciliation.flows.summary import SHOWN, DaySummary


def show_day(summary: DaySummary) -> None:
    """Make the day's artifacts; they hold ids, references and amounts, and nothing about a person."""
    title = f"{summary.entity}, {summary.on}"
    matches = [match | {"file": file.name} for file in summary.files for match in file.matches]
    waiting = [
        _waiting(file.name, row) for file in summary.files for row in (*file.refusals, *file.doubts, *file.reviews)
    ]
    create_table_artifact(
        key="bank-day-matches",
        table=matches[:SHOWN],
        description=f"{title}: {sum(file.matched for file in summary.files)} payments matched",
    )
    create_table_artifact(
        key="bank-day-quarantine",
        table=waiting[:SHOWN],
        description=f"{title}: {sum(file.waiting for file in summary.files)} wait for a person",
    )
    create_markdown_artifact(key="bank-day-tie-out", markdown=_tie_out(title, summary))


def _waiting(file: str, row: dict[str, Any]) -> dict[str, Any]:
    why = row.get("sentence") or " ".join(row.get("reasons", ()))
    return {
        "file": file,
        "raw_position": row.get("raw_position") or row.get("position"),
        "code": row["code"],
        "why": why,
        "receipt": row.get("receipt_id"),
        "candidates": len(row.get("candidates", ())),
    }


def _tie_out(title: str, summary: DaySummary) -> str:
    verdict = "ties out" if summary.tied else "DOES NOT TIE OUT"
    lines = [f"# {title}: the book {verdict}", "", f"Read at position {summary.position}.", ""]
    if summary.loading:
        lines += [f"Loading {file['loaded']} of {file['lines']} of {file['sha256'][:12]}." for file in summary.loading]
    lines += ["| control | currency | book | shown | difference |", "|---|---|---:|---:|---:|"]
    for row in summary.controls:
        amounts = f"{row['book_minor']} | {row['shown_minor']} | {row['difference_minor']}"
        lines.append(f"| {row['name']} | {row['currency'] or ''} | {amounts} |")
    return "\n".join(lines) + "\n\nAmounts in minor units.\n"
