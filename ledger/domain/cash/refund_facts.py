"""The facts of a refund, from the request to the bank's answer."""

from __future__ import annotations

from ledger.domain.fact import Fact, Mirror
from ledger.domain.rails import Rail


class RefundRequested(Fact, frozen=True):
    """A refund of customer credit was requested; `payee_ref` points into the vault and is never an account number."""

    refund_id: str
    account_id: str
    amount_minor: int
    currency: str
    payee_ref: str | None
    reason_code: str
    requester: str
    on_behalf_of: str | None = None


class RefundApproved(Fact, frozen=True):
    """Another person approved the refund; from now on the money is owed to the payer."""

    refund_id: str
    amount_minor: int
    currency: str
    approver: str


class RefundRejected(Fact, frozen=True):
    """Another person rejected the refund."""

    approver: str
    reason_code: str


class RefundCancelled(Fact, frozen=True):
    """The refund was given up before it was sent; `approved` says whether its money was already owed to the payer."""

    refund_id: str
    amount_minor: int
    currency: str
    approved: bool
    reason_code: str


class RefundSent(Fact, frozen=True):
    """The payment order was sent to the bank; the bank's line for this payment carries `end_to_end_id`.

    `order_file` is the hash of the file that orders it; None if a person ordered it at the bank.
    """

    refund_id: str
    amount_minor: int
    currency: str
    rail: Rail
    end_to_end_id: str
    order_file: str | None = None


class RefundSettled(Fact, frozen=True):
    """The bank paid the refund, as its line or a person said."""

    bank_ref: str | None


class RefundFailed(Fact, frozen=True):
    """The bank could not pay the refund; the account gets its customer credit back."""

    refund_id: str
    amount_minor: int
    currency: str
    reason_code: str


class RefundReturned(Fact, frozen=True):
    """Money of a refund that the bank had paid came back, all or a part; the account gets as much customer credit back.

    If it is a part, the refund stays settled for the rest, and a further part may come back. `part_id` is the bank
    movement that said so; None if a person said so.
    """

    refund_id: str
    amount_minor: int
    currency: str
    reason_code: str
    part_id: str | None


class RefundResumed(Fact, frozen=True):
    """The refund had not failed, or not come back by this amount; the account loses as much customer credit again.

    The bank movement `part_id` paid the refund that a person had recorded as failed; or it had said that the refund
    came back, and was something else. It is None if a person took back what people had recorded, with the reason.
    `settled` says whether the bank has paid the refund, as far as is known.
    """

    refund_id: str
    amount_minor: int
    currency: str
    part_id: str | None
    settled: bool
    reason_code: str | None


class RefundMovementAdded(Mirror, frozen=True):
    """Mirrors MovementClassified or MovementReclassified: a bank movement paid money of the refund or brought it back.

    The amount is below zero if the movement paid.
    """

    part_id: str
    amount_minor: int
    currency: str


class RefundMovementRemoved(Mirror, frozen=True):
    """Mirrors MovementReclassified: a bank movement, with the same amount as when it was added, was something else.

    If it had paid, the refund waits for the bank again.
    """

    part_id: str
    amount_minor: int
    currency: str


RefundFact = (
    RefundRequested
    | RefundApproved
    | RefundRejected
    | RefundCancelled
    | RefundSent
    | RefundSettled
    | RefundFailed
    | RefundReturned
    | RefundResumed
    | RefundMovementAdded
    | RefundMovementRemoved
)
