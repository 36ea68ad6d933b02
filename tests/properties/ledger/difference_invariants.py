"""What holds of the small differences that payments leave, after any commands."""

from __future__ import annotations

from collections import Counter

from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import ReceiptAllocated
from ledger.domain.receivables.difference_facts import DifferenceClosed, DifferenceReopened
from ledger.domain.receivables.item import Item
from tests.kit.book import Book
from tests.properties.ledger.daily_invariants import states_of


def differences_are_small_and_go_with_their_payment(book: Book) -> None:
    """I19: what is closed without money is within the limit, one an item, and its payment is all there."""
    closed: Counter[str] = Counter()
    given: Counter[tuple[str, str, str]] = Counter()
    for stream, fact, *_ in book.log:
        match fact:
            case DifferenceClosed():
                assert 0 < fact.amount_minor <= fact.limit_minor, f"{fact.item_id} was closed by {fact.amount_minor}"
                closed[fact.item_id] += fact.amount_minor
            case DifferenceReopened():
                closed[fact.item_id] -= fact.amount_minor
            case ReceiptAllocated():
                for target in fact.targets:
                    given[stream, fact.allocation_id, target.item_id] += target.amount_minor
    for item in states_of(book, Item):
        id, difference = item.raised.item_id, item.difference
        assert closed[id] == (0 if difference is None else difference.amount_minor), f"{id} is closed by {closed[id]}"
        if difference is not None:
            receipt = book.states[difference.document]
            assert isinstance(receipt, Receipt)
            parts = receipt.allocations.get(difference.allocation_id, ())
            kept = sum(one.amount_minor for part in parts for one in part.fact.targets if one.item_id == id)
            was = given[difference.document, difference.allocation_id, id]
            assert kept == was, f"{id} has {kept} of {was} left, and its difference is closed"
