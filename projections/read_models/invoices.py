"""Invoices: every invoice issued, with its number."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.receivables.invoice import InvoiceIssued
from projections.read_models.model import Index, Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class Invoice(Row, frozen=True):
    """An issued invoice; what is owed for it is in its items."""

    invoice_id: Annotated[str, "The invoice."]
    series: Annotated[str, "Number series of the invoice."]
    number: Annotated[int, "Number of the invoice in the series."]
    issued_on: Annotated[date, "Issue date."]
    care_unit: Annotated[str | None, "Unit that gave the care."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Invoice, ...]:
    """The issued invoice."""
    fact = recorded.fact
    assert isinstance(fact, InvoiceIssued)
    return (Invoice(fact.invoice_id, fact.series, fact.number, fact.issued_on, fact.care_unit),)


INVOICES: Final = Keyed(
    "invoices",
    "Every invoice ever issued.",
    Invoice,
    ("invoice_id",),
    (InvoiceIssued,),
    evolve,
    indexes=(Index(("number",)),),
)
