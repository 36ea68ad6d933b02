"""Payouts: each movement of a payout, at the provider who sent it or at our bank where it arrived."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.cash.payout import PayoutArrived, PayoutMovementRemoved, PayoutSent
from projections.read_models.model import Index, Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class PayoutMovement(Row, frozen=True):
    """A movement of a payout, or that a movement is none of it any more: the same amount with the other sign."""

    payout_id: Annotated[str, "The payout."]
    recorded_at_position: Annotated[int, "Position in the journal at which it was recorded."]
    part_id: Annotated[str, "The movement, or the part of one."]
    provider_account: Annotated[str, "Our account at the payment provider."]
    payout_ref: Annotated[str | None, "The provider's id of the payout, if the movement says it."]
    side: Annotated[str, "sent: at the provider; arrived: at our bank."]
    amount_minor: Annotated[
        int,
        "Amount, minor units: below zero if the provider takes money from our bank, or our bank takes the payout back. "
        "The sum of a movement's rows is what it is of the payout.",
    ]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    occurred_on: Annotated[date, "Day on which the provider or our bank booked it."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[PayoutMovement, ...]:
    """The movement that one fact names, or its end."""
    fact = recorded.fact
    assert isinstance(fact, PayoutSent | PayoutArrived | PayoutMovementRemoved)
    removed = isinstance(fact, PayoutMovementRemoved)
    movement = PayoutMovement(
        payout_id=id_of(recorded),
        recorded_at_position=recorded.position,
        part_id=fact.part_id,
        provider_account=fact.provider_account,
        payout_ref=None if isinstance(fact, PayoutMovementRemoved) else fact.payout_ref,
        side=fact.side if isinstance(fact, PayoutMovementRemoved) else _SIDES[type(fact)],
        amount_minor=-fact.amount_minor if removed else fact.amount_minor,
        currency=fact.currency,
        occurred_on=recorded.envelope.occurred_on,
    )
    return (movement,)


_SIDES: Final = {PayoutSent: "sent", PayoutArrived: "arrived"}

PAYOUTS: Final = Keyed(
    "payouts",
    "Movements of payouts: where payment providers sent them, and where our bank booked them.",
    PayoutMovement,
    ("payout_id", "recorded_at_position"),
    (PayoutSent, PayoutArrived, PayoutMovementRemoved),
    evolve,
    indexes=(Index(("provider_account", "payout_ref"), "payout_ref IS NOT NULL"),),
)
