"""Credit notes: every credit note issued, with its number and what it credited."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.receivables.credit_note import CreditNoteIssued
from projections.read_models.model import Index, Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class CreditNote(Row, frozen=True):
    """An issued credit note; what it took off the items is in their rows."""

    credit_note_id: Annotated[str, "The credit note."]
    series: Annotated[str, "Number series of the credit note."]
    number: Annotated[int, "Number of the credit note in the series."]
    invoice_id: Annotated[str, "The invoice that it credits."]
    issued_on: Annotated[date, "Day from which it counts."]
    mode: Annotated[str, "full or lines: whether all that was left was credited, or some lines."]
    amount_minor: Annotated[int, "Credited amount, minor units."]
    excess_minor: Annotated[
        int, "Of it, what became customer credit at its issue because it had been paid, minor units."
    ]
    currency: Annotated[str, "ISO 4217 code of the amounts."]
    accounts: Annotated[tuple[str, ...], "Accounts that owed what was credited."]
    reason_code: Annotated[str, "Reason code."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[CreditNote, ...]:
    """The issued credit note."""
    fact = recorded.fact
    assert isinstance(fact, CreditNoteIssued)
    excess = sum(one.excess_minor for one in fact.items)
    return (
        CreditNote(
            fact.credit_note_id,
            fact.series,
            fact.number,
            fact.invoice_id,
            recorded.envelope.occurred_on,
            fact.mode,
            excess + sum(one.open_minor for one in fact.items),
            excess,
            fact.currency,
            tuple(sorted({one.account_id for one in fact.items})),
            fact.reason_code,
        ),
    )


CREDIT_NOTES: Final = Keyed(
    "credit_notes",
    "Every credit note ever issued.",
    CreditNote,
    ("credit_note_id",),
    (CreditNoteIssued,),
    evolve,
    indexes=(Index(("number",)),),
)
