"""Aging: what is open by how long it is past due, with unallocated receipts and customer credit beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projections.reports.buckets import buckets
from projections.reports.report import Built, Column, Definition
from projections.reports.tie_out import shown_by_role, tied

if TYPE_CHECKING:
    from ledger.domain.terms.entity import Terms
    from projections.reports.report import Sources


def _columns(terms: Terms) -> tuple[Column, ...]:
    aged = [
        Column(one.name, one.heading, "money", f"open and {one.heading} days past due" if one.first else "not yet due")
        for one in buckets(terms.aging_edges)
    ]
    return (
        Column("currency", "currency", "code", "ISO 4217"),
        Column("payer", "payer", "code", "kind of payer; unidentified is money of nobody known, total all of them"),
        *aged,
        Column("open_minor", "open", "money", "all that is open on items"),
        Column("unallocated_minor", "unallocated", "money", "receipts that settle nothing yet, below zero"),
        Column("credit_minor", "credit", "money", "customer credit, below zero"),
        Column("total_minor", "total", "money", "what is owed, net"),
        Column("items", "items", "count", "items with something open"),
    )


def _build(sources: Sources) -> Built:
    from projections.reports.aging_table import aging, controls

    assert sources.as_of is not None
    by = buckets(sources.terms.aging_edges)
    due, unallocated, credits = sources.due(), sources.unallocated(), sources.credits()
    table = aging(due, unallocated, credits, sources.as_of, by)
    shown = shown_by_role(due, unallocated, credits)
    return Built(table, tied(sources, shown) + controls(table, shown, by))


REPORT: Final = Definition(
    "aging",
    "Aging",
    "What is open by days past due.\n\nUnallocated receipts and customer credit stand beside it, and the whole is tied "
    "out.",
    columns=_columns,
    build=_build,
)
