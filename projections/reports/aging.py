"""Aging: open amounts by days past due, beside unallocated receipts and customer credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.reports.aging_buckets import buckets
from projections.reports.report import Built, Column, Definition
from projections.reports.tie_out import shown_by_role, tied

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms
    from projections.reports.report_inputs import Inputs


def _columns(terms: Terms) -> tuple[Column, ...]:
    aged = [
        Column(one.name, one.heading, "money", f"open and {one.heading} days past due" if one.first else "not yet due")
        for one in buckets(terms.aging_edges)
    ]
    return (
        Column("currency", "currency", "code", "ISO 4217"),
        Column("payer", "payer", "code", "kind of payer; `unidentified` for unknown payers, `total` for all payers"),
        *aged,
        Column("open_minor", "open", "money", "sum of the open amounts of all items"),
        Column("unallocated_minor", "unallocated", "money", "unallocated receipts, as a negative amount"),
        Column("credit_minor", "credit", "money", "customer credit, as a negative amount"),
        Column("total_minor", "total", "money", "net amount owed"),
        Column("items", "items", "count", "number of open items"),
    )


def _build(inputs: Inputs) -> Built:
    from projections.reports.aging_table import aging, controls

    assert inputs.as_of is not None
    by = buckets(inputs.terms.aging_edges)
    due, unallocated, credits = inputs.due(), inputs.unallocated(), inputs.credits()
    table = aging(due, unallocated, credits, inputs.as_of, by)
    shown = shown_by_role(due, unallocated, credits)
    return Built(table, tied(inputs, shown) + controls(table, shown, by))


REPORT: Final = Definition(
    "aging",
    "Aging",
    "Open amounts by days past due.\n\nAlso shows unallocated receipts and customer credit. The whole report is tied "
    "out with the general ledger.",
    columns=_columns,
    build=_build,
    with_bank=True,
)
