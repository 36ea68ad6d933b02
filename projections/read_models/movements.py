"""Bank movements, or parts of them, that are no receipts: each with the role its other side was booked on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.movement import MovementClassified
from projections.read_models.model import Index, Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class Movement(Row, frozen=True):
    """A classified movement, or a part of one, signed as it moves the bank account."""

    part_id: Annotated[str, "The movement whole, or the part of it that is no receipt; the id of its stream."]
    movement_id: Annotated[
        str | None, "Movement of the bank that it is, or is a part of; receipts of the same movement name it too."
    ]
    movement_minor: Annotated[int | None, "What the bank booked as one amount, minor units: the sum of its parts."]
    bank_account: Annotated[str, "Bank account it moved on."]
    amount_minor: Annotated[int, "Amount as it moves the account, minor units."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    booked_on: Annotated[date, "Booking day at the bank."]
    value_on: Annotated[date | None, "Value day at the bank."]
    role: Annotated[str, "Ledger account's role that its other side was booked on."]
    rule: Annotated[str, "Rule that classified it, or manual."]
    line_key: Annotated[str | None, "Identity of the bank's line, or of its detail."]
    file: Annotated[str | None, "Hash of the file it came in."]
    raw_position: Annotated[str | None, "Where in the file."]
    recorded_at_position: Annotated[int, "Position in the journal where it was recorded."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Movement, ...]:
    """The movement that was classified."""
    fact = recorded.fact
    assert isinstance(fact, MovementClassified)
    line = fact.line
    movement = Movement(
        part_id=fact.part_id,
        movement_id=line.movement_id,
        movement_minor=line.movement_minor,
        bank_account=line.bank_account,
        amount_minor=line.amount_minor,
        currency=line.currency,
        booked_on=line.booked_on,
        value_on=line.value_on,
        role=fact.role,
        rule=fact.rule,
        line_key=line.line_key,
        file=line.file,
        raw_position=line.raw_position,
        recorded_at_position=recorded.position,
    )
    return (movement,)


MOVEMENTS: Final = Keyed(
    "movements",
    "Money moved on a bank account that is no receipt.",
    Movement,
    ("part_id",),
    (MovementClassified,),
    evolve,
    indexes=(Index(("file",), "file IS NOT NULL"),),
)
