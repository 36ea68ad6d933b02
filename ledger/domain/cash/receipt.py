"""The receipt: one payer's payment, and how much of it is allocated."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import ClassVar, Final, NamedTuple

import msgspec

from ledger.domain.balance import Balance
from ledger.domain.bank.provider_account import provider_account_of
from ledger.domain.cash.receipt_changes import CHANGES
from ledger.domain.cash.receipt_facts import (
    ACTS,
    AllocationReversed,
    IdentificationWithdrawn,
    Payment,
    RecallReversed,
    ReceiptAllocated,
    ReceiptFact,
    ReceiptFound,
    ReceiptIdentified,
    ReceiptRecalled,
    ReceiptReclassified,
    ReceiptRecorded,
    ReceiptVoided,
    Target,
    applied_minor,
)
from ledger.domain.cash.receipt_postings import LEGS
from ledger.domain.chart_of_accounts import UNALLOCATED
from ledger.domain.day_amounts import DayAmounts, moved
from ledger.domain.fact import Command, Decision, Envelope, NewFact, State, States, stream_of
from ledger.domain.money import require_positive
from ledger.domain.noun import Noun
from ledger.domain.receivables.difference_facts import DifferenceClosed, DifferenceReopened
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import STREAM as TERMS
from ledger.domain.terms.entity import require_kept

# State


class Allocated(NamedTuple):
    """A part of an allocation, and the day on which it takes effect."""

    fact: ReceiptAllocated
    on: date


class Receipt(State, frozen=True):
    """A receipt, its unallocated amount day by day, and its allocations that are in force.

    An allocation has several facts if its targets are paid on different days. `identified_as` is the payer that a
    person named. `recalled` is what the bank took back, by the debit with which it did: the days and amounts, none if
    that was reversed. `elsewhere` is what is booked on another account role because it was no payment: by role, or by
    the payout's stream, the days and amounts.
    """

    payment: Payment
    balance: Balance
    identified_as: str | None
    allocations: dict[str, tuple[Allocated, ...]]
    reversed_allocations: tuple[str, ...]
    recalled: dict[str, DayAmounts]
    elsewhere: dict[str, DayAmounts]
    voided_minor: int

    @property
    def unallocated_minor(self) -> int:
        """The amount that is unallocated after everything that is known."""
        return self.balance.latest

    @property
    def with_us_minor(self) -> int:
        """The amount that the bank has not taken back and that is not booked on another account role."""
        elsewhere = sum(amount for moved in self.elsewhere.values() for _, amount in moved)
        return self.payment.amount_minor - self.recalled_minor - elsewhere

    @property
    def recalled_minor(self) -> int:
        """The amount that the bank took back."""
        return sum(amount for taken in self.recalled.values() for _, amount in taken)

    @property
    def account_id(self) -> str | None:
        """The payer that a person named; else the only payer of the allocations in force, if there is one."""
        return self.account_with(())

    @property
    def credited(self) -> frozenset[str]:
        """The accounts that got the rest of an allocation as customer credit."""
        made = (one.fact.credit_account for facts in self.allocations.values() for one in facts)
        return frozenset(one for one in made if one is not None)

    def account_with(self, more: tuple[ReceiptAllocated, ...]) -> str | None:
        """The payer if one more allocation, which may consist of several facts, is in force."""
        if self.identified_as is not None:
            return self.identified_as
        payers = {_payer(tuple(made.fact for made in one)) for one in self.allocations.values()}
        if more:
            payers.add(_payer(more))
        return payers.pop() if len(payers) == 1 else None


def _payer(allocation: tuple[ReceiptAllocated, ...]) -> str | None:
    """The payer who got the rest of an allocation as credit, or else the only payer of its items; None if several."""
    credited = next((one.credit_account for one in allocation if one.credit_account is not None), None)
    payers = {target.account_id for one in allocation for target in one.targets}
    return credited or (payers.pop() if len(payers) == 1 else None)


# Evolve


def evolve(state: Receipt | None, fact: ReceiptFact, on: date) -> Receipt:
    """The receipt after one more fact."""
    # A receipt's balance is below zero while some of it is unallocated, so a change below zero raises that amount.
    unallocated = -sum(change.amount_minor for change in CHANGES[type(fact)](fact)) if type(fact) in CHANGES else 0
    if isinstance(fact, ReceiptRecorded | ReceiptFound):
        return Receipt(
            payment=fact.payment,
            balance=Balance(((on, unallocated),)),
            identified_as=None,
            allocations={},
            reversed_allocations=(),
            recalled={},
            elsewhere={},
            voided_minor=0,
        )
    assert state is not None, "a receipt's first fact is ReceiptRecorded or ReceiptFound"
    state = msgspec.structs.replace(state, balance=state.balance.moved(on, unallocated))
    match fact:
        case ReceiptIdentified():
            return msgspec.structs.replace(state, identified_as=fact.account_id)
        case IdentificationWithdrawn():
            return msgspec.structs.replace(state, identified_as=None)
        case ReceiptAllocated():
            made = (*state.allocations.get(fact.allocation_id, ()), Allocated(fact, on))
            return msgspec.structs.replace(state, allocations=state.allocations | {fact.allocation_id: made})
        case AllocationReversed():
            return _without(state, fact)
        case ReceiptRecalled() | RecallReversed():
            amount = fact.amount_minor if isinstance(fact, ReceiptRecalled) else -fact.amount_minor
            taken = moved(state.recalled.get(fact.part_id, ()), on, amount)
            return msgspec.structs.replace(state, recalled=state.recalled | {fact.part_id: taken})
        case ReceiptReclassified():
            return msgspec.structs.replace(state, elsewhere=_elsewhere(state, fact, on))
        case ReceiptVoided():
            return msgspec.structs.replace(state, voided_minor=state.voided_minor + fact.amount_minor)
        case DifferenceClosed() | DifferenceReopened():
            # What is closed is its item's state.
            return state
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _elsewhere(state: Receipt, fact: ReceiptReclassified, on: date) -> dict[str, DayAmounts]:
    """What is on other account roles after money moved to one of them, or came back."""
    where = fact.elsewhere
    kept = moved(state.elsewhere.get(where, ()), on, fact.amount_minor * (1 if fact.role != UNALLOCATED else -1))
    others = {name: moved for name, moved in state.elsewhere.items() if name != where}
    return others | {where: kept} if kept else others


def _without(state: Receipt, gone: AllocationReversed) -> Receipt:
    """The receipt after an allocation, or a part of it, was reversed: the newest parts go first."""
    replace = msgspec.structs.replace
    to_items = Counter[str]()
    for target in gone.targets:
        to_items[target.item_id] += target.amount_minor
    credit = gone.credit_minor
    kept: list[Allocated] = []
    for made, on in reversed(state.allocations[gone.allocation_id]):
        targets: list[Target] = []
        for target in reversed(made.targets):
            amount = min(target.amount_minor, to_items[target.item_id])
            to_items[target.item_id] -= amount
            if target.amount_minor > amount:
                targets.append(replace(target, amount_minor=target.amount_minor - amount))
        from_credit = min(made.credit_minor, credit)
        credit -= from_credit
        left = replace(made, targets=tuple(reversed(targets)), credit_minor=made.credit_minor - from_credit)
        if applied_minor(left):
            kept.append(Allocated(left, on))
    if kept:
        return replace(state, allocations=state.allocations | {gone.allocation_id: tuple(reversed(kept))})
    allocations = {id: made for id, made in state.allocations.items() if id != gone.allocation_id}
    return replace(
        state, allocations=allocations, reversed_allocations=(*state.reversed_allocations, gone.allocation_id)
    )


# Commands


class RecordReceipt(Command, frozen=True):
    """Record a received payment, from a bank line or by hand."""

    begins: ClassVar[int] = 1
    # What a person has received is here. Of a bank's file, the gate looks at the days.
    most_ahead: ClassVar[int | None] = 0

    receipt_id: str
    payment: Payment

    def streams(self) -> tuple[str, ...]:
        """The receipt; and the terms, if a person recorded it, with our account at a provider if it is there."""
        payment = self.payment
        held = (stream_of("provideraccount", payment.bank_account),) if payment.by_hand and payment.held_by else ()
        return (stream_of("receipt", self.receipt_id), *((TERMS,) if payment.by_hand else ()), *held)

    def days_said(self) -> tuple[date, ...]:
        """The day of the payment."""
        return (self.payment.booked_on,)


# Decide


def record(states: States, command: RecordReceipt, envelope: Envelope) -> Decision:
    """Record the payment once, on its booking day; the same line again, from whatever file, changes nothing.

    What a person records is in a currency that the entity keeps. What the bank booked is never refused for that.
    """
    stream, *_ = command.streams()
    state = states.get(stream)
    if isinstance(state, Receipt):
        # A bank may say the same money in other words; a person says the same.
        by_bank = command.payment.file or state.payment.file
        if state.payment.same_money(command.payment) if by_bank else state.payment == command.payment:
            return ()
        raise Refused("fact_already_recorded", command.receipt_id)
    if command.payment.by_hand:
        require_kept(states, command.payment.currency)
        _require_held(states, command.payment)
    require_positive((command.payment.amount_minor,), command.receipt_id)
    recorded = ReceiptRecorded(receipt_id=command.receipt_id, payment=command.payment.impersonal)
    return (NewFact(stream, recorded, command.payment.booked_on),)


def _require_held(states: States, payment: Payment) -> None:
    """Refuse a payment that a provider holds, unless our account there is of its rail and in its currency."""
    if payment.held_by is None:
        return
    account = provider_account_of(states, payment.bank_account)
    if (account.rail, account.currency) != (payment.held_by, payment.currency) or payment.rail != payment.held_by:
        raise Refused("provider_account_differs", f"{account.rail}, {account.currency}")


def receipt_of(states: States, receipt_id: str) -> Receipt:
    """The recorded receipt, or a refusal."""
    state = states.get(stream_of("receipt", receipt_id))
    if not isinstance(state, Receipt):
        raise Refused("receipt_unknown", receipt_id)
    return state


# Registration

NOUN: Final = Noun(
    "receipt",
    facts=ReceiptFact,
    evolve=evolve,
    acts=ACTS,
    rules={RecordReceipt: record},
    duties={RecordReceipt: ("front_desk", "billing", "finance", "bank-day")},
    legs=LEGS,
    changes=CHANGES,
    amounts={
        **dict.fromkeys((ReceiptRecorded, ReceiptFound), lambda fact: int(fact.payment.amount_minor)),
        ReceiptAllocated: applied_minor,
        AllocationReversed: applied_minor,
    },
    refusals={
        "provider_account_differs": (
            "The account at the payment provider is of another rail or in another currency than the payment; both are "
            "named here."
        ),
        "receipt_unknown": "There is no receipt with that id.",
    },
    sentences={
        ReceiptRecorded: lambda fact: fact.payment.sentence,
        ReceiptFound: lambda fact: (
            f"Bank movement on {fact.payment.bank_account}, booked {fact.payment.booked_on}, was a payment received"
        ),
        ReceiptIdentified: lambda fact: f"Identified as a payment for account {fact.account_id} ({fact.method})",
        IdentificationWithdrawn: lambda fact: f"Identification of the payer withdrawn ({fact.reason_code})",
        ReceiptAllocated: lambda fact: f"Applied to {len(fact.targets)} items ({fact.rule})",
        ReceiptRecalled: lambda fact: f"Taken back by the bank ({fact.reason_code})",
        RecallReversed: lambda fact: f"Not taken back by the bank after all ({fact.reason_code})",
        ReceiptReclassified: lambda fact: fact.sentence,
        ReceiptVoided: lambda fact: f"Voided: recorded by mistake ({fact.reason_code})",
        DifferenceClosed: lambda fact: f"Small difference on item {fact.item_id} closed",
        DifferenceReopened: lambda fact: f"Small difference on item {fact.item_id} open again ({fact.because})",
        AllocationReversed: lambda fact: f"Allocation {fact.allocation_id} reversed ({fact.because})",
    },
    title="Payment",
)
