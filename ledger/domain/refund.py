"""The refund: customer credit going back to the payer, asked for, approved by another, sent, settled or failed."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.domain.account import CustomerCreditRefunded, CustomerCreditRestored, account_of, require_credit
from ledger.domain.fact import Command, Decision, Fact, NewFact, State, States, require_reason, stream_of
from ledger.domain.refusals import Refused

Standing = Literal["requested", "approved", "rejected", "sent", "settled", "failed"]

# Facts


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

# State


class Refund(State, frozen=True):
    """A refund and where it stands."""

    requested: RefundRequested
    standing: Standing


# Evolve


def evolve(state: Refund | None, fact: RefundFact) -> Refund:
    """The refund after one more fact."""
    if isinstance(fact, RefundRequested):
        return Refund(requested=fact, standing="requested")
    assert state is not None, "a refund's first fact is RefundRequested"
    standing: Standing
    match fact:
        case RefundApproved():
            standing = "approved"
        case RefundRejected():
            standing = "rejected"
        case RefundSent():
            standing = "sent"
        case RefundSettled():
            standing = "settled"
        case RefundFailed():
            standing = "failed"
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")
    return msgspec.structs.replace(state, standing=standing)


# Commands


class RequestRefund(Command, frozen=True):
    """Ask to pay customer credit of an account back."""

    refund_id: str
    account_id: str
    amount_minor: int
    currency: str
    reason_code: str
    requester: str
    payee_ref: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The refund and the account."""
        return (stream_of("refund", self.refund_id), stream_of("account", self.account_id))


class ApproveRefund(Command, frozen=True):
    """Approve a refund someone else asked for."""

    refund_id: str
    account_id: str
    approver: str

    def streams(self) -> tuple[str, ...]:
        """The refund and the account."""
        return (stream_of("refund", self.refund_id), stream_of("account", self.account_id))


class RejectRefund(Command, frozen=True):
    """Reject a refund someone else asked for."""

    refund_id: str
    approver: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("refund", self.refund_id),)


class SendRefund(Command, frozen=True):
    """Record that an approved refund's payment order went to the bank."""

    refund_id: str
    rail: str
    end_to_end_id: str

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("refund", self.refund_id),)


class SettleRefund(Command, frozen=True):
    """Record that the bank paid a sent refund."""

    refund_id: str
    bank_ref: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("refund", self.refund_id),)


class FailRefund(Command, frozen=True):
    """Record that the bank could not pay a sent refund."""

    refund_id: str
    account_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The refund and the account."""
        return (stream_of("refund", self.refund_id), stream_of("account", self.account_id))


# Decide


def request(states: States, command: RequestRefund) -> Decision:
    """Ask for no more than the account has, with a reason."""
    stream, _ = command.streams()
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.refund_id)
    require_reason(command.reason_code, command.refund_id)
    require_credit(account_of(states, command.account_id), command.amount_minor, command.currency)
    return (NewFact(stream, RefundRequested(**msgspec.structs.asdict(command))),)


def approve(states: States, command: ApproveRefund) -> Decision:
    """Approve it as another person, while the account still has the money."""
    stream, account = command.streams()
    asked = _standing(states, stream, "requested", "refund_not_requested").requested
    if asked.requester == command.approver:
        raise Refused("approver_is_requester", command.refund_id)
    _same_account(asked, command.account_id)
    require_credit(account_of(states, asked.account_id), asked.amount_minor, asked.currency)
    approved = RefundApproved(
        refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency, approver=command.approver
    )
    used = CustomerCreditRefunded(refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency)
    return (NewFact(stream, approved), NewFact(account, used))


def reject(states: States, command: RejectRefund) -> Decision:
    """Reject it as another person, with a reason."""
    (stream,) = command.streams()
    require_reason(command.reason_code, command.refund_id)
    asked = _standing(states, stream, "requested", "refund_not_requested").requested
    if asked.requester == command.approver:
        raise Refused("approver_is_requester", command.refund_id)
    return (NewFact(stream, RefundRejected(approver=command.approver, reason_code=command.reason_code)),)


def send(states: States, command: SendRefund) -> Decision:
    """Send an approved one, once."""
    (stream,) = command.streams()
    asked = _standing(states, stream, "approved", "refund_not_approved").requested
    sent = RefundSent(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        rail=command.rail,
        end_to_end_id=command.end_to_end_id,
    )
    return (NewFact(stream, sent),)


def settle(states: States, command: SettleRefund) -> Decision:
    """Settle a sent one."""
    (stream,) = command.streams()
    _standing(states, stream, "sent", "refund_not_sent")
    return (NewFact(stream, RefundSettled(bank_ref=command.bank_ref)),)


def fail(states: States, command: FailRefund) -> Decision:
    """Fail a sent one, with the bank's reason; the customer credit comes back."""
    stream, account = command.streams()
    require_reason(command.reason_code, command.refund_id)
    asked = _standing(states, stream, "sent", "refund_not_sent").requested
    _same_account(asked, command.account_id)
    account_of(states, asked.account_id)
    failed = RefundFailed(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        reason_code=command.reason_code,
    )
    restored = CustomerCreditRestored(
        refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency
    )
    return (NewFact(stream, failed), NewFact(account, restored))


def _standing(states: States, stream: str, standing: Standing, refusal: str) -> Refund:
    state = states.get(stream)
    if not isinstance(state, Refund) or state.standing != standing:
        raise Refused(refusal, stream)
    return state


def _same_account(asked: RefundRequested, account_id: str) -> None:
    if asked.account_id != account_id:
        raise Refused("refund_not_requested", f"{asked.refund_id} of {account_id}")
