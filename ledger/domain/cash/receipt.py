"""The receipt: one payer's payment, and how much of it is allocated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final, Literal

import msgspec

from ledger.domain.bank.line import BankLine
from ledger.domain.chart_of_accounts import Leg, pair
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Change, Noun
from ledger.domain.receivables.account import account_of
from ledger.domain.refusals import Refused

Rail = Literal["bank_transfer", "bankgiro", "plusgiro", "card", "swish", "cash"]

# Facts


class Payment(BankLine, frozen=True, kw_only=True):
    """One payer's payment: a bank movement, or one detail of it if the file gives details.

    `reference` is only the normalised reference that the payer quoted; raw text stays in the archive.
    """

    rail: Rail
    reference: str | None = None
    reference_kind: str | None = None
    reference_valid: bool | None = None


class ReceiptRecorded(Fact, frozen=True):
    """A payment was received; every credit line of a bank file becomes one or more receipts, matched or not."""

    receipt_id: str
    payment: Payment


class ReceiptIdentified(Fact, frozen=True):
    """A person or a rule identified the payer."""

    account_id: str
    method: str
    currency: str


class Target(Part, frozen=True):
    """How much of a receipt settles one item."""

    item_id: str
    account_id: str
    amount_minor: int
    ar_role: str


class ReceiptAllocated(Fact, frozen=True):
    """Money of a receipt was applied to items; the amount `credit_minor` became customer credit of `credit_account`.

    `account_id` is the payer who was identified, else the payer of the credit account, else the only payer of the
    items; it is null if the items have several payers. `request_id` is the request whose reference the payer quoted.
    """

    allocation_id: str
    account_id: str | None
    request_id: str | None
    currency: str
    targets: tuple[Target, ...]
    credit_minor: int
    credit_account: str | None
    rule: str


class AllocationReversed(Fact, frozen=True):
    """A whole allocation was reversed; its amount is unallocated on the receipt again."""

    allocation_id: str
    currency: str
    targets: tuple[Target, ...]
    credit_minor: int
    credit_account: str | None


ReceiptFact = ReceiptRecorded | ReceiptIdentified | ReceiptAllocated | AllocationReversed

# State


class Receipt(State, frozen=True):
    """A receipt and its unallocated amount, in minor units."""

    payment: Payment
    unallocated_minor: int
    account_id: str | None
    allocations: dict[str, ReceiptAllocated]
    reversed_allocations: tuple[str, ...]


# Evolve


def evolve(state: Receipt | None, fact: ReceiptFact) -> Receipt:
    """The receipt after one more fact."""
    # A receipt's balance is negative while some of it is unallocated, so a negative change raises the unallocated
    # amount.
    unallocated = -sum(change.amount_minor for change in _CHANGES[type(fact)](fact))
    if isinstance(fact, ReceiptRecorded):
        return Receipt(
            payment=fact.payment,
            unallocated_minor=unallocated,
            account_id=None,
            allocations={},
            reversed_allocations=(),
        )
    assert state is not None, "a receipt's first fact is ReceiptRecorded"
    state = msgspec.structs.replace(state, unallocated_minor=state.unallocated_minor + unallocated)
    match fact:
        case ReceiptIdentified():
            return msgspec.structs.replace(state, account_id=fact.account_id)
        case ReceiptAllocated():
            allocations = state.allocations | {fact.allocation_id: fact}
            account = state.account_id or fact.account_id
            return msgspec.structs.replace(state, account_id=account, allocations=allocations)
        case AllocationReversed():
            allocations = {id: kept for id, kept in state.allocations.items() if id != fact.allocation_id}
            gone = (*state.reversed_allocations, fact.allocation_id)
            return msgspec.structs.replace(state, allocations=allocations, reversed_allocations=gone)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def applied_minor(fact: ReceiptAllocated | AllocationReversed) -> int:
    """The whole amount of an allocation, in minor units: what went to items plus what became customer credit."""
    return sum(target.amount_minor for target in fact.targets) + fact.credit_minor


# Commands


class RecordReceipt(Command, frozen=True):
    """Record a received payment, from a bank line or by hand."""

    begins: ClassVar[int] = 1

    receipt_id: str
    payment: Payment

    def streams(self) -> tuple[str, ...]:
        """The receipt."""
        return (stream_of("receipt", self.receipt_id),)


class IdentifyReceipt(Command, frozen=True):
    """Record which payer a receipt came from."""

    receipt_id: str
    account_id: str
    method: str = "manual"

    def streams(self) -> tuple[str, ...]:
        """The receipt and the payer's account."""
        return (stream_of("receipt", self.receipt_id), stream_of("account", self.account_id))


# Decide


def record(states: States, command: RecordReceipt, envelope: Envelope) -> Decision:
    """Record the payment once; the same line again, from whatever file, changes nothing."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, Receipt):
        if state.payment.same_money(command.payment):
            return ()
        raise Refused("fact_already_recorded", command.receipt_id)
    require_positive((command.payment.amount_minor,), command.receipt_id)
    return (NewFact(stream, ReceiptRecorded(receipt_id=command.receipt_id, payment=command.payment)),)


def identify(states: States, command: IdentifyReceipt, envelope: Envelope) -> Decision:
    """Identify the payer; an identified payer cannot be replaced while any amount of the receipt is allocated."""
    state = receipt_of(states, command.receipt_id)
    account_of(states, command.account_id)
    if state.account_id == command.account_id:
        return ()
    if state.account_id is not None and state.allocations:
        raise Refused("receipt_identified_otherwise", command.receipt_id)
    identified = ReceiptIdentified(
        account_id=command.account_id, method=command.method, currency=state.payment.currency
    )
    return (NewFact(stream_of("receipt", command.receipt_id), identified),)


def receipt_of(states: States, receipt_id: str) -> Receipt:
    """The recorded receipt, or a refusal."""
    state = states.get(stream_of("receipt", receipt_id))
    if not isinstance(state, Receipt):
        raise Refused("receipt_unknown", receipt_id)
    return state


# Registration


def _received(fact: ReceiptRecorded) -> tuple[Change, ...]:
    return (Change("receipt", "received", -fact.payment.amount_minor, fact.payment.currency),)


def _identified(fact: ReceiptIdentified) -> tuple[Change, ...]:
    return (Change("receipt", "identified", 0, fact.currency, account_id=fact.account_id),)


def _allocated(fact: ReceiptAllocated) -> tuple[Change, ...]:
    return (Change("receipt", "allocated", applied_minor(fact), fact.currency, account_id=fact.account_id),)


def _reversed(fact: AllocationReversed) -> tuple[Change, ...]:
    return (Change("receipt", "allocated", -applied_minor(fact), fact.currency),)


def _received_legs(fact: ReceiptRecorded) -> tuple[Leg, ...]:
    return pair("bank", "unallocated", fact.payment.amount_minor, fact.payment.currency)


def _allocated_legs(fact: ReceiptAllocated | AllocationReversed) -> tuple[Leg, ...]:
    sign = 1 if isinstance(fact, ReceiptAllocated) else -1
    return (
        Leg("unallocated", sign * applied_minor(fact), fact.currency),
        *(Leg(target.ar_role, -sign * target.amount_minor, fact.currency) for target in fact.targets),
        Leg("customer_credit", -sign * fact.credit_minor, fact.currency),
    )


_CHANGES: Final[dict[type[Fact], Callable[[Any], tuple[Change, ...]]]] = {
    ReceiptRecorded: _received,
    ReceiptIdentified: _identified,
    ReceiptAllocated: _allocated,
    AllocationReversed: _reversed,
}

NOUN: Final = Noun(
    "receipt",
    facts=ReceiptFact,
    evolve=evolve,
    rules={RecordReceipt: record, IdentifyReceipt: identify},
    legs={
        ReceiptRecorded: _received_legs,
        ReceiptAllocated: _allocated_legs,
        AllocationReversed: _allocated_legs,
    },
    changes=_CHANGES,
    amounts={
        ReceiptRecorded: lambda fact: int(fact.payment.amount_minor),
        ReceiptAllocated: applied_minor,
        AllocationReversed: applied_minor,
    },
    refusals={
        "receipt_identified_otherwise": (
            "The receipt is identified as another account's payment and is allocated; reverse its allocations first."
        ),
        "receipt_unknown": "There is no receipt with that id.",
    },
    sentences={
        ReceiptRecorded: lambda fact: (
            f"Payment received on {fact.payment.bank_account} by {fact.payment.rail}, booked {fact.payment.booked_on}"
        ),
        ReceiptIdentified: lambda fact: f"Identified as a payment for account {fact.account_id} ({fact.method})",
        ReceiptAllocated: lambda fact: f"Applied to {len(fact.targets)} items ({fact.rule})",
        AllocationReversed: lambda fact: f"Allocation {fact.allocation_id} reversed",
    },
    title="Payment",
)
