"""Seen payments: payments in files that were booked before, from files of other formats."""

from __future__ import annotations

from datetime import date
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
    booked_on: Annotated[date, "The payment's booking day in the file."]
    statement_no: Annotated[int, "Number of the statement in the file."]
    raw_position: Annotated[str, "Place of the payment in the file."]
    recorded_at_position: Annotated[int, "Position in the journal at which this was recorded."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[SeenPayment, ...]:
    """The payments that one fact names."""
    fact = recorded.fact
    assert isinstance(fact, PaymentsSeenAgain)
    return tuple(
        SeenPayment(
            sha256=fact.sha256,
            line_key=one.line_key,
            bank_id_key=one.bank_id_key,
            format=fact.format,
            money_id=one.money_id,
            booked_on=one.booked_on,
            statement_no=one.statement_no,
            raw_position=one.raw_position,
            recorded_at_position=recorded.position,
        )
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
