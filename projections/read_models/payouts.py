"""Payouts: each movement of a payout, at the provider who sent it or at our bank where it arrived."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.cash.payout import PayoutArrived, PayoutSent
from projections.read_models.model import Index, Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class PayoutMovement(Row, frozen=True):
    """A movement of a payout."""

    part_id: Annotated[str, "The movement, or the part of one."]
    payout_id: Annotated[str, "The payout."]
    provider_account: Annotated[str, "Our account at the payment provider."]
    payout_ref: Annotated[str | None, "The provider's id of the payout."]
    side: Annotated[str, "sent: at the provider; arrived: at our bank."]
    amount_minor: Annotated[int, "Amount, minor units; below zero if the provider takes money from our bank."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    occurred_on: Annotated[date, "Day on which the provider or our bank booked it."]
    recorded_at_position: Annotated[int, "Position in the journal at which it was recorded."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[PayoutMovement, ...]:
    """The movement that one fact names."""
    fact = recorded.fact
    assert isinstance(fact, PayoutSent | PayoutArrived)
    movement = PayoutMovement(
        part_id=fact.part_id,
        payout_id=id_of(recorded),
        provider_account=fact.provider_account,
        payout_ref=fact.payout_ref,
        side="sent" if isinstance(fact, PayoutSent) else "arrived",
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        occurred_on=recorded.envelope.occurred_on,
        recorded_at_position=recorded.position,
    )
    return (movement,)


PAYOUTS: Final = Keyed(
    "payouts",
    "Movements of payouts: where payment providers sent them, and where our bank booked them.",
    PayoutMovement,
    ("part_id",),
    (PayoutSent, PayoutArrived),
    evolve,
    indexes=(Index(("payout_id",)), Index(("provider_account", "amount_minor"))),
)
