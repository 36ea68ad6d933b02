"""The erasure of a person: one asks, another approves, once nothing is open and no law keeps the accounts any more.

Facts have nothing personal, so none of them changes: what the vault has of the person is lost with the person's key. A
bank file, which says of many persons what they paid, is erased in the same way; its hash is its id.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, Literal

import msgspec

from ledger.domain.approval import decided_by
from ledger.domain.bank.file import BankFile
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.refund_state import Refund
from ledger.domain.disputes_and_relief.write_off import WriteOff
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.personal_data.retention import kept_through, retention_in
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.mark_facts import PayerErased
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import terms_of

Status = Literal["requested", "rejected", "erased"]
# A refund in one of these states waits for nothing.
_ENDED: Final = ("rejected", "cancelled", "settled", "failed", "returned")

# Facts


class ErasureRequested(Fact, frozen=True):
    """Somebody asked to erase a person; `account_id` is the person's account, null if the person is no payer.

    `last_on` is the last day on which the book has anything of the person at `ledger_position`, null if it has nothing.
    """

    subject_id: str
    account_id: str | None
    last_on: date | None
    ledger_position: int
    reason_code: str
    requester: str
    on_behalf_of: str | None


class ErasureRejected(Fact, frozen=True):
    """Another person rejected the erasure."""

    approver: str
    reason_code: str


class SubjectErased(Fact, frozen=True):
    """Another person approved the erasure: the person's key is destroyed, and nothing says any more who it was.

    The accounts were kept through `kept_through`, by the law with the code `retention`; both are null if the book had
    nothing of the person.
    """

    approver: str
    last_on: date | None
    ledger_position: int
    retention: str | None
    kept_through: date | None


SubjectFact = ErasureRequested | ErasureRejected | SubjectErased

# State


class Subject(State, frozen=True):
    """A person whose erasure was requested, and what became of the newest request."""

    requested: ErasureRequested
    status: Status


# Evolve


def evolve(state: Subject | None, fact: SubjectFact, on: date) -> Subject:
    """The person after one more fact."""
    if isinstance(fact, ErasureRequested):
        return Subject(requested=fact, status="requested")
    assert state is not None, "a subject's first fact is ErasureRequested"
    match fact:
        case ErasureRejected():
            return msgspec.structs.replace(state, status="rejected")
        case SubjectErased():
            return msgspec.structs.replace(state, status="erased")
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class _WhatIsKnown(Command, frozen=True, kw_only=True):
    """What the book has of a person at a position: the account, the last day, and the streams that may still be open.

    `streams_of` are the person's items, receipts, refunds and write-offs, and the accounts of which the person is the
    guardian; or the bank file.
    """

    looked_up: ClassVar[tuple[str, ...]] = ("account_id", "last_on", "ledger_position", "streams_of")

    subject_id: str
    account_id: str | None = None
    last_on: date | None = None
    ledger_position: int
    streams_of: tuple[str, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """The person, the account, the terms, and all that may be open."""
        account = () if self.account_id is None else (stream_of("account", self.account_id),)
        return (stream_of("subject", self.subject_id), TERMS, *account, *self.streams_of)


class RequestErasure(_WhatIsKnown, frozen=True, kw_only=True):
    """Ask to erase a person."""

    reason_code: str


class ApproveErasure(_WhatIsKnown, frozen=True, kw_only=True):
    """Approve an erasure that somebody else requested."""


class RejectErasure(Command, frozen=True):
    """Reject an erasure that somebody else requested."""

    subject_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The person."""
        return (stream_of("subject", self.subject_id),)


# Decide


def request(states: States, command: RequestErasure, envelope: Envelope) -> Decision:
    """Ask to erase a person, with a reason; a person who was erased, or is asked for, is not asked for again."""
    stream = stream_of("subject", command.subject_id)
    state = states.get(stream)
    if isinstance(state, Subject) and state.status != "rejected":
        raise Refused("erasure_requested" if state.status == "requested" else "subject_is_erased", command.subject_id)
    _require_over(states, command, envelope.occurred_on)
    fact = ErasureRequested(
        subject_id=command.subject_id,
        account_id=command.account_id,
        last_on=command.last_on,
        ledger_position=command.ledger_position,
        reason_code=command.reason_code,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
    )
    return (NewFact(stream, fact),)


def approve(states: States, command: ApproveErasure, envelope: Envelope) -> Decision:
    """Erase the person, if still nothing is open and no law keeps the accounts; an erased person stays erased."""
    stream = stream_of("subject", command.subject_id)
    state = _asked_for(states, command.subject_id)
    if state.status == "erased":
        return ()
    if state.status == "rejected":
        raise Refused("erasure_not_requested", command.subject_id)
    approver = decided_by(envelope, state.requested, command.subject_id)
    law, kept = _require_over(states, command, envelope.occurred_on)
    erased = SubjectErased(
        approver=approver,
        last_on=command.last_on,
        ledger_position=command.ledger_position,
        retention=law,
        kept_through=kept,
    )
    if command.account_id is None:
        return (NewFact(stream, erased),)
    payer = NewFact(stream_of("account", command.account_id), PayerErased(subject_id=command.subject_id))
    return (NewFact(stream, erased), payer)


def reject(states: States, command: RejectErasure, envelope: Envelope) -> Decision:
    """Reject the erasure, with a reason."""
    state = _asked_for(states, command.subject_id)
    if state.status != "requested":
        raise Refused("erasure_not_requested", command.subject_id)
    approver = decided_by(envelope, state.requested, command.subject_id)
    fact = ErasureRejected(approver=approver, reason_code=command.reason_code)
    return (NewFact(stream_of("subject", command.subject_id), fact),)


def _asked_for(states: States, subject_id: str) -> Subject:
    state = states.get(stream_of("subject", subject_id))
    if not isinstance(state, Subject):
        raise Refused("erasure_not_requested", subject_id)
    return state


def _require_over(states: States, command: _WhatIsKnown, today: date) -> tuple[str | None, date | None]:
    """Refuse while anything is open or must be kept; returns the law and the last day that it kept the accounts."""
    for stream, state in states.items():
        if _is_open(state):
            raise Refused("subject_not_settled", stream)
        if isinstance(state, Account) and _has_guardian(state, command.account_id):
            raise Refused("subject_is_guardian", stream)
    if command.last_on is None:
        return None, None
    terms = terms_of(states)
    law = retention_in(terms.jurisdiction, today)
    if law is None:
        raise Refused("retention_unknown", terms.jurisdiction)
    kept = kept_through(law, command.last_on, terms)
    if today <= kept:
        raise Refused("retention_not_over", f"{command.subject_id}, through {kept}")
    return law.code, kept


def _is_open(state: State | None) -> bool:
    """Whether money is still owed, left, or under way."""
    match state:
        case Account():
            return any(one.latest for one in state.credit.values())
        case Item():
            return bool(state.open_minor)
        case Receipt():
            return bool(state.unallocated_minor)
        case Refund():
            return state.status not in _ENDED or bool(state.payable.latest or state.transit.latest)
        case WriteOff():
            return state.status == "requested"
        case BankFile():
            return state.status == "loading"
    return False


def _has_guardian(account: Account, account_id: str | None) -> bool:
    minor = account.marks.get("minor")
    return minor is not None and account_id is not None and minor.guardian_id == account_id


# Registration


def _said(fact: SubjectErased) -> str:
    kept = f"; kept through {fact.kept_through} ({fact.retention})" if fact.kept_through else ""
    return f"Person erased, approved by {fact.approver}{kept}"


NOUN: Final = Noun(
    "subject",
    facts=SubjectFact,
    evolve=evolve,
    rules={RequestErasure: request, ApproveErasure: approve, RejectErasure: reject},
    duties={
        RequestErasure: ("manager", "finance", "admin"),
        ApproveErasure: ("approver",),
        RejectErasure: ("approver",),
    },
    acts={
        ErasureRequested: Act("erasure_request"),
        ErasureRejected: Act("erasure_rejection"),
        SubjectErased: Act("erasure"),
    },
    refusals={
        "erasure_not_requested": "Nobody has asked to erase this person, or the request was rejected.",
        "erasure_requested": "Somebody has already asked to erase this person; another person must decide.",
        "retention_not_over": "The law still keeps the accounts of this person; erase the person after that day.",
        "retention_unknown": "No law of this country about keeping accounts is known here, so nobody can be erased.",
        "subject_is_erased": "The person has already been erased.",
        "subject_is_guardian": "The person is the guardian of a minor; name another guardian first.",
        "subject_not_settled": "Money of this person is still open, left or under way; settle it first.",
    },
    sentences={
        ErasureRequested: lambda fact: f"Erasure of the person requested by {fact.requester}",
        ErasureRejected: lambda fact: f"Erasure of the person rejected by {fact.approver}",
        SubjectErased: _said,
    },
    title="Erasure",
)
