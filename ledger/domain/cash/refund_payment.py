"""The payment of an approved refund: its order is sent to the bank, and a person records that it was paid or failed."""

from __future__ import annotations

from typing import Final

from ledger.domain.balance import effective_day
from ledger.domain.cash.refund import MovingCredit, OfRefund, credit_restored, of_refund, refund_in
from ledger.domain.cash.refund_facts import RefundFailed, RefundSent, RefundSettled
from ledger.domain.fact import Decision, Envelope, States, require_reason
from ledger.domain.noun import Noun

# Commands


class SendRefund(OfRefund, frozen=True):
    """Record that an approved refund's payment order was sent to the bank."""

    rail: str
    end_to_end_id: str


class SettleRefund(OfRefund, frozen=True):
    """Record that the bank paid a refund."""

    bank_ref: str | None = None


class FailRefund(MovingCredit, frozen=True):
    """Record that the bank could not pay a refund."""

    reason_code: str


# Decide


def send(states: States, command: SendRefund, envelope: Envelope) -> Decision:
    """Send an approved refund that has not been sent yet."""
    refund = refund_in(states, command.refund_id, "approved")
    asked = refund.requested
    sent = RefundSent(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        rail=command.rail,
        end_to_end_id=command.end_to_end_id,
    )
    return (of_refund(refund, sent, effective_day(command.on, envelope.occurred_on, refund.since)),)


def settle(states: States, command: SettleRefund, envelope: Envelope) -> Decision:
    """Settle a sent refund."""
    refund = refund_in(states, command.refund_id, "sent")
    settled = RefundSettled(bank_ref=command.bank_ref)
    return (of_refund(refund, settled, effective_day(command.on, envelope.occurred_on, refund.since)),)


def fail(states: States, command: FailRefund, envelope: Envelope) -> Decision:
    """Record that a sent refund failed, with the bank's reason; the account gets its customer credit back."""
    require_reason(command.reason_code, command.refund_id)
    refund = refund_in(states, command.refund_id, "sent")
    asked = refund.requested
    failed = RefundFailed(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        reason_code=command.reason_code,
    )
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    return (of_refund(refund, failed, on), credit_restored(refund, on))


# Registration

NOUN: Final = Noun("refund_payment", rules={SendRefund: send, SettleRefund: settle, FailRefund: fail})
