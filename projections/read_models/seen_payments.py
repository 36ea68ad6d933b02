"""Seen payments: payments in files that were booked before, from files of other formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.file import PaymentsSeenAgain
from projections.read_models.model import Index, Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class SeenPayment(Row, frozen=True):
    """A payment in a file, and the receipt, or part of a movement, that it is."""

    sha256: Annotated[str, "Hash of the file."]
    line_key: Annotated[str, "Identity of the payment in the file."]
    bank_id_key: Annotated[str | None, "Hash of the account and of the id that the bank gave the movement in the file."]
    format: Annotated[str, "Format of the file."]
    money_id: Annotated[str, "Receipt, or part of a movement, as which the payment was booked."]
    recorded_at_position: Annotated[int, "Position in the journal at which this was recorded."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[SeenPayment, ...]:
    """The payments that one fact names."""
    fact = recorded.fact
    assert isinstance(fact, PaymentsSeenAgain)
    return tuple(
        SeenPayment(fact.sha256, one.line_key, one.bank_id_key, fact.format, one.money_id, recorded.position)
        for one in fact.seen
    )


SEEN_PAYMENTS: Final = Keyed(
    "seen_payments",
    "Payments in bank files that were booked before, from files of other formats.",
    SeenPayment,
    ("sha256", "line_key"),
    (PaymentsSeenAgain,),
    evolve,
    indexes=(Index(("money_id",)),),
)
