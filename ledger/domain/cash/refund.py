"""A refund pays customer credit back: people request it, approve or reject it, or cancel it before it is sent."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.approval import decided_by
from ledger.domain.balance import effective_day
from ledger.domain.cash.refund_facts import (
    RefundApproved,
    RefundCancelled,
    RefundFact,
    RefundFailed,
    RefundMovementAdded,
    RefundMovementRemoved,
    RefundRejected,
    RefundRequested,
    RefundResumed,
    RefundReturned,
    RefundSent,
    RefundSettled,
)
from ledger.domain.cash.refund_state import LEGS, Refund, Status, evolve
from ledger.domain.duty import Act
from ledger.domain.fact import (
    DatedCommand,
    Decision,
    Envelope,
    NewFact,
    States,
    stream_of,
)
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import (
    CustomerCreditRefunded,
    CustomerCreditRestored,
    account_of,
    require_credit,
)
from ledger.domain.receivables.credit_facts import RefundReservationEnded, RefundReserved
from ledger.domain.receivables.credit_use import recall_items, with_recalls_paid
from ledger.domain.refusals import Refused

# Commands


class OfRefund(DatedCommand, frozen=True):
    """A command about a refund that was already requested."""

    refund_id: str

    def streams(self) -> tuple[str, ...]:
        """The refund."""
        return (stream_of("refund", self.refund_id),)


class MovingCredit(OfRefund, frozen=True):
    """A step that changes the payer's customer credit, or what is free of it."""

    def more(self, states: States) -> tuple[str, ...]:
        """The account that holds the customer credit, and its recall items, which credit that is free again pays."""
        state = states.get(stream_of("refund", self.refund_id))
        account = (stream_of("account", state.requested.account_id),) if isinstance(state, Refund) else ()
        return (*account, *recall_items(states))


class RequestRefund(OfRefund, frozen=True):
    """Request that customer credit of an account be paid back."""

    account_id: str
    amount_minor: int
    currency: str
    reason_code: str
    payee_ref: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The refund and the account."""
        return (stream_of("refund", self.refund_id), stream_of("account", self.account_id))


class ApproveRefund(MovingCredit, frozen=True):
    """Approve a refund that somebody else requested."""


class RejectRefund(MovingCredit, frozen=True):
    """Reject a refund that somebody else requested."""

    reason_code: str


class CancelRefund(MovingCredit, frozen=True):
    """Cancel a refund that has not been sent, even one's own."""

    reason_code: str


# Decide


def request(states: States, command: RequestRefund, envelope: Envelope) -> Decision:
    """Request a refund of at most the account's free customer credit, and reserve it; a reason is required."""
    stream, _ = command.streams()
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.refund_id)
    account = account_of(states, command.account_id)
    require_credit(account, command.amount_minor, command.currency)
    requested = RefundRequested(
        refund_id=command.refund_id,
        account_id=command.account_id,
        amount_minor=command.amount_minor,
        currency=command.currency,
        payee_ref=command.payee_ref,
        reason_code=command.reason_code,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
    )
    reserved = RefundReserved(refund_id=command.refund_id, amount_minor=command.amount_minor, currency=command.currency)
    free = account.free_in(command.currency).first_day_of(command.amount_minor)
    on = effective_day(command.on, envelope.occurred_on, free)
    return (NewFact(stream, requested, on), NewFact(stream_of("account", command.account_id), reserved, on))


def approve(states: States, command: ApproveRefund, envelope: Envelope) -> Decision:
    """Approve the refund, which uses the customer credit that it has reserved; the requester cannot approve it."""
    refund = refund_in(states, command.refund_id, "requested")
    asked = refund.requested
    approver = decided_by(envelope, asked, command.refund_id)
    approved = RefundApproved(
        refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency, approver=approver
    )
    used = CustomerCreditRefunded(refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency)
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    return (of_refund(refund, approved, on), NewFact(stream_of("account", asked.account_id), used, on))


def reject(states: States, command: RejectRefund, envelope: Envelope) -> Decision:
    """Reject the refund, with a reason; the requester cannot reject it. The credit that it reserved is free again."""
    refund = refund_in(states, command.refund_id, "requested")
    approver = decided_by(envelope, refund.requested, command.refund_id)
    rejected = RefundRejected(approver=approver, reason_code=command.reason_code)
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    decided = (of_refund(refund, rejected, on), _reservation_ended(refund, on))
    return with_recalls_paid(states, decided, refund.requested.account_id)


def cancel(states: States, command: CancelRefund, envelope: Envelope) -> Decision:
    """Cancel the refund, with a reason, before it is sent; the account has its credit again."""
    refund = refund_in(states, command.refund_id, "requested", "approved")
    on = effective_day(command.on, envelope.occurred_on, refund.since)
    return with_recalls_paid(states, cancelled(refund, command.reason_code, on), refund.requested.account_id)


def cancelled(refund: Refund, reason_code: str, on: date) -> Decision:
    """The facts that cancel a refund which is requested or approved."""
    asked = refund.requested
    approved = refund.status == "approved"
    given_up = RefundCancelled(
        refund_id=asked.refund_id,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        approved=approved,
        reason_code=reason_code,
    )
    back = credit_restored(refund, on) if approved else _reservation_ended(refund, on)
    return (of_refund(refund, given_up, on), back)


def refund_in(states: States, refund_id: str, *statuses: Status) -> Refund:
    """The refund, if it has one of the statuses; else a refusal that says which steps its own status leaves."""
    state = states.get(stream_of("refund", refund_id))
    if not isinstance(state, Refund):
        raise Refused("refund_unknown", refund_id)
    if state.status not in statuses:
        raise Refused(_IN_THE_WAY[state.status], refund_id)
    return state


def of_refund(refund: Refund, fact: RefundFact, on: date) -> NewFact:
    """A further fact of a refund."""
    return NewFact(stream_of("refund", refund.requested.refund_id), fact, on)


def credit_restored(refund: Refund, on: date, amount_minor: int | None = None) -> NewFact:
    """The account's fact when it gets the customer credit of an approved refund back, all or an amount of it."""
    asked = refund.requested
    amount = asked.amount_minor if amount_minor is None else amount_minor
    restored = CustomerCreditRestored(refund_id=asked.refund_id, amount_minor=amount, currency=asked.currency)
    return NewFact(stream_of("account", asked.account_id), restored, on)


def _reservation_ended(refund: Refund, on: date) -> NewFact:
    asked = refund.requested
    ended = RefundReservationEnded(refund_id=asked.refund_id, amount_minor=asked.amount_minor, currency=asked.currency)
    return NewFact(stream_of("account", asked.account_id), ended, on)


# The refusal of a step that a refund of this status cannot take.
_IN_THE_WAY: Final[dict[Status, str]] = {
    "requested": "refund_requested",
    "approved": "refund_approved",
    "rejected": "refund_rejected",
    "cancelled": "refund_cancelled",
    "sent": "refund_sent",
    "settled": "refund_settled",
    "failed": "refund_failed",
    "returned": "refund_returned",
}


# Registration


NOUN: Final = Noun(
    "refund",
    facts=RefundFact,
    evolve=evolve,
    acts={
        RefundRequested: Act("refund_request"),
        RefundApproved: Act("refund", limited=True),
        RefundRejected: Act("refund_rejection"),
        RefundCancelled: Act("refund_cancellation"),
        RefundSent: Act("refund_order"),
        RefundResumed: Act("refund_resumption"),
        RefundSettled: Act("refund_settlement"),
        RefundFailed: Act("refund_failure"),
        RefundReturned: Act("refund_return"),
    },
    rules={RequestRefund: request, ApproveRefund: approve, RejectRefund: reject, CancelRefund: cancel},
    duties={
        RequestRefund: ("front_desk", "billing", "manager", "finance"),
        ApproveRefund: ("approver",),
        RejectRefund: ("approver",),
        CancelRefund: ("billing", "manager", "finance", "approver"),
    },
    legs=LEGS,
    refusals={
        "refund_approved": "The refund has been approved and not sent; it can be sent or cancelled.",
        "refund_cancelled": (
            "The refund has been cancelled; request and approve a new one. Money that the bank brought back is the "
            "payee's: `reskontra movement reclassify --receipt`."
        ),
        "refund_failed": (
            "The refund has failed, and the account has its customer credit again. Look first whether the bank paid it "
            "all the same: if so, `reskontra movement reclassify DEBIT --refund REFUND` ends the failure. If the "
            "failure was recorded by mistake, `reskontra refund resume` ends it. If it did fail, request a new refund."
        ),
        "refund_rejected": "The refund has been rejected; request a new one.",
        "refund_requested": "The refund waits for approval; it can be approved, rejected or cancelled.",
        "refund_returned": (
            "The refund has come back, and the account has its customer credit again. Look first whether a line of the "
            "bank shows that: if the line was something else, say so with `reskontra movement reclassify`. If no line "
            "shows it, and it was recorded by mistake, take it back with `reskontra refund resume`. If it came back, "
            "request a new refund."
        ),
        "refund_sent": (
            "The refund has been sent to the bank; it can be settled, or it can fail. If the bank has paid only a part "
            "and will never pay the rest, settle it, and then record the rest as returned, with `reskontra refund "
            "return --amount`."
        ),
        "refund_settled": (
            "The refund has been settled. If its money came back, record its return; as long as no line of the bank "
            "shows its payment, it can also fail. If a return of a part was recorded by mistake, take it back with "
            "`reskontra refund resume`."
        ),
        "refund_unknown": "There is no refund with that id.",
    },
    sentences={
        RefundRequested: lambda fact: f"Refund requested by {fact.requester} ({fact.reason_code})",
        RefundApproved: lambda fact: f"Refund approved by {fact.approver}",
        RefundRejected: lambda fact: f"Refund rejected by {fact.approver} ({fact.reason_code})",
        RefundCancelled: lambda fact: f"Refund cancelled before it was sent ({fact.reason_code})",
        RefundSent: lambda fact: f"Refund sent by {fact.rail}",
        RefundSettled: lambda fact: "Refund paid by the bank",
        RefundFailed: lambda fact: f"Refund failed ({fact.reason_code})",
        RefundReturned: lambda fact: f"Refund came back from the bank ({fact.reason_code})",
        RefundResumed: lambda fact: (
            f"Refund had not failed or come back ({fact.reason_code})"
            if fact.part_id is None
            else f"Refund had not failed or come back, as bank movement {fact.part_id} shows"
        ),
        RefundMovementAdded: lambda fact: (
            f"Bank movement {fact.part_id} {'paid' if fact.amount_minor < 0 else 'brought back'} money of the refund"
        ),
        RefundMovementRemoved: lambda fact: f"Bank movement {fact.part_id} was something else",
    },
    title="Refund",
)
