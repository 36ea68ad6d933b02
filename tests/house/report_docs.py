"""The page that says what every report shows; run it after a change of one: python -m tests.house.report_docs."""

from __future__ import annotations

from ledger.domain.terms.entity import Terms
from projections.reports.registry import REPORTS
from projections.reports.report import Definition
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "reports.md"


def page() -> str:
    """All reports, each with what it is about, what it takes, and its columns."""
    head = (
        "# Reports\n\nGenerated from `projections/reports/registry.py`. Money is in minor units of the row's "
        "currency.\nEvery report is as of a day and as known at a position in the journal, with totals that prove it."
    )
    return "\n\n".join([head, *map(_report, REPORTS.values())]) + "\n"


def _report(report: Definition) -> str:
    columns = report.columns(Terms())
    rows = [f"| `{one.name}` | {one.heading} | {one.kind} | {one.about} |" for one in columns]
    options = [f"- `{one.name}`{' (needed)' if one.needed else ''}: {one.about}" for one in report.options]
    table = "\n".join(["| column | heading | kind | meaning |", "|---|---|---|---|", *rows])
    parts = [f"## `{report.name}`", report.about, "\n".join(options), table]
    return "\n\n".join(part for part in parts if part)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
