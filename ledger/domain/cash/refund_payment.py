"""The payment of an approved refund, as people record it: sent to the bank, then settled, failed or returned."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from ledger.domain.balance import effective_day
from ledger.domain.cash.refund import MovingCredit, OfRefund, of_refund, refund_in
from ledger.domain.cash.refund_facts import RefundFailed, RefundReturned, RefundSent, RefundSettled
from ledger.domain.cash.refund_state import LONGEST_ORDER_ID, Refund, order_id
from ledger.domain.cash.restoration import given_back
from ledger.domain.fact import Decision, Envelope, States
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.rails import Rail
from ledger.domain.refusals import Refused

# An id that a person gives for the bank's use has no spaces; words may name a person.
_BANKS_ID: Final = re.compile(r"[!-~]{1,64}")
# Banks write this where there is no id, so it would match any such line.
_NO_ID: Final = "NOTPROVIDED"

# Commands


class SendRefund(OfRefund, frozen=True):
    """Record that an approved refund's payment order was sent to the bank, by default under the refund's own id.

    `order_file` is the hash of the file with the order, if we wrote one.
    """

    rail: Rail
    end_to_end_id: str | None = None
    order_file: str | None = None


class SettleRefund(OfRefund, frozen=True):
    """Record that the bank paid a refund."""

    from_bank: ClassVar[tuple[str, ...]] = ("bank_ref",)

    bank_ref: str | None = None


class FailRefund(MovingCredit, frozen=True):
    """Record that the bank could not pay a refund."""

    reason_code: str


class ReturnRefund(MovingCredit, frozen=True):
    """Record that the money of a paid refund came back: an amount, or all that has not come back yet."""

    reason_code: str
    amount_minor: int | None = None


# Decide


def send(states: States, command: SendRefund, envelope: Envelope) -> Decision:
    """Send an approved refund that has not been sent yet, under an end-to-end id that the bank's line will repeat.

    Only a line of the bank can show that it was paid, so it is never paid in cash.
    """
    refund = refund_in(states, command.refund_id, "approved")
    if command.rail == "cash":
        raise Refused("refund_in_cash", command.refund_id)
    end_to_end_id = order_id(command.refund_id) if command.end_to_end_id is None else command.end_to_end_id
    if len(end_to_end_id) > LONGEST_ORDER_ID or not _BANKS_ID.fullmatch(end_to_end_id) or end_to_end_id == _NO_ID:
        raise Refused("end_to_end_id_malformed", command.refund_id)
    asked = refund.requested
    sent = RefundSent(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        rail=command.rail,
        end_to_end_id=end_to_end_id,
        order_file=command.order_file,
    )
    return (of_refund(refund, sent, effective_day(command.on, envelope.occurred_on, refund.since)),)


def settle(states: States, command: SettleRefund, envelope: Envelope) -> Decision:
    """Settle a sent refund; the bank's line may come later, and then shows the payment."""
    refund = refund_in(states, command.refund_id, "sent")
    if command.bank_ref is not None and not _BANKS_ID.fullmatch(command.bank_ref):
        raise Refused("code_malformed", command.refund_id)
    settled = RefundSettled(bank_ref=command.bank_ref)
    return (of_refund(refund, settled, effective_day(command.on, envelope.occurred_on, refund.since)),)


def fail(states: States, command: FailRefund, envelope: Envelope) -> Decision:
    """Record that the bank did not pay a refund, with its reason; the account gets its customer credit back.

    This also corrects a refund that a person settled too early, but not one that the bank's line has paid.
    """
    refund = refund_in(states, command.refund_id, "sent", "settled")
    if refund.paid_minor or refund.returned_minor:
        raise Refused("refund_paid", command.refund_id)
    asked = refund.requested
    failed = RefundFailed(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        reason_code=command.reason_code,
    )
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    return (of_refund(refund, failed, on), *given_back(states, refund, on, asked.amount_minor))


def return_(states: States, command: ReturnRefund, envelope: Envelope) -> Decision:
    """Record that a settled refund came back, with the reason; the account gets as much customer credit back.

    The bank's line that brings the money may come later.
    """
    refund = refund_in(states, command.refund_id, "settled")
    left = refund.requested.amount_minor - refund.returned_minor
    amount = left if command.amount_minor is None else command.amount_minor
    require_positive((amount,), command.refund_id)
    if amount > left:
        raise Refused("amount_exceeds_refund", command.refund_id)
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    back = of_refund(refund, returned(refund, command.reason_code, amount), on)
    return (back, *given_back(states, refund, on, amount))


def returned(refund: Refund, reason_code: str, amount_minor: int, part_id: str | None = None) -> RefundReturned:
    """The fact that an amount of a refund came back; `part_id` is the line that says so, if no person does."""
    asked = refund.requested
    return RefundReturned(
        refund_id=asked.refund_id,
        amount_minor=amount_minor,
        currency=asked.currency,
        reason_code=reason_code,
        part_id=part_id,
    )


# Registration

NOUN: Final = Noun(
    "refund_payment",
    rules={SendRefund: send, SettleRefund: settle, FailRefund: fail, ReturnRefund: return_},
    duties={
        SendRefund: ("finance",),
        SettleRefund: ("finance",),
        FailRefund: ("finance", "bank-day"),
        ReturnRefund: ("finance",),
    },
    refusals={
        "amount_exceeds_refund": "The amount exceeds what of the refund has not come back yet.",
        "end_to_end_id_malformed": (
            f"An end-to-end id has 1 to {LONGEST_ORDER_ID} characters, none of them a space, and is not {_NO_ID}, "
            "which banks write for none. Give one with `--end-to-end-id`."
        ),
        "refund_in_cash": (
            "A refund is paid through the bank, because nothing takes money out of cash on hand. Send it by another "
            "rail, or cancel it. If the payer got cash back when it was received, void the receipt and record what "
            "stayed."
        ),
        "refund_paid": (
            "The bank paid the refund, as its line or a part that came back shows; if the money came back, record its "
            "return. If the bank paid only a part and will never pay the rest, settle the refund, and then record the "
            "rest as returned, with `reskontra refund return --amount`."
        ),
    },
)
