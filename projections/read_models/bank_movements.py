"""Bank movements that are no receipts: each with the ledger account its other side was booked on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.domain.bank_movement import BankMovementClassified
from projections.read_models.model import Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class BankMovement(Row, frozen=True):
    """A classified movement, signed as it moves the bank account."""

    movement_id: str
    bank_account: str
    amount_minor: int
    currency: str
    booked_on: date
    value_on: date | None
    role: str
    rule: str
    line_key: str | None
    source: str | None
    position: str | None
    recorded_at_position: int


def evolve(rows: Rows, recorded: Recorded) -> tuple[BankMovement, ...]:
    """The movement that was classified."""
    fact = recorded.fact
    assert isinstance(fact, BankMovementClassified)
    movement = BankMovement(
        movement_id=fact.movement_id,
        bank_account=fact.bank_account,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        booked_on=fact.booked_on,
        value_on=fact.value_on,
        role=fact.role,
        rule=fact.rule,
        line_key=fact.line_key,
        source=fact.source,
        position=fact.position,
        recorded_at_position=recorded.position,
    )
    return (movement,)


BANK_MOVEMENTS: Final = Keyed("bank_movements", BankMovement, ("movement_id",), (BankMovementClassified,), evolve)
