"""What holds in a book on every day, not only on the last one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from ledger.domain.cash.receipt import Receipt
from ledger.domain.fact import Fact, State
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_note import CreditExcessMoved, CreditNoteIssued
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemAllocated, ItemDeallocated
from tests.kit.book import Book

S = TypeVar("S", bound=State)
F = TypeVar("F", bound=Fact)


def states_of(book: Book, kind: type[S]) -> Iterator[S]:
    return (state for state in book.states.values() if isinstance(state, kind))


def facts_of(book: Book, kind: type[F]) -> Iterator[F]:
    return (new.fact for new in book.log if isinstance(new.fact, kind))


def nothing_is_below_zero_and_excess_is_money_that_was_paid(book: Book) -> None:
    """I5, on every day: no item, receipt or credit below zero, and none above what it was raised or received by."""
    for item in states_of(book, Item):
        for day, opened in item.balance.steps:
            assert 0 <= opened <= item.raised.amount_minor, f"{item.raised.item_id} is open by {opened} on {day}"
        assert item.balance.steps[0][0] == item.raised.arose_on, f"{item.raised.item_id} changed before it arose"
    for receipt in states_of(book, Receipt):
        for day, left in receipt.balance.steps:
            assert 0 <= left <= receipt.payment.amount_minor, f"a receipt has {left} unallocated on {day}"
    for account in states_of(book, Account):
        for balance in account.credit.values():
            for day, credit in balance.steps:
                assert credit >= 0, f"{account.account_id} has {credit} on {day}"
    # What was paid for an item, less the excess that was given back of it, by day.
    paid: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for stream, fact, on, _ in book.log:
        assert on is not None
        match fact:
            case ItemAllocated():
                paid[stream][on] += fact.amount_minor
            case ItemDeallocated():
                paid[stream][on] -= fact.amount_minor
            case CreditNoteIssued():
                for one in fact.items:
                    paid[f"item-{one.item_id}"][on] -= one.excess_minor
            case CreditExcessMoved():
                paid[f"item-{fact.item_id}"][on] += fact.amount_minor
    for stream, by_day in paid.items():
        kept = 0
        for day in sorted(by_day):
            kept += by_day[day]
            assert kept >= 0, f"{stream} gave back {-kept} that nobody had paid on {day}"
