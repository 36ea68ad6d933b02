"""Erasures: the persons whose erasure was requested, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.personal_data.subject import ErasureRejected, ErasureRequested, SubjectErased
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class Erasure(Row, frozen=True):
    """The newest request to erase a person."""

    subject_id: Annotated[str, "Random id of the person."]
    account_id: Annotated[str | None, "Account of the person; null if the person is no payer."]
    status: Annotated[str, "requested, rejected or erased."]
    reason_code: Annotated[str, "Reason code of the request."]
    requester: Annotated[str, "Who requested the erasure."]
    on_behalf_of: Annotated[
        str | None, "Who asked the requester for it, if anybody did; that person cannot approve it."
    ]
    approver: Annotated[str | None, "Who approved or rejected the erasure."]
    since: Annotated[date, "Day of the last step."]
    last_on: Annotated[date | None, "Last day on which the book has anything of the person; null if it has nothing."]
    kept_through: Annotated[date | None, "Last day on which the law kept the accounts; null before the erasure."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[Erasure, ...]:
    """The request after one more fact."""
    fact, on = recorded.fact, recorded.envelope.occurred_on
    match fact:
        case ErasureRequested():
            row = Erasure(
                subject_id=fact.subject_id,
                account_id=fact.account_id,
                status="requested",
                reason_code=fact.reason_code,
                requester=fact.requester,
                on_behalf_of=fact.on_behalf_of,
                approver=None,
                since=on,
                last_on=fact.last_on,
                kept_through=None,
            )
        case ErasureRejected():
            row = msgspec.structs.replace(only(rows, recorded), status="rejected", approver=fact.approver, since=on)
        case SubjectErased():
            row = msgspec.structs.replace(
                only(rows, recorded),
                status="erased",
                approver=fact.approver,
                since=on,
                last_on=fact.last_on,
                kept_through=fact.kept_through,
            )
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")
    return (row,)


ERASURES: Final = Keyed(
    "erasures",
    "The persons whose erasure was requested, and what became of it.",
    Erasure,
    ("subject_id",),
    (ErasureRequested, ErasureRejected, SubjectErased),
    evolve,
)
