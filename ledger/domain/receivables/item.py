"""The item: one amount that one payer owes for one reason; it can be open, due, on hold and paid."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec

from ledger.domain.balance import NOTHING, Balance
from ledger.domain.duty import Act
from ledger.domain.fact import NewFact, State, States, known_stream, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.account import Payer
from ledger.domain.receivables.item_changes import CHANGES, DUE
from ledger.domain.receivables.item_collected import ItemCollected, ItemCollectionEnded
from ledger.domain.receivables.item_facts import (
    Due,
    HoldLifted,
    HoldPlaced,
    ItemAllocated,
    ItemCredited,
    ItemDeallocated,
    ItemDifferenceClosed,
    ItemDifferenceReopened,
    ItemExcessMoved,
    ItemFact,
    ItemPart,
    ItemRaised,
    ItemRestored,
    ItemWrittenOff,
    ReminderSent,
    ReminderSuppressed,
    TaxFellDue,
    TaxRelieved,
    UnpaidTaxDue,
)
from ledger.domain.receivables.item_remembered import Credited, Difference, Excess
from ledger.domain.receivables.item_taxes import LEGS, parts_left, taxed_after
from ledger.domain.refusals import Refused

# State


class Item(State, frozen=True):
    """An item: its due days, its open amount day by day, its credited and written-off amounts, holds and reminders.

    `excess` is what of each credit note became customer credit because it had been paid. `net_paid` is what was paid
    less this excess, day by day; it is never below zero, so the open amount is never more than is still owed.
    Day by day, `written_off` is what each write-off gives up, and `recovered` what each allocation, by its document and
    id, recovered of each write-off. `difference` is the small amount that an allocation left and that is closed.
    `suppressed` is the newest reminder of each level that was not sent.
    `taxed` is what was posted of the tax that follows the item, by account role, tax code, and net or tax, and
    `unpaid_tax_due_on` the day from which on all of its tax is due, whether it is paid or not. `collected_by` is the
    direct debit that is to bring it and that the bank has not answered. `refused_for` is why none is to without a
    person's word.
    """

    raised: ItemRaised
    due: tuple[Due, ...]
    balance: Balance
    net_paid: Balance
    credited: tuple[Credited, ...]
    excess: dict[str, Excess]
    written_off: dict[str, Balance]
    recovered: dict[tuple[str, str], dict[str, Balance]]
    difference: Difference | None
    taxed: dict[tuple[str, str, str], Balance]
    unpaid_tax_due_on: date | None
    holds: dict[str, HoldPlaced]
    reminded: tuple[int, ...]
    suppressed: dict[int, ReminderSuppressed]
    collected_by: str | None = None
    refused_for: str | None = None

    @property
    def open_minor(self) -> int:
        """The amount that is open after everything that is known."""
        return self.balance.latest

    @property
    def ar_role(self) -> str:
        """The role of the item's control account: one for patients and guardians, another for all other payers."""
        return ar_role_of(self.raised.payer)

    @property
    def creditable_minor(self) -> int:
        """The amount that can still be credited."""
        return self.raised.amount_minor - sum(one.amount_minor for one in self.credited)

    @property
    def creditable_parts(self) -> tuple[ItemPart, ...]:
        """What can still be credited of each line."""
        gone = [part for one in self.credited for part in one.parts]
        return parts_left(self.raised.parts, gone)

    @property
    def loss_code(self) -> str | None:
        """The tax code under which a loss on the item is posted: that of its lines, if they have only one."""
        codes = {part.tax_code for part in self.raised.parts}
        return codes.pop() if len(codes) == 1 else None

    @property
    def written_off_minor(self) -> int:
        """The amount written off and not reversed."""
        return sum(balance.latest for balance in self.written_off.values())

    def held_on(self, day: date) -> bool:
        """Whether the item is on hold on a day."""
        return any(one.until_on is None or day <= one.until_on for one in self.holds.values())


# Evolve


def evolve(state: Item | None, fact: ItemFact, on: date) -> Item:
    """The item after one more fact."""
    if isinstance(fact, ItemRaised):
        return Item(
            raised=fact,
            due=fact.due,
            balance=Balance(((on, fact.amount_minor),)),
            net_paid=NOTHING,
            credited=(),
            excess={},
            written_off={},
            recovered={},
            difference=None,
            taxed={},
            unpaid_tax_due_on=None,
            holds={},
            reminded=(),
            suppressed={},
        )
    assert state is not None, "an item's first fact is ItemRaised"
    laid_down = DUE.get(type(fact))
    if laid_down is not None:
        state = msgspec.structs.replace(state, due=laid_down(fact))
    change = CHANGES.get(type(fact))
    if change is not None:
        balance = state.balance.moved(on, sum(one.amount_minor for one in change(fact)))
        state = msgspec.structs.replace(state, balance=balance)
    return _remembered(state, fact, on)


def _remembered(state: Item, fact: ItemFact, on: date) -> Item:
    replace = msgspec.structs.replace
    match fact:
        case ItemAllocated():
            return replace(state, net_paid=state.net_paid.moved(on, fact.amount_minor))
        case ItemDeallocated():
            return replace(state, net_paid=state.net_paid.moved(on, -fact.amount_minor))
        case ItemCredited():
            credited = Credited(on, fact.amount_minor + fact.excess_minor, fact.parts)
            state = _with_excess(state, fact.credit_note_id, fact.excess_minor, on)
            return replace(state, credited=(*state.credited, credited))
        case ItemExcessMoved():
            return _with_excess(state, fact.credit_note_id, -fact.amount_minor, on)
        case ItemWrittenOff():
            return _given_up(state, fact, fact.amount_minor, on)
        case ItemRestored():
            return _given_up(state, fact, -fact.amount_minor, on)
        case ItemDifferenceClosed():
            assert state.difference is None, "a difference is closed once an item"
            closed = Difference(fact.document, fact.allocation_id, fact.amount_minor, on)
            return replace(state, difference=closed)
        case ItemDifferenceReopened():
            assert state.difference is not None, "only what is closed is opened again"
            left = state.difference.amount_minor - fact.amount_minor
            return replace(state, difference=state.difference._replace(amount_minor=left) if left else None)
        case TaxRelieved() | TaxFellDue():
            return replace(state, taxed=taxed_after(state.taxed, fact, on))
        case UnpaidTaxDue():
            return replace(state, unpaid_tax_due_on=min(on, state.unpaid_tax_due_on or on))
        case ItemCollected():
            return replace(state, collected_by=fact.collection_id, refused_for=None)
        case ItemCollectionEnded():
            under_way = None if state.collected_by == fact.collection_id else state.collected_by
            return replace(state, collected_by=under_way, refused_for=fact.refused_for or state.refused_for)
        case HoldPlaced():
            return replace(state, holds=state.holds | {fact.hold_id: fact})
        case HoldLifted():
            return replace(state, holds=_without(state.holds, fact.hold_id))
        case ReminderSent():
            return replace(state, reminded=(*state.reminded, fact.level))
        case ReminderSuppressed():
            return replace(state, suppressed=state.suppressed | {fact.level: fact})
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _with_excess(state: Item, credit_note_id: str, amount_minor: int, on: date) -> Item:
    """The item after the excess of one of its credit notes changed by an amount."""
    before = state.excess.get(credit_note_id, Excess(0, on))
    excess = {note: kept for note, kept in state.excess.items() if note != credit_note_id}
    if left := before.amount_minor + amount_minor:
        excess[credit_note_id] = before._replace(amount_minor=left)
    return msgspec.structs.replace(state, excess=excess, net_paid=state.net_paid.moved(on, -amount_minor))


def _given_up(state: Item, fact: ItemWrittenOff | ItemRestored, amount_minor: int, on: date) -> Item:
    """The item after more, or less, of it is given up by one of its write-offs."""
    id = fact.write_off_id
    written_off = state.written_off | {id: state.written_off.get(id, NOTHING).moved(on, amount_minor)}
    if fact.document is None or fact.allocation_id is None:
        return msgspec.structs.replace(state, written_off=written_off)
    key = (fact.document, fact.allocation_id)
    recovered = state.recovered.get(key, {})
    days = recovered.get(id, NOTHING).moved(on, -amount_minor)
    recovered = recovered | {id: days} if any(amount for _, amount in days.steps) else _without(recovered, id)
    by_allocation = {kept: value for kept, value in state.recovered.items() if kept != key}
    if recovered:
        by_allocation[key] = recovered
    return msgspec.structs.replace(state, written_off=written_off, recovered=by_allocation)


def _without(kept: dict[str, Any], id: str) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name != id}


def ar_role_of(payer: Payer) -> str:
    """The role of the control account: one for patients and guardians, one for all other payers."""
    return "ar_patient" if payer in ("patient", "guardian") else "ar_payer"


def item_of(states: States, item_id: str) -> Item:
    """The item that was raised, or a refusal."""
    state = states.get(stream_of("item", item_id))
    if not isinstance(state, Item):
        raise Refused("item_unknown", item_id)
    return state


def mirrored(item_id: str, fact: ItemFact, on: date | None = None) -> NewFact:
    """The item's own fact, which mirrors a fact of a document."""
    return NewFact(known_stream("item", item_id), fact, on)


# Registration


def _waiting(fact: ReminderSent | ReminderSuppressed) -> str:
    return f"; money waits: {', '.join(one.document for one in fact.money)}" if fact.money else ""


NOUN: Final = Noun(
    "item",
    facts=ItemFact,
    evolve=evolve,
    acts={HoldPlaced: Act("hold"), HoldLifted: Act("hold_end")},
    legs=LEGS,
    changes=CHANGES,
    amounts={
        ItemCredited: lambda fact: fact.amount_minor + fact.excess_minor,
        TaxRelieved: lambda fact: sum(part.tax_minor for part in fact.parts),
        TaxFellDue: lambda fact: sum(part.tax_minor for part in fact.parts),
    },
    refusals={
        "amount_exceeds_balance": "The amount exceeds the item's open amount.",
        "item_not_open": "The item has no open amount; `reskontra history` says what paid, credited or wrote it off.",
        "item_unknown": "There is no item with that id.",
        "write_off_in_force": "A part of the item is written off; reverse the write-off first.",
    },
    sentences={
        ItemRaised: lambda fact: f"Owed for {fact.document}, due {fact.due[-1].on}",
        ItemAllocated: lambda fact: f"Paid from {fact.document}",
        ItemDeallocated: lambda fact: f"Payment from {fact.document} reversed",
        ItemCredited: lambda fact: f"Credited by credit note {fact.credit_note_id}",
        ItemExcessMoved: lambda fact: f"Credit note {fact.credit_note_id} reduces the open amount after all",
        ItemWrittenOff: lambda fact: f"Written off by write-off {fact.write_off_id}",
        ItemRestored: lambda fact: (
            f"Write-off {fact.write_off_id} {'reversed' if fact.document is None else f'recovered by {fact.document}'}"
        ),
        ItemDifferenceClosed: lambda fact: f"Small difference of {fact.document} closed",
        ItemDifferenceReopened: lambda fact: f"Small difference of {fact.document} open again ({fact.because})",
        TaxRelieved: lambda fact: f"Tax of what {fact.document} wrote off or recovered",
        TaxFellDue: lambda fact: f"Tax due of what {fact.document} settled" if fact.document else "Tax due unpaid",
        UnpaidTaxDue: lambda fact: f"All tax due from the end of the fiscal year on {fact.through_on}, also unpaid",
        ItemCollected: lambda fact: f"Direct debit {fact.collection_id} is to bring it",
        ItemCollectionEnded: lambda fact: (
            f"Direct debit {fact.collection_id} is answered"
            f"{f'; none without asking the payer ({fact.refused_for})' if fact.refused_for else ''}"
        ),
        HoldPlaced: lambda fact: f"On hold{f' until {fact.until_on}' if fact.until_on else ''} ({fact.reason_code})",
        HoldLifted: lambda fact: f"Hold {fact.hold_id} lifted ({fact.reason_code})",
        ReminderSent: lambda fact: (
            f"Reminder {fact.level} sent to {fact.addressed_to} by {fact.channel}; "
            f"bank files loaded through {fact.bank_loaded_through}{_waiting(fact)}"
        ),
        ReminderSuppressed: lambda fact: f"Reminder {fact.level} not sent: {fact.why}{_waiting(fact)}",
    },
)
