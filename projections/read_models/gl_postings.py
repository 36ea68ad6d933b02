"""General-ledger postings: every leg of every fact, by role and accounting date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.domain.catalogue import FACTS
from ledger.domain.postings import legs
from projections.read_models.model import Lines, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class Posting(Row, frozen=True):
    """A leg of a fact's posting: debit above zero, credit below; the legs of a fact sum to zero by currency."""

    ledger_position: int
    line: int
    fact: str
    stream: str
    role: str
    amount_minor: int
    currency: str
    occurred_on: date
    accounting_date: date


def lines(recorded: Recorded, rows: Rows) -> tuple[Posting, ...]:
    """The legs of one fact."""
    posted = legs(recorded.fact)
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
        )
        for number, leg in enumerate(posted, 1)
    )


# Every fact is asked for its legs, so that no posting can be forgotten here.
GL_POSTINGS: Final = Lines("gl_postings", Posting, tuple(FACTS.values()), lines)
