"""The receipt: a payment received, and how much of it is allocated."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from ledger.domain.fact import Command, Decision, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.refusals import Refused

Rail = Literal["bank_transfer", "bankgiro", "card", "swish", "cash"]

# Facts


class ReceiptRecorded(Fact, frozen=True):
    """A payment was received; every credit line of a bank file becomes one, matched or not.

    `reference` is the normalised reference quoted by the payer, and only that: raw text stays in the archive.
    `line_key` is the identity of the bank's line, `source` the file it came in and `position` where in it.
    """

    receipt_id: str
    rail: Rail
    bank_account: str
    amount_minor: int
    currency: str
    booked_on: date
    value_on: date | None
    reference: str | None
    reference_kind: str | None
    reference_valid: bool | None
    line_key: str | None
    source: str | None
    position: str | None


class ReceiptIdentified(Fact, frozen=True):
    """A person or a rule found out whose payment it is."""

    account_id: str
    method: str


class Target(Part, frozen=True):
    """How much of a receipt settles one share of an invoice."""

    invoice_id: str
    share: int
    account_id: str
    amount_minor: int
    ar_role: str


class ReceiptAllocated(Fact, frozen=True):
    """A receipt was applied to items, the rest of it kept as customer credit of `credit_account`.

    `account_id` is the payer, where the items or the credit name a single one.
    """

    allocation_id: str
    account_id: str | None
    currency: str
    targets: tuple[Target, ...]
    credit_minor: int
    credit_account: str | None
    rule: str


class AllocationReversed(Fact, frozen=True):
    """An allocation was taken back whole, with what it applied; the receipt is unallocated again by as much."""

    allocation_id: str
    currency: str
    targets: tuple[Target, ...]
    credit_minor: int
    credit_account: str | None


ReceiptFact = ReceiptRecorded | ReceiptIdentified | ReceiptAllocated | AllocationReversed

# State


class Receipt(State, frozen=True):
    """A receipt and what is left of it to allocate, minor units."""

    recorded: ReceiptRecorded
    unallocated_minor: int
    account_id: str | None
    allocations: dict[str, ReceiptAllocated]
    reversed_allocations: tuple[str, ...]


# Evolve


def evolve(state: Receipt | None, fact: ReceiptFact) -> Receipt:
    """The receipt after one more fact."""
    if isinstance(fact, ReceiptRecorded):
        return Receipt(
            recorded=fact, unallocated_minor=fact.amount_minor, account_id=None, allocations={}, reversed_allocations=()
        )
    assert state is not None, "a receipt's first fact is ReceiptRecorded"
    match fact:
        case ReceiptIdentified():
            return msgspec.structs.replace(state, account_id=fact.account_id)
        case ReceiptAllocated():
            left = state.unallocated_minor - applied_minor(fact)
            allocations = state.allocations | {fact.allocation_id: fact}
            account = state.account_id or fact.account_id
            return msgspec.structs.replace(state, unallocated_minor=left, account_id=account, allocations=allocations)
        case AllocationReversed():
            left = state.unallocated_minor + applied_minor(fact)
            allocations = {id: kept for id, kept in state.allocations.items() if id != fact.allocation_id}
            gone = (*state.reversed_allocations, fact.allocation_id)
            return msgspec.structs.replace(
                state, unallocated_minor=left, allocations=allocations, reversed_allocations=gone
            )
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def applied_minor(fact: ReceiptAllocated | AllocationReversed) -> int:
    """All that an allocation takes of its receipt: items and customer credit, minor units."""
    return sum(target.amount_minor for target in fact.targets) + fact.credit_minor


# Commands


class RecordReceipt(Command, frozen=True):
    """Record a payment received, from a bank line or by hand."""

    receipt_id: str
    rail: Rail
    bank_account: str
    amount_minor: int
    currency: str
    booked_on: date
    value_on: date | None = None
    reference: str | None = None
    reference_kind: str | None = None
    reference_valid: bool | None = None
    line_key: str | None = None
    source: str | None = None
    position: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("receipt", self.receipt_id),)


class IdentifyReceipt(Command, frozen=True):
    """Say whose payment a receipt is."""

    receipt_id: str
    account_id: str
    method: str = "manual"

    def streams(self) -> tuple[str, ...]:
        """The receipt and the account it is said to be of."""
        return (stream_of("receipt", self.receipt_id), stream_of("account", self.account_id))


# Decide


def record(states: States, command: RecordReceipt) -> Decision:
    """Record it once; the same line again, by whatever file, is nothing new."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, Receipt):
        same = state.recorded.amount_minor == command.amount_minor and state.recorded.currency == command.currency
        if same and state.recorded.line_key == command.line_key:
            return ()
        raise Refused("fact_already_recorded", command.receipt_id)
    require_positive((command.amount_minor,), command.receipt_id)
    return (NewFact(stream, ReceiptRecorded(**msgspec.structs.asdict(command))),)


def identify(states: States, command: IdentifyReceipt) -> Decision:
    """Identify it; as another account only while nothing is allocated."""
    state = receipt_of(states, command.receipt_id)
    if states.get(stream_of("account", command.account_id)) is None:
        raise Refused("account_not_open", command.account_id)
    if state.account_id == command.account_id:
        return ()
    if state.account_id is not None and state.allocations:
        raise Refused("receipt_identified_otherwise", command.receipt_id)
    identified = ReceiptIdentified(account_id=command.account_id, method=command.method)
    return (NewFact(stream_of("receipt", command.receipt_id), identified),)


def receipt_of(states: States, receipt_id: str) -> Receipt:
    """The recorded receipt, or a refusal."""
    state = states.get(stream_of("receipt", receipt_id))
    if not isinstance(state, Receipt):
        raise Refused("receipt_unknown", receipt_id)
    return state
