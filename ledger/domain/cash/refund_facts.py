"""What a refund's facts say, from asking to the bank's answer."""

from __future__ import annotations

from ledger.domain.fact import Fact


class RefundRequested(Fact, frozen=True):
    """Someone asked to pay customer credit back; `payee_ref` points into the vault, never an account number."""

    refund_id: str
    account_id: str
    amount_minor: int
    currency: str
    payee_ref: str | None
    reason_code: str
    requester: str


class RefundApproved(Fact, frozen=True):
    """Another person approved; the money is owed to the payer from here."""

    refund_id: str
    amount_minor: int
    currency: str
    approver: str


class RefundRejected(Fact, frozen=True):
    """Another person said no."""

    approver: str
    reason_code: str


class RefundSent(Fact, frozen=True):
    """The payment order went to the bank; `end_to_end_id` comes back on the bank's line."""

    refund_id: str
    amount_minor: int
    currency: str
    rail: str
    end_to_end_id: str


class RefundSettled(Fact, frozen=True):
    """The bank paid it."""

    bank_ref: str | None


class RefundFailed(Fact, frozen=True):
    """The bank could not pay it; the customer credit is back on the account."""

    refund_id: str
    amount_minor: int
    currency: str
    reason_code: str


RefundFact = RefundRequested | RefundApproved | RefundRejected | RefundSent | RefundSettled | RefundFailed
