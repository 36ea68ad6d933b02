"""What holds of the tax that follows an item, after any commands: I20."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from ledger.domain.fact import Fact
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import (
    ItemAllocated,
    ItemCredited,
    ItemDeallocated,
    ItemDifferenceClosed,
    ItemDifferenceReopened,
    ItemExcessMoved,
    ItemPart,
    ItemRestored,
    ItemWrittenOff,
    TaxFellDue,
    TaxRelieved,
    UnpaidTaxDue,
)
from tests.kit.book import Book
from tests.properties.ledger.daily_invariants import states_of

LESS_OPEN = (ItemAllocated, ItemCredited, ItemExcessMoved, ItemWrittenOff, ItemDifferenceClosed)
MORE_OPEN = (ItemDeallocated, ItemRestored, ItemDifferenceReopened)


def tax_follows_its_item(book: Book) -> None:
    """I20, on every day: what is relieved, and due with the cash method, is the item's share of its tax, rounded once.

    A loss is divided among the tax codes to the last minor unit.
    """
    by_stream: defaultdict[str, list[tuple[date, Fact]]] = defaultdict(list)
    for stream, fact, on, _ in book.log:
        assert on is not None
        by_stream[stream].append((on, fact))
    for item in states_of(book, Item):
        facts = by_stream[f"item-{item.raised.item_id}"]
        if any(part.tax_minor for part in item.raised.parts):
            for day in {on for on, _ in facts}:
                wrong = list(_wrong(item, [fact for on, fact in facts if on <= day]))
                assert not wrong, f"{item.raised.item_id} on {day}: {', '.join(wrong)}"


def _wrong(item: Item, facts: list[Fact]) -> Iterator[str]:
    left, owed, lost = _taxes(item.raised.parts), item.raised.amount_minor, 0
    opened = owed
    posted: Counter[tuple[str, str]] = Counter()
    divided = 0
    ended = any(isinstance(fact, UnpaidTaxDue) for fact in facts)
    for fact in facts:
        opened += _opens(fact)
        match fact:
            case ItemCredited():
                owed -= fact.amount_minor + fact.excess_minor
                left.subtract(_taxes(fact.parts))
            case ItemWrittenOff():
                lost += fact.amount_minor
            case ItemRestored():
                lost -= fact.amount_minor
            case TaxRelieved() | TaxFellDue():
                for part in fact.parts:
                    posted[type(fact).__name__, part.tax_code] += part.tax_minor
                    if isinstance(fact, TaxRelieved):
                        divided += part.net_minor + part.tax_minor
            case _:
                pass
    for code, tax in left.items():
        relieved = _share(tax, lost, owed)
        if posted["TaxRelieved", code] != relieved:
            yield f"{relieved} of {code} must be relieved"
        settled = _share(tax, owed - (0 if ended else opened), owed)
        due = settled - relieved if item.raised.terms.vat_method == "cash" else 0
        if posted["TaxFellDue", code] != due:
            yield f"{due} of {code} must be due"
    if divided != (lost if owed else 0):
        yield f"{divided} of {lost} is divided"


def _taxes(parts: tuple[ItemPart, ...]) -> Counter[str]:
    taxes: Counter[str] = Counter()
    for part in parts:
        taxes[part.tax_code] += part.tax_minor
    return taxes


def _opens(fact: Fact) -> int:
    """By how much a fact opens the item."""
    amount: int = getattr(fact, "amount_minor", 0)
    return -amount if isinstance(fact, LESS_OPEN) else amount if isinstance(fact, MORE_OPEN) else 0


def _share(tax: int, amount: int, whole: int) -> int:
    exact = Fraction(tax * amount, whole) if whole else Fraction(0)
    return int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
