"""A refund pays customer credit back: it is requested, approved by another person, sent, and then settled or failed."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import msgspec

from ledger.domain.approval import Decided, decided_by
from ledger.domain.balance import effective_day
from ledger.domain.cash.refund_facts import (
    RefundApproved,
    RefundFact,
    RefundFailed,
    RefundRejected,
    RefundRequested,
    RefundSent,
    RefundSettled,
)
from ledger.domain.chart_of_accounts import Leg, pair
from ledger.domain.fact import (
    DatedCommand,
    Decision,
    Envelope,
    NewFact,
    State,
    States,
    acting,
    require_reason,
    stream_of,
)
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import (
    CustomerCreditRefunded,
    CustomerCreditRestored,
    RefundReservationEnded,
    RefundReserved,
    account_of,
    require_credit,
)
from ledger.domain.refusals import Refused

Status = Decided | Literal["sent", "settled", "failed"]

# State


class Refund(State, frozen=True):
    """A refund, its status, and the day of its last step."""

    requested: RefundRequested
    status: Status
    since: date


# Evolve


def evolve(state: Refund | None, fact: RefundFact, on: date) -> Refund:
    """The refund with one more fact applied."""
    if isinstance(fact, RefundRequested):
        return Refund(requested=fact, status="requested", since=on)
    assert state is not None, "a refund's first fact is RefundRequested"
    status: Status
    match fact:
        case RefundApproved():
            status = "approved"
        case RefundRejected():
            status = "rejected"
        case RefundSent():
            status = "sent"
        case RefundSettled():
            status = "settled"
        case RefundFailed():
            status = "failed"
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")
    return msgspec.structs.replace(state, status=status, since=on)


# Commands


class _OfRefund(DatedCommand, frozen=True):
    """A command about a refund that was already requested."""

    refund_id: str

    def streams(self) -> tuple[str, ...]:
        """The refund."""
        return (stream_of("refund", self.refund_id),)


class _MovingCredit(_OfRefund, frozen=True):
    """A step that changes the payer's customer credit, or what is free of it."""

    def more(self, states: States) -> tuple[str, ...]:
        """The account that holds the customer credit."""
        state = states.get(stream_of("refund", self.refund_id))
        return (stream_of("account", state.requested.account_id),) if isinstance(state, Refund) else ()


class RequestRefund(_OfRefund, frozen=True):
    """Request that customer credit of an account be paid back."""

    account_id: str
    amount_minor: int
    currency: str
    reason_code: str
    payee_ref: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The refund and the account."""
        return (stream_of("refund", self.refund_id), stream_of("account", self.account_id))


class ApproveRefund(_MovingCredit, frozen=True):
    """Approve a refund that somebody else requested."""


class RejectRefund(_MovingCredit, frozen=True):
    """Reject a refund that somebody else requested."""

    reason_code: str


class SendRefund(_OfRefund, frozen=True):
    """Record that an approved refund's payment order was sent to the bank."""

    rail: str
    end_to_end_id: str


class SettleRefund(_OfRefund, frozen=True):
    """Record that the bank paid a refund."""

    bank_ref: str | None = None


class FailRefund(_MovingCredit, frozen=True):
    """Record that the bank could not pay a refund."""

    reason_code: str


# Decide


def request(states: States, command: RequestRefund, envelope: Envelope) -> Decision:
    """Request a refund of at most the account's free customer credit, and reserve it; a reason is required."""
    stream, _ = command.streams()
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.refund_id)
    require_reason(command.reason_code, command.refund_id)
    account = account_of(states, command.account_id)
    require_credit(account, command.amount_minor, command.currency)
    requested = RefundRequested(
        refund_id=command.refund_id,
        account_id=command.account_id,
        amount_minor=command.amount_minor,
        currency=command.currency,
        payee_ref=command.payee_ref,
        reason_code=command.reason_code,
        requester=acting(envelope),
    )
    reserved = RefundReserved(refund_id=command.refund_id, amount_minor=command.amount_minor, currency=command.currency)
    free = account.free_in(command.currency).first_day_of(command.amount_minor)
    on = effective_day(command.on, envelope.occurred_on, free)
    return (NewFact(stream, requested, on), NewFact(stream_of("account", command.account_id), reserved, on))


def approve(states: States, command: ApproveRefund, envelope: Envelope) -> Decision:
    """Approve the refund, which uses the customer credit that it has reserved; the requester cannot approve it."""
    stream, refund = _in_status(states, command, "requested", "refund_not_requested")
    asked = refund.requested
    approver = decided_by(envelope, asked.requester, command.refund_id)
    account_of(states, asked.account_id)
    approved = RefundApproved(
        refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency, approver=approver
    )
    used = CustomerCreditRefunded(refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency)
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    return (NewFact(stream, approved, on), NewFact(stream_of("account", asked.account_id), used, on))


def reject(states: States, command: RejectRefund, envelope: Envelope) -> Decision:
    """Reject the refund, with a reason; the requester cannot reject it. The credit that it reserved is free again."""
    require_reason(command.reason_code, command.refund_id)
    stream, refund = _in_status(states, command, "requested", "refund_not_requested")
    approver = decided_by(envelope, refund.requested.requester, command.refund_id)
    rejected = RefundRejected(approver=approver, reason_code=command.reason_code)
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    return (NewFact(stream, rejected, on), _reservation_ended(states, refund, on))


def send(states: States, command: SendRefund, envelope: Envelope) -> Decision:
    """Send an approved refund that has not been sent yet."""
    stream, refund = _in_status(states, command, "approved", "refund_not_approved")
    asked = refund.requested
    sent = RefundSent(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        rail=command.rail,
        end_to_end_id=command.end_to_end_id,
    )
    return (NewFact(stream, sent, effective_day(command.on, envelope.occurred_on, refund.since)),)


def settle(states: States, command: SettleRefund, envelope: Envelope) -> Decision:
    """Settle a sent refund."""
    stream, refund = _in_status(states, command, "sent", "refund_not_sent")
    settled = RefundSettled(bank_ref=command.bank_ref)
    return (NewFact(stream, settled, effective_day(command.on, envelope.occurred_on, refund.since)),)


def fail(states: States, command: FailRefund, envelope: Envelope) -> Decision:
    """Record that a sent refund failed, with the bank's reason; the account gets its customer credit back."""
    require_reason(command.reason_code, command.refund_id)
    stream, refund = _in_status(states, command, "sent", "refund_not_sent")
    asked = refund.requested
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
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    return (NewFact(stream, failed, on), NewFact(stream_of("account", asked.account_id), restored, on))


def _reservation_ended(states: States, refund: Refund, on: date) -> NewFact:
    asked = refund.requested
    account_of(states, asked.account_id)
    ended = RefundReservationEnded(refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency)
    return NewFact(stream_of("account", asked.account_id), ended, on)


def _in_status(states: States, command: _OfRefund, status: Status, refusal: str) -> tuple[str, Refund]:
    """The refund's stream and its state; raises Refused unless the refund has the given status."""
    stream = stream_of("refund", command.refund_id)
    state = states.get(stream)
    if not isinstance(state, Refund):
        raise Refused("refund_unknown", command.refund_id)
    if state.status != status:
        raise Refused(refusal, command.refund_id)
    return stream, state


# Registration


def _approved_legs(fact: RefundApproved) -> tuple[Leg, ...]:
    return pair("customer_credit", "refunds_payable", fact.amount_minor, fact.currency)


def _sent_legs(fact: RefundSent) -> tuple[Leg, ...]:
    return pair("refunds_payable", "cash_in_transit", fact.amount_minor, fact.currency)


def _failed_legs(fact: RefundFailed) -> tuple[Leg, ...]:
    return pair("cash_in_transit", "customer_credit", fact.amount_minor, fact.currency)


NOUN: Final = Noun(
    "refund",
    facts=RefundFact,
    evolve=evolve,
    rules={
        RequestRefund: request,
        ApproveRefund: approve,
        RejectRefund: reject,
        SendRefund: send,
        SettleRefund: settle,
        FailRefund: fail,
    },
    legs={RefundApproved: _approved_legs, RefundSent: _sent_legs, RefundFailed: _failed_legs},
    refusals={
        "refund_not_approved": "The refund has not been approved, or has already been sent.",
        "refund_not_requested": "The refund is not waiting for approval.",
        "refund_not_sent": "The refund has not been sent, or the bank has already answered.",
        "refund_unknown": "There is no refund with that id.",
    },
    sentences={
        RefundRequested: lambda fact: f"Refund requested by {fact.requester} ({fact.reason_code})",
        RefundApproved: lambda fact: f"Refund approved by {fact.approver}",
        RefundRejected: lambda fact: f"Refund rejected by {fact.approver} ({fact.reason_code})",
        RefundSent: lambda fact: f"Refund sent by {fact.rail}",
        RefundSettled: lambda fact: "Refund paid by the bank",
        RefundFailed: lambda fact: f"Refund failed ({fact.reason_code})",
    },
    title="Refund",
)
