"""Write-offs: what was asked to be given up, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ledger.domain.write_off import WriteOffApproved, WriteOffRejected, WriteOffRequested, WriteOffTakenBack
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class WriteOff(Row, frozen=True):
    """A write-off of a share of an invoice."""

    write_off_id: str
    invoice_id: str
    share: int
    amount_minor: int
    currency: str
    standing: str
    reason_code: str
    requester: str
    approver: str | None


def evolve(rows: Rows, recorded: Recorded) -> tuple[WriteOff, ...]:
    """The write-off after one more fact."""
    fact = recorded.fact
    replace = msgspec.structs.replace
    match fact:
        case WriteOffRequested():
            return (_requested(fact),)
        case WriteOffApproved():
            return (replace(only(rows, recorded), standing="approved", approver=fact.approver),)
        case WriteOffRejected():
            return (replace(only(rows, recorded), standing="rejected", approver=fact.approver),)
        case WriteOffTakenBack():
            return (replace(only(rows, recorded), standing="reversed"),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _requested(fact: WriteOffRequested) -> WriteOff:
    return WriteOff(
        write_off_id=fact.write_off_id,
        invoice_id=fact.invoice_id,
        share=fact.share,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        standing="requested",
        reason_code=fact.reason_code,
        requester=fact.requester,
        approver=None,
    )


WRITE_OFFS: Final = Keyed(
    "write_offs",
    WriteOff,
    ("write_off_id",),
    (WriteOffRequested, WriteOffApproved, WriteOffRejected, WriteOffTakenBack),
    evolve,
)
