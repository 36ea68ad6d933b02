"""The write-off: asked for, approved by another person, and then taken off the item as a loss."""

from __future__ import annotations

from typing import Literal

import msgspec

from ledger.domain.fact import Command, Decision, Fact, NewFact, State, States, require_reason, stream_of
from ledger.domain.invoice import BalanceWrittenOff, WriteOffReversed, invoice_of
from ledger.domain.money import require_positive
from ledger.domain.refusals import Refused

Standing = Literal["requested", "approved", "rejected", "reversed"]

# Facts


class WriteOffRequested(Fact, frozen=True):
    """Someone asked to give up what is open on a share of an invoice."""

    write_off_id: str
    invoice_id: str
    share: int
    amount_minor: int
    currency: str
    reason_code: str
    requester: str


class WriteOffApproved(Fact, frozen=True):
    """Another person approved; the item carries the loss itself."""

    approver: str


class WriteOffRejected(Fact, frozen=True):
    """Another person said no."""

    approver: str
    reason_code: str


class WriteOffTakenBack(Fact, frozen=True):
    """The write-off was reversed, for instance because the patient paid after all."""

    reason_code: str


WriteOffFact = WriteOffRequested | WriteOffApproved | WriteOffRejected | WriteOffTakenBack

# State


class WriteOff(State, frozen=True):
    """A write-off and where it stands."""

    requested: WriteOffRequested
    standing: Standing


# Evolve


def evolve(state: WriteOff | None, fact: WriteOffFact) -> WriteOff:
    """The write-off after one more fact."""
    if isinstance(fact, WriteOffRequested):
        return WriteOff(requested=fact, standing="requested")
    assert state is not None, "a write-off's first fact is WriteOffRequested"
    match fact:
        case WriteOffApproved():
            return msgspec.structs.replace(state, standing="approved")
        case WriteOffRejected():
            return msgspec.structs.replace(state, standing="rejected")
        case WriteOffTakenBack():
            return msgspec.structs.replace(state, standing="reversed")
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class RequestWriteOff(Command, frozen=True):
    """Ask to write off an amount of a share, or all that is open on it."""

    write_off_id: str
    invoice_id: str
    reason_code: str
    requester: str
    share: int = 1
    amount_minor: int | None = None

    def streams(self) -> tuple[str, ...]:
        """The write-off and the invoice."""
        return (stream_of("writeoff", self.write_off_id), stream_of("invoice", self.invoice_id))


class ApproveWriteOff(Command, frozen=True):
    """Approve a write-off someone else asked for."""

    write_off_id: str
    invoice_id: str
    approver: str

    def streams(self) -> tuple[str, ...]:
        """The write-off and the invoice."""
        return (stream_of("writeoff", self.write_off_id), stream_of("invoice", self.invoice_id))


class RejectWriteOff(Command, frozen=True):
    """Reject a write-off someone else asked for."""

    write_off_id: str
    approver: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("writeoff", self.write_off_id),)


class ReverseWriteOff(Command, frozen=True):
    """Take an approved write-off back; the item is open again."""

    write_off_id: str
    invoice_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The write-off and the invoice."""
        return (stream_of("writeoff", self.write_off_id), stream_of("invoice", self.invoice_id))


# Decide


def request(states: States, command: RequestWriteOff) -> Decision:
    """Ask for no more than is open, with a reason."""
    stream, _ = command.streams()
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.write_off_id)
    require_reason(command.reason_code, command.write_off_id)
    invoice = invoice_of(states, command.invoice_id)
    opened = invoice.open_on(command.share)
    amount = opened if command.amount_minor is None else command.amount_minor
    if opened == 0:
        raise Refused("nothing_open", command.invoice_id)
    require_positive((amount,), command.invoice_id)
    if amount > opened:
        raise Refused("amount_exceeds_balance", command.invoice_id)
    requested = WriteOffRequested(
        write_off_id=command.write_off_id,
        invoice_id=command.invoice_id,
        share=command.share,
        amount_minor=amount,
        currency=invoice.currency,
        reason_code=command.reason_code,
        requester=command.requester,
    )
    return (NewFact(stream, requested),)


def approve(states: States, command: ApproveWriteOff) -> Decision:
    """Approve it as another person, while as much is still open."""
    stream, item = command.streams()
    requested = _waiting(states, stream, command.write_off_id, command.approver)
    if requested.invoice_id != command.invoice_id:
        raise Refused("write_off_unknown", command.write_off_id)
    invoice = invoice_of(states, requested.invoice_id)
    if requested.amount_minor > invoice.open_on(requested.share):
        raise Refused("amount_exceeds_balance", requested.invoice_id)
    written_off = BalanceWrittenOff(
        write_off_id=command.write_off_id,
        account_id=invoice.share(requested.share).account_id,
        share=requested.share,
        amount_minor=requested.amount_minor,
        currency=requested.currency,
        ar_role=invoice.ar_role(requested.share),
    )
    return (NewFact(stream, WriteOffApproved(approver=command.approver)), NewFact(item, written_off))


def reject(states: States, command: RejectWriteOff) -> Decision:
    """Reject it as another person, with a reason."""
    (stream,) = command.streams()
    require_reason(command.reason_code, command.write_off_id)
    _waiting(states, stream, command.write_off_id, command.approver)
    return (NewFact(stream, WriteOffRejected(approver=command.approver, reason_code=command.reason_code)),)


def reverse(states: States, command: ReverseWriteOff) -> Decision:
    """Take back a write-off that is in force, with a reason."""
    stream, item = command.streams()
    require_reason(command.reason_code, command.write_off_id)
    state = states.get(stream)
    invoice = invoice_of(states, command.invoice_id)
    if not isinstance(state, WriteOff) or command.write_off_id not in invoice.written_off:
        raise Refused("write_off_unknown", command.write_off_id)
    share, amount = invoice.written_off[command.write_off_id]
    reversed_ = WriteOffReversed(
        write_off_id=command.write_off_id,
        account_id=invoice.share(share).account_id,
        share=share,
        amount_minor=amount,
        currency=invoice.currency,
        ar_role=invoice.ar_role(share),
    )
    return (NewFact(stream, WriteOffTakenBack(reason_code=command.reason_code)), NewFact(item, reversed_))


def _waiting(states: States, stream: str, write_off_id: str, approver: str) -> WriteOffRequested:
    state = states.get(stream)
    if not isinstance(state, WriteOff) or state.standing != "requested":
        raise Refused("write_off_not_requested", write_off_id)
    if state.requested.requester == approver:
        raise Refused("approver_is_requester", write_off_id)
    return state.requested
