"""Payouts: each movement of a payout, at the provider who sent it or at our bank where it arrived."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.cash.payout import PayoutArrived, PayoutMovementRemoved, PayoutSent
from projections.read_models.model import Index, Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class PayoutMovement(Row, frozen=True):
    """A movement of a payout."""

    payout_id: Annotated[str, "The payout."]
    part_id: Annotated[str, "The movement, or the part of one."]
    provider_account: Annotated[str, "Our account at the payment provider."]
    payout_ref: Annotated[str | None, "The provider's id of the payout."]
    side: Annotated[str, "sent: at the provider; arrived: at our bank."]
    amount_minor: Annotated[int, "Amount, minor units; below zero if the provider takes money from our bank."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    occurred_on: Annotated[date, "Day on which the provider or our bank booked it."]
    recorded_at_position: Annotated[int, "Position in the journal at which it was recorded."]
    removed_at_position: Annotated[
        int | None, "Position at which a person said that the movement was none of the payout; null if nobody did."
    ]


def evolve(rows: Rows, recorded: Recorded) -> tuple[PayoutMovement, ...]:
    """The movement that one fact names."""
    fact = recorded.fact
    if isinstance(fact, PayoutMovementRemoved):
        return (msgspec.structs.replace(rows[(id_of(recorded), fact.part_id)], removed_at_position=recorded.position),)
    assert isinstance(fact, PayoutSent | PayoutArrived)
    movement = PayoutMovement(
        payout_id=id_of(recorded),
        part_id=fact.part_id,
        provider_account=fact.provider_account,
        payout_ref=fact.payout_ref,
        side="sent" if isinstance(fact, PayoutSent) else "arrived",
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        occurred_on=recorded.envelope.occurred_on,
        recorded_at_position=recorded.position,
        removed_at_position=None,
    )
    return (movement,)


PAYOUTS: Final = Keyed(
    "payouts",
    "Movements of payouts: where payment providers sent them, and where our bank booked them.",
    PayoutMovement,
    ("payout_id", "part_id"),
    (PayoutSent, PayoutArrived, PayoutMovementRemoved),
    evolve,
    indexes=(Index(("provider_account", "amount_minor")),),
)
