"""Write-offs: the requests to give up an open amount, and the status of each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.disputes_and_relief.write_off_facts import (
    WriteOffApproved,
    WriteOffRejected,
    WriteOffRequested,
    WriteOffReversed,
)
from projections.read_models.model import Index, Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class WriteOff(Row, frozen=True):
    """A write-off of an open amount of an item."""

    write_off_id: Annotated[str, "The write-off."]
    item_id: Annotated[str, "The item."]
    amount_minor: Annotated[int, "Amount, minor units."]
    currency: Annotated[str, "ISO 4217 code of the amount."]
    status: Annotated[str, "requested, approved, rejected or reversed."]
    reason_code: Annotated[str, "Reason code of the request."]
    requester: Annotated[str, "Who requested the write-off."]
    on_behalf_of: Annotated[
        str | None, "Who asked the requester for it, if anybody did; that person cannot approve it."
    ]
    approver: Annotated[str | None, "Who approved or rejected the write-off."]
    reversed_by: Annotated[str | None, "Who reversed the write-off."]
    reversed_on: Annotated[date | None, "The day from which the write-off is reversed."]
    because: Annotated[str | None, "Why it was reversed: mistake, so that it never was; or moved."]
    ended_reason: Annotated[str | None, "Reason code of the rejection or the reversal."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[WriteOff, ...]:
    """The write-off's row after one more fact."""
    fact = recorded.fact
    replace = msgspec.structs.replace
    match fact:
        case WriteOffRequested():
            return (_requested(fact),)
        case WriteOffApproved():
            return (replace(only(rows, recorded), status="approved", approver=fact.approver),)
        case WriteOffRejected():
            ended = fact.reason_code
            return (replace(only(rows, recorded), status="rejected", approver=fact.approver, ended_reason=ended),)
        case WriteOffReversed():
            return (_reversed(only(rows, recorded), fact, recorded),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _reversed(row: WriteOff, fact: WriteOffReversed, recorded: Recorded) -> WriteOff:
    return msgspec.structs.replace(
        row,
        status="reversed",
        reversed_by=recorded.envelope.actor,
        reversed_on=recorded.envelope.occurred_on,
        because=fact.because,
        ended_reason=fact.reason_code,
    )


def _requested(fact: WriteOffRequested) -> WriteOff:
    return WriteOff(
        write_off_id=fact.write_off_id,
        item_id=fact.item_id,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        status="requested",
        reason_code=fact.reason_code,
        requester=fact.requester,
        on_behalf_of=fact.on_behalf_of,
        approver=None,
        reversed_by=None,
        reversed_on=None,
        because=None,
        ended_reason=None,
    )


WRITE_OFFS: Final = Keyed(
    "write_offs",
    "Requested write-offs.",
    WriteOff,
    ("write_off_id",),
    (WriteOffRequested, WriteOffApproved, WriteOffRejected, WriteOffReversed),
    evolve,
    indexes=(Index(("item_id",)),),
)
