"""Payment requests: the items that a payer was asked to pay under one reference, in the order of payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.receivables.request import PaymentRequested
from projections.read_models.model import Index, Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class Request(Row, frozen=True):
    """The n-th item of a payment request."""

    request_id: Annotated[str, "The payment request."]
    item_no: Annotated[int, "Number of the item within the request, from 1: money settles the items in this order."]
    item_id: Annotated[str, "The requested item."]
    account_id: Annotated[str, "The payer's account, to which any money beyond the items is credited."]
    reference: Annotated[str, "Reference for the payer to quote."]
    reference_kind: Annotated[str, "ocr (Bankgirot) or rf (ISO 11649)."]
    made_at_position: Annotated[int, "Position in the journal at which the request was made."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Request, ...]:
    """The requested items."""
    fact = recorded.fact
    assert isinstance(fact, PaymentRequested)
    return tuple(
        Request(
            fact.request_id,
            item_no,
            item_id,
            fact.account_id,
            fact.reference,
            fact.reference_kind,
            recorded.position,
        )
        for item_no, item_id in enumerate(fact.items, 1)
    )


REQUESTS: Final = Keyed(
    "requests",
    "Every item of every payment request ever made.",
    Request,
    ("request_id", "item_no"),
    (PaymentRequested,),
    evolve,
    indexes=(Index(("reference",)), Index(("item_id",))),
)
