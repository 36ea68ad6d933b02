"""The facts of a refund, from the request to the bank's answer."""

from __future__ import annotations

from ledger.domain.fact import Fact


class RefundRequested(Fact, frozen=True):
    """A refund of customer credit was requested; `payee_ref` points into the vault and is never an account number."""

    refund_id: str
    account_id: str
    amount_minor: int
    currency: str
    payee_ref: str | None
    reason_code: str
    requester: str


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
    """The payment order was sent to the bank; the bank's line for this payment will carry `end_to_end_id`."""

    refund_id: str
    amount_minor: int
    currency: str
    rail: str
    end_to_end_id: str


class RefundSettled(Fact, frozen=True):
    """The bank paid the refund."""

    bank_ref: str | None


class RefundFailed(Fact, frozen=True):
    """The bank could not pay the refund; the account gets its customer credit back."""

    refund_id: str
    amount_minor: int
    currency: str
    reason_code: str


RefundFact = (
    RefundRequested | RefundApproved | RefundRejected | RefundCancelled | RefundSent | RefundSettled | RefundFailed
)
