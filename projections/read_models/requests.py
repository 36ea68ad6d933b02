"""Requests: which items a payer was asked to pay with which reference, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.receivables.request import PaymentRequested
from projections.read_models.model import Index, Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class Request(Row, frozen=True):
    """The n-th item of a payment request."""

    request_id: Annotated[str, "The payment request."]
    place: Annotated[int, "Which of its items, from 1: money settles them in this order."]
    item_id: Annotated[str, "The item asked for."]
    account_id: Annotated[str, "The account that was asked, and keeps what is paid beyond the items."]
    reference: Annotated[str, "Reference the payer quotes when paying."]
    reference_kind: Annotated[str, "ocr (Bankgirot) or rf (ISO 11649)."]
    made_at_position: Annotated[int, "Position in the journal where it was made."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Request, ...]:
    """The items that were asked for."""
    fact = recorded.fact
    assert isinstance(fact, PaymentRequested)
    return tuple(
        Request(
            fact.request_id,
            place,
            item_id,
            fact.account_id,
            fact.reference,
            fact.reference_kind,
            recorded.position,
        )
        for place, item_id in enumerate(fact.items, 1)
    )


REQUESTS: Final = Keyed(
    "requests",
    "Every item of every payment request ever made.",
    Request,
    ("request_id", "place"),
    (PaymentRequested,),
    evolve,
    indexes=(Index(("reference",)), Index(("item_id",))),
)
