"""General-ledger postings: every leg of every fact, by role and accounting date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.movement_facts import MovementReclassified
from ledger.domain.chart_of_accounts import PROVIDER_RESERVES
from projections.read_models.model import Index, Lines, Row, Tables

if TYPE_CHECKING:
    from ledger import Recorded
    from ledger.domain.catalogue import Catalogue


class Posting(Row, frozen=True):
    """A leg of a fact's posting: a debit is above zero, a credit below. In each currency, a fact's legs sum to zero."""

    ledger_position: Annotated[int, "Position of the fact in the journal."]
    line: Annotated[int, "Number of the leg within the posting, from 1."]
    fact: Annotated[str, "Name of the fact."]
    stream: Annotated[str, "Stream of the fact, in the form noun-id."]
    role: Annotated[str, "Role of the ledger account; the chart of accounts gives the account's number."]
    amount_minor: Annotated[int, "Amount, minor units: a debit is above zero, a credit below."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    occurred_on: Annotated[date, "Day on which the fact happened."]
    accounting_date: Annotated[date, "Day on which the posting counts; the general ledger is summed by this day."]
    bank_account: Annotated[str | None, "Our bank account whose money the leg is; null for all other legs."]
    tax_code: Annotated[str | None, "Tax code of what the leg is revenue, tax, cost or loss of; else null."]
    unit: Annotated[str | None, "Care unit that the leg is of; null if none was named, and for all other legs."]
    base_minor: Annotated[int, "Net that a leg of tax is the tax of, minor units, with its sign; 0 for all other legs."]


def lines(recorded: Recorded, tables: Tables, catalogue: Catalogue) -> tuple[Posting, ...]:
    """The legs of one fact."""
    posted = catalogue.legs(recorded.fact)
    if not posted:
        return ()
    envelope = recorded.envelope
    fact = type(recorded.fact).__name__
    return tuple(
        Posting(
            recorded.position,
            number,
            fact,
            recorded.stream,
            leg.role,
            leg.amount_minor,
            leg.currency,
            envelope.occurred_on,
            envelope.accounting_date,
            leg.bank_account,
            leg.tax_code,
            leg.unit,
            leg.base_minor,
        )
        for number, leg in enumerate(posted, 1)
    )


GL_POSTINGS: Final = Lines(
    "gl_postings",
    "Every leg of every posting; the legs of one fact sum to zero in each currency.",
    Posting,
    lines,
    indexes=(
        # Each reserve that a payment provider holds is looked up by itself; they are few.
        Index(("bank_account",), f"role = '{PROVIDER_RESERVES}'"),
        # So is what a movement of a day was said to be.
        Index(("bank_account", "occurred_on"), f"fact = '{MovementReclassified.__name__}'"),
    ),
)
