"""A write-off is requested, approved by another person, and then deducted from the item as a loss."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import msgspec

from ledger.domain.approval import Because, Decided, decided_by
from ledger.domain.balance import effective_day
from ledger.domain.cash.way_back import Draft
from ledger.domain.disputes_and_relief.write_off_facts import (
    ACTS,
    LEGS,
    SENTENCES,
    WriteOffApproved,
    WriteOffFact,
    WriteOffRejected,
    WriteOffRequested,
    WriteOffReversed,
)
from ledger.domain.fact import (
    DatedCommand,
    Decision,
    Envelope,
    NewFact,
    State,
    States,
    known_stream,
    stream_of,
)
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.receivables.credit_use import payer_of_recall
from ledger.domain.receivables.item import Item, item_of, mirrored
from ledger.domain.receivables.item_facts import ItemRestored, ItemWrittenOff
from ledger.domain.receivables.loss_facts import LossRecovered, RecoveryReversed
from ledger.domain.receivables.mark import payer_of
from ledger.domain.receivables.recovery import lost_before, never_recovered
from ledger.domain.refusals import Refused

Status = Decided | Literal["reversed"]

# State


class WriteOff(State, frozen=True):
    """A write-off, its status, and the day of its last step."""

    requested: WriteOffRequested
    status: Status
    since: date


# Evolve


def evolve(state: WriteOff | None, fact: WriteOffFact, on: date) -> WriteOff:
    """The write-off after one more fact."""
    if isinstance(fact, WriteOffRequested):
        return WriteOff(requested=fact, status="requested", since=on)
    assert state is not None, "a write-off's first fact is WriteOffRequested"
    match fact:
        case WriteOffApproved():
            return msgspec.structs.replace(state, status="approved", since=on)
        case WriteOffRejected():
            return msgspec.structs.replace(state, status="rejected", since=on)
        case WriteOffReversed():
            return msgspec.structs.replace(state, status="reversed", since=on)
        case LossRecovered() | RecoveryReversed():
            # What is left of a write-off is its item's state.
            return state
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class _OfWriteOff(DatedCommand, frozen=True):
    """A step of a requested write-off."""

    write_off_id: str

    def streams(self) -> tuple[str, ...]:
        """The write-off."""
        return (stream_of("writeoff", self.write_off_id),)


class _MovingItem(_OfWriteOff, frozen=True):
    """A step of a write-off that changes the item's open amount."""

    def more(self, states: States) -> tuple[str, ...]:
        """The item, and the account whose customer credit pays it if it is a recall item."""
        state = states.get(stream_of("writeoff", self.write_off_id))
        items = (one for one in states.values() if isinstance(one, Item))
        payers = (stream for one in items for stream in payer_of_recall(one))
        return (stream_of("item", state.requested.item_id), *payers) if isinstance(state, WriteOff) else ()


class RequestWriteOff(_OfWriteOff, frozen=True):
    """Request to write off an amount of an item, or the item's whole open amount."""

    item_id: str
    reason_code: str
    amount_minor: int | None = None

    def streams(self) -> tuple[str, ...]:
        """The write-off and the item."""
        return (stream_of("writeoff", self.write_off_id), stream_of("item", self.item_id))


class ApproveWriteOff(_MovingItem, frozen=True):
    """Approve a write-off that somebody else requested."""


class RejectWriteOff(_OfWriteOff, frozen=True):
    """Reject a write-off that somebody else requested."""

    reason_code: str


class ReverseWriteOff(_MovingItem, frozen=True):
    """Reverse an approved write-off; its amount is open on the item again, from today or as if never written off."""

    reason_code: str
    because: Because = "moved"

    def more(self, states: States) -> tuple[str, ...]:
        """The item and the payer's account, whose customer credit pays the item if it is a recall item."""
        items = (one for one in states.values() if isinstance(one, Item))
        accounts = (known_stream("account", one.raised.account_id) for one in items)
        return (*super().more(states), *accounts)


# Decide


def request(states: States, command: RequestWriteOff, envelope: Envelope) -> Decision:
    """Request a write-off of at most the open amount, with a reason; not before the item arose."""
    stream, _ = command.streams()
    if states.get(stream) is not None:
        raise Refused("fact_already_recorded", command.write_off_id)
    item = item_of(states, command.item_id)
    amount = item.open_minor if command.amount_minor is None else command.amount_minor
    if item.open_minor == 0:
        raise Refused("item_not_open", command.item_id)
    require_positive((amount,), command.item_id)
    if amount > item.open_minor:
        raise Refused("amount_exceeds_balance", command.item_id)
    requested = WriteOffRequested(
        write_off_id=command.write_off_id,
        item_id=command.item_id,
        amount_minor=amount,
        currency=item.raised.currency,
        reason_code=command.reason_code,
        requester=envelope.actor,
        on_behalf_of=envelope.on_behalf_of,
    )
    return (NewFact(stream, requested, effective_day(command.on, envelope.occurred_on, item.raised.arose_on)),)


def approve(states: States, command: ApproveWriteOff, envelope: Envelope) -> Decision:
    """Approve the write-off if its amount is still open; the requester cannot approve it.

    The write-off never takes effect before it was requested, nor before its amount is open on every later day.
    """
    stream, waiting = _waiting(states, command)
    requested = waiting.requested
    approver = decided_by(envelope, requested, command.write_off_id)
    item = item_of(states, requested.item_id)
    if requested.amount_minor > item.open_minor:
        raise Refused("write_off_exceeds_balance", command.write_off_id)
    approved = WriteOffApproved(
        amount_minor=requested.amount_minor,
        currency=requested.currency,
        ar_role=item.ar_role,
        tax_code=item.loss_code,
        unit=item.raised.unit,
        approver=approver,
    )
    written_off = ItemWrittenOff(
        write_off_id=command.write_off_id,
        document=None,
        allocation_id=None,
        amount_minor=requested.amount_minor,
        currency=requested.currency,
    )
    opened = item.balance.first_day_of(requested.amount_minor)
    on = effective_day(command.on, envelope.occurred_on, waiting.since, opened)
    return (NewFact(stream, approved, on), mirrored(requested.item_id, written_off, on))


def reject(states: States, command: RejectWriteOff, envelope: Envelope) -> Decision:
    """Reject the write-off, with a reason; the requester cannot reject it."""
    stream, waiting = _waiting(states, command)
    approver = decided_by(envelope, waiting.requested, command.write_off_id)
    rejected = WriteOffRejected(approver=approver, reason_code=command.reason_code)
    return (NewFact(stream, rejected, effective_day(command.on, envelope.occurred_on, waiting.since)),)


def reverse(states: States, command: ReverseWriteOff, envelope: Envelope) -> Decision:
    """Reverse a write-off, with a reason: what is in force of it from today, or all of it from its own day.

    An erased payer owes nothing again. What was recovered is paid, and no loss any more. A mistake never was, so
    neither was what money recovered of it: that money simply paid the item. All of it is corrected on its own days.
    """
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, WriteOff) or state.status not in ("approved", "reversed"):
        raise Refused("write_off_unknown", command.write_off_id)
    item = item_of(states, state.requested.item_id)
    payer_of(states, item.raised.account_id)
    # A write-off that was in force until it was reversed is a mistake no more; only what is lost again can go.
    mistaken = command.because == "mistake" and state.status == "approved"
    lost = item.written_off[command.write_off_id]
    natural = lost.steps[0][0] if command.because == "mistake" else envelope.occurred_on
    on = effective_day(command.on, natural, lost.steps[0][0] if mistaken else lost.first_day_of(lost.latest))
    amount = lost_before(item, command.write_off_id, on) if mistaken else lost.latest
    if not amount:
        raise Refused(
            "write_off_recovered" if state.status == "approved" else "write_off_unknown", command.write_off_id
        )
    reversed_ = WriteOffReversed(
        amount_minor=amount,
        currency=item.raised.currency,
        ar_role=item.ar_role,
        tax_code=item.loss_code,
        unit=item.raised.unit,
        because=command.because,
        reason_code=command.reason_code,
    )
    restored = ItemRestored(
        write_off_id=command.write_off_id,
        document=None,
        allocation_id=None,
        amount_minor=amount,
        currency=item.raised.currency,
    )
    undone = NewFact(stream, reversed_, on), mirrored(item.raised.item_id, restored, on)
    paid = never_recovered(item, command.write_off_id, on) if mistaken else ()
    draft = Draft(states, command.because, stream)
    draft.add_all((*undone, *paid))
    draft.pay_recall(item.raised.item_id, on)
    return tuple(draft.decided)


def _waiting(states: States, command: _OfWriteOff) -> tuple[str, WriteOff]:
    """The stream and the state of a write-off that waits for a decision."""
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, WriteOff):
        raise Refused("write_off_unknown", command.write_off_id)
    if state.status != "requested":
        raise Refused("write_off_not_requested", command.write_off_id)
    return stream, state


# Registration


NOUN: Final = Noun(
    "writeoff",
    facts=WriteOffFact,
    evolve=evolve,
    acts=ACTS,
    rules={
        RequestWriteOff: request,
        ApproveWriteOff: approve,
        RejectWriteOff: reject,
        ReverseWriteOff: reverse,
    },
    duties={
        RequestWriteOff: ("billing", "manager", "finance"),
        ApproveWriteOff: ("approver",),
        RejectWriteOff: ("approver",),
        ReverseWriteOff: ("finance",),
    },
    legs=LEGS,
    refusals={
        "write_off_exceeds_balance": (
            "Less is open on the item than the write-off asks for. Reject the write-off, and request another one of "
            "what is open now."
        ),
        "write_off_not_requested": "The write-off does not wait for approval; see `reskontra write-off list`.",
        "write_off_recovered": (
            "Money paid all of the write-off since, so nothing of it is a loss any more. If the write-off was a "
            "mistake, reverse it with `--because mistake` as of its own day; if the payment was, reverse its "
            "allocation first."
        ),
        "write_off_unknown": "There is no write-off with that id, or that write-off is not in force.",
    },
    sentences=SENTENCES,
    title="Write-off",
)
