"""The facts of a write-off, from the request to its reversal; money that is paid after all recovers the loss."""

from __future__ import annotations

from ledger.domain.approval import Because
from ledger.domain.fact import Fact
from ledger.domain.receivables.loss_facts import LossRecovered, RecoveryReversed


class WriteOffRequested(Fact, frozen=True):
    """Somebody asked to give up an open amount of an item."""

    write_off_id: str
    item_id: str
    amount_minor: int
    currency: str
    reason_code: str
    requester: str


class WriteOffApproved(Fact, frozen=True):
    """Another person approved the write-off; the requested amount becomes a loss."""

    amount_minor: int
    currency: str
    ar_role: str
    approver: str


class WriteOffRejected(Fact, frozen=True):
    """Another person rejected the write-off."""

    approver: str
    reason_code: str


class WriteOffReversed(Fact, frozen=True):
    """The write-off was reversed: it was a mistake and never so, or it was so until the day of the reversal."""

    amount_minor: int
    currency: str
    ar_role: str
    because: Because
    reason_code: str


WriteOffFact = (
    WriteOffRequested | WriteOffApproved | WriteOffRejected | WriteOffReversed | LossRecovered | RecoveryReversed
)
