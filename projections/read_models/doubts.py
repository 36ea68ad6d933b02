"""Doubts about the bank's lines that a person closed, and those of them that were reopened."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.doubt import DoubtClosed, DoubtReopened
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class ClosedDoubt(Row, frozen=True):
    """A doubt that was closed at least once, as its newest fact leaves it."""

    doubt_id: Annotated[str, "The doubt: made of the line's identity and the code, the same in every file."]
    code: Annotated[str, "What is doubtful."]
    money_id: Annotated[str | None, "Receipt or part of a movement that the doubt is about; null if it is about none."]
    file: Annotated[str | None, "Hash of the bank's file."]
    raw_position: Annotated[str | None, "Place in the file."]
    status: Annotated[str, "closed or reopened."]
    reason_code: Annotated[str, "Reason code of the newest fact."]
    decided_by: Annotated[str, "Who closed or reopened it."]
    decided_on: Annotated[date, "Day on which it was closed or reopened."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[ClosedDoubt, ...]:
    """The doubt after one more fact."""
    fact, envelope = recorded.fact, recorded.envelope
    match fact:
        case DoubtClosed():
            row = ClosedDoubt(
                doubt_id=fact.doubt_id,
                code=fact.code,
                money_id=fact.money_id,
                file=fact.file,
                raw_position=fact.raw_position,
                status="closed",
                reason_code=fact.reason_code,
                decided_by=envelope.actor,
                decided_on=envelope.occurred_on,
            )
        case DoubtReopened():
            row = msgspec.structs.replace(
                only(rows, recorded),
                status="reopened",
                reason_code=fact.reason_code,
                decided_by=envelope.actor,
                decided_on=envelope.occurred_on,
            )
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")
    return (row,)


DOUBTS: Final = Keyed(
    "doubts",
    "Doubts about the bank's lines that a person closed.",
    ClosedDoubt,
    ("doubt_id",),
    (DoubtClosed, DoubtReopened),
    evolve,
)
