"""The mandate: a payer's leave to collect from their bank account, from the request to its end."""

from __future__ import annotations

from datetime import date
from typing import Final, get_args

import msgspec

from ledger.domain.balance import effective_day
from ledger.domain.bank.account import DeclaredAccount
from ledger.domain.cash.mandate_facts import (
    EndedBy,
    MandateAccepted,
    MandateAmended,
    MandateCancelled,
    MandateFact,
    MandateHeld,
    MandateRejected,
    MandateRequested,
    MandateSent,
    MandateUsed,
    Scheme,
    SentStep,
    Status,
    can_be_number,
)
from ledger.domain.cash.schemes import rule_of
from ledger.domain.duty import Act
from ledger.domain.fact import DatedCommand, Decision, Envelope, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.mark import payer_of
from ledger.domain.refusals import Refused

# State


class Mandate(State, frozen=True):
    """A mandate, where it stands, the day of its last step, when it was used last, and why it is held, if it is.

    `sent` is what the clearing house was asked already. `known_there` is whether it may have the mandate.
    """

    requested: MandateRequested
    status: Status
    since: date
    active_from: date | None
    payer_ref: str | None
    used_on: date | None
    sent: frozenset[SentStep] = frozenset()
    known_there: bool = False
    held_for: str | None = None


# Evolve


def evolve(state: Mandate | None, fact: MandateFact, on: date) -> Mandate:
    """The mandate after one more fact."""
    if isinstance(fact, MandateRequested):
        return Mandate(
            requested=fact, status="requested", since=on, active_from=None, payer_ref=fact.payer_ref, used_on=None
        )
    assert state is not None, "a mandate's first fact is MandateRequested"
    replace = msgspec.structs.replace
    match fact:
        case MandateAccepted():
            return replace(state, status="accepted", since=on, active_from=fact.active_on(on), known_there=True)
        case MandateRejected():
            return replace(state, status="rejected", since=on)
        case MandateAmended():
            return replace(state, since=on, payer_ref=fact.payer_ref, held_for=None)
        case MandateCancelled():
            return replace(state, status="cancelled", since=on, known_there=state.known_there and fact.to_be_said)
        case MandateSent():
            return replace(state, sent=state.sent | {fact.step}, known_there=fact.step == "registration")
        case MandateHeld():
            return replace(state, since=on, held_for=fact.reason_code)
        case MandateUsed():
            return replace(state, used_on=max(fact.due_on, state.used_on or fact.due_on), held_for=None)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class OfMandate(DatedCommand, frozen=True):
    """A command about a mandate that was already requested."""

    mandate_id: str

    def streams(self) -> tuple[str, ...]:
        """The mandate."""
        return (stream_of("mandate", self.mandate_id),)


class RequestMandate(OfMandate, frozen=True):
    """Record that a payer gave us a mandate; an Autogiro mandate waits for the bank's answer."""

    account_id: str
    scheme: Scheme
    bank_account: str
    payer_ref: str | None = None
    signed_on: date | None = None
    notice_days: int | None = None

    def streams(self) -> tuple[str, ...]:
        """The mandate, the payer's account and our bank account."""
        return (
            stream_of("mandate", self.mandate_id),
            stream_of("account", self.account_id),
            stream_of("bankaccount", self.bank_account),
        )

    def days_said(self) -> tuple[date, ...]:
        """The day of the request, and that of the payer's signature."""
        return (*super().days_said(), *(() if self.signed_on is None else (self.signed_on,)))


class AcceptMandate(OfMandate, frozen=True):
    """Record that the payer's bank accepted a mandate; it may be used from a later day on, if the bank gave one."""

    active_from: date | None = None


class RejectMandate(OfMandate, frozen=True):
    """Record that the payer's bank rejected a mandate, with its code."""

    reason_code: str


class AmendMandate(OfMandate, frozen=True):
    """Record that the payer's account is another one."""

    reason_code: str
    payer_ref: str | None = None


class CancelMandate(OfMandate, frozen=True):
    """Record that a mandate ended, and who ended it; `advised` if the clearing house said it."""

    ended_by: EndedBy
    reason_code: str
    advised: bool = False


# Decide


def request(states: States, command: RequestMandate, envelope: Envelope) -> Decision:
    """Record the mandate, under an id that the scheme can carry; the same mandate again changes nothing.

    A SEPA mandate is signed and then holds: the payer's bank is not asked.
    """
    stream, _, of_bank = command.streams()
    if not can_be_number(command.mandate_id, command.scheme):
        raise Refused("mandate_number_malformed", command.mandate_id)
    payer_of(states, command.account_id)
    ours, rule = states.get(of_bank), rule_of(command.scheme, command.on or envelope.occurred_on)
    if not isinstance(ours, DeclaredAccount):
        raise Refused("bank_account_undeclared", command.bank_account)
    if ours.account.currency != rule.currency:
        raise Refused("mandate_currency", f"{ours.account.currency}, {command.scheme} collects {rule.currency}")
    requested = MandateRequested(**{name: getattr(command, name) for name in MandateRequested.__struct_fields__})
    known = states.get(stream)
    if isinstance(known, Mandate):
        if known.requested == requested:
            return ()
        raise Refused("mandate_number_taken", command.mandate_id)
    on = command.on or envelope.occurred_on
    facts = (NewFact(stream, requested, on),)
    if command.scheme == "autogiro":
        return facts
    if command.signed_on is None:
        raise Refused("mandate_not_signed", command.mandate_id)
    return (*facts, NewFact(stream, MandateAccepted(mandate_id=command.mandate_id), on))


def accept(states: States, command: AcceptMandate, envelope: Envelope) -> Decision:
    """Accept a mandate that was requested; what is accepted stays so."""
    mandate = mandate_in(states, command.mandate_id, "requested", "accepted")
    if mandate.status == "accepted":
        return ()
    fact = MandateAccepted(mandate_id=command.mandate_id, active_from=command.active_from)
    return step(mandate, fact, command, envelope)


def reject(states: States, command: RejectMandate, envelope: Envelope) -> Decision:
    """Reject a mandate that was requested; what is rejected stays so."""
    mandate = mandate_in(states, command.mandate_id, "requested", "rejected")
    if mandate.status == "rejected":
        return ()
    fact = MandateRejected(mandate_id=command.mandate_id, reason_code=command.reason_code)
    return step(mandate, fact, command, envelope)


def amend(states: States, command: AmendMandate, envelope: Envelope) -> Decision:
    """Record the payer's other account of a mandate that holds or waits for the bank."""
    mandate = mandate_in(states, command.mandate_id, "requested", "accepted")
    fact = MandateAmended(mandate_id=command.mandate_id, payer_ref=command.payer_ref, reason_code=command.reason_code)
    return step(mandate, fact, command, envelope)


def cancel(states: States, command: CancelMandate, envelope: Envelope) -> Decision:
    """End a mandate that holds or waits for the bank; what has ended stays so."""
    mandate = mandate_in(states, command.mandate_id, "requested", "accepted", "cancelled")
    if mandate.status == "cancelled":
        return ()
    fact = MandateCancelled(
        mandate_id=command.mandate_id,
        ended_by=command.ended_by,
        reason_code=command.reason_code,
        advised=command.advised,
    )
    return step(mandate, fact, command, envelope)


def mandate_in(states: States, mandate_id: str, *statuses: Status) -> Mandate:
    """The mandate, if it has one of the statuses; else a refusal."""
    state = states.get(stream_of("mandate", mandate_id))
    if not isinstance(state, Mandate):
        raise Refused("mandate_unknown", mandate_id)
    if state.status not in statuses:
        raise Refused(_IN_THE_WAY[state.status], mandate_id)
    return state


def step(mandate: Mandate, fact: MandateFact, command: OfMandate, envelope: Envelope) -> Decision:
    """A step of a mandate, on the day of the command, but not before the step before it."""
    on = effective_day(command.on, envelope.occurred_on, mandate.since)
    return (NewFact(stream_of("mandate", command.mandate_id), fact, on),)


_BY_STATUS: Final = ("mandate_requested", "mandate_accepted", "mandate_rejected", "mandate_cancelled")
_IN_THE_WAY: Final[dict[Status, str]] = dict(zip(get_args(Status), _BY_STATUS, strict=True))

# Registration

NOUN: Final = Noun(
    "mandate",
    facts=MandateFact,
    evolve=evolve,
    acts={
        MandateRequested: Act("mandate_request"),
        MandateAccepted: Act("mandate_acceptance"),
        MandateRejected: Act("mandate_rejection"),
        MandateAmended: Act("mandate_amendment"),
        MandateCancelled: Act("mandate_end"),
        MandateHeld: Act("mandate_hold"),
        MandateSent: Act("mandate_order"),
    },
    rules={
        RequestMandate: request,
        AcceptMandate: accept,
        RejectMandate: reject,
        AmendMandate: amend,
        CancelMandate: cancel,
    },
    duties={
        RequestMandate: ("front_desk", "billing", "finance"),
        AcceptMandate: ("finance", "bank-day"),
        RejectMandate: ("finance", "bank-day"),
        AmendMandate: ("billing", "finance"),
        CancelMandate: ("front_desk", "billing", "finance", "bank-day"),
    },
    refusals={
        "mandate_accepted": "The bank has accepted the mandate; it can be amended or cancelled.",
        "mandate_cancelled": "The mandate has ended; request a new one, under another number.",
        "mandate_currency": (
            "The scheme collects in one currency only, and the bank account has another one. Name an account of ours "
            "in that currency (`bank-account declare`), or let the payer give a mandate of another scheme."
        ),
        "mandate_not_signed": (
            "A SEPA mandate holds because the payer signed it: say on which day, with `--signed-on`."
        ),
        "mandate_number_malformed": (
            "The bank knows a mandate by its number: of Autogiro 1 to 16 digits, the first of them no 0, and of SEPA "
            "up to 35 characters."
        ),
        "mandate_number_taken": "Another mandate has this number, and keeps it after its end; choose another number.",
        "mandate_rejected": "The bank has rejected the mandate; request a new one, under another number.",
        "mandate_requested": "The mandate waits for the bank's answer, so nothing can be collected with it yet.",
        "mandate_unknown": "There is no mandate with that number; `reskontra mandate list` shows all.",
    },
    sentences={
        MandateRequested: lambda fact: f"Mandate {fact.mandate_id} for direct debits requested ({fact.scheme})",
        MandateAccepted: lambda fact: f"Mandate holds{f', from {fact.active_from} on' if fact.active_from else ''}",
        MandateRejected: lambda fact: f"Mandate rejected by the bank ({fact.reason_code})",
        MandateAmended: lambda fact: f"Mandate is for another account of the payer ({fact.reason_code})",
        MandateCancelled: lambda fact: f"Mandate ended by {_ENDED[fact.ended_by]} ({fact.reason_code})",
        MandateSent: lambda fact: f"Clearing house asked {_ASKED[fact.step]}",
        MandateHeld: lambda fact: f"Held, as direct debit {fact.collection_id} was refused ({fact.reason_code})",
        MandateUsed: lambda fact: f"Collection {fact.collection_id} ordered, due {fact.due_on}",
    },
)
_ASKED: Final[dict[SentStep, str]] = {"registration": "to register the mandate", "ending": "to take the mandate out"}
_ENDED: Final[dict[EndedBy, str]] = {"payer": "the payer", "payers_bank": "the payer's bank", "us": "us"}
