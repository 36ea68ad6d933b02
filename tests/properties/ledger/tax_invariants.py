"""What holds of the tax that follows an item, after any commands: I20."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from ledger.domain.catalogue import CATALOGUE
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
    TaxPart,
    TaxRelieved,
    UnpaidTaxDue,
)
from ledger.domain.terms.tax_codes import is_taxable
from tests.kit.book import Book
from tests.properties.ledger.daily_invariants import states_of

LESS_OPEN = (ItemAllocated, ItemCredited, ItemExcessMoved, ItemWrittenOff, ItemDifferenceClosed)
MORE_OPEN = (ItemDeallocated, ItemRestored, ItemDifferenceReopened)


# Net and tax by tax code, as ("SE-25", "net").
Amounts = Counter[tuple[str, str]]


def tax_follows_its_item(book: Book) -> None:
    """I20, on every day: what is relieved, and due with the cash method, is the item's share of its tax, rounded once.

    The base of the tax is the same share of the net that it is the tax of. Of the document's rounding nothing is in it.
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
    left, owed, lost = _amounts(item.raised.parts), item.raised.amount_minor, 0
    opened = owed
    ended = any(isinstance(fact, UnpaidTaxDue) for fact in facts)
    for fact in facts:
        opened += _opens(fact)
        match fact:
            case ItemCredited():
                owed -= fact.amount_minor + fact.excess_minor
                left.subtract(_amounts(fact.parts))
            case ItemWrittenOff():
                lost += fact.amount_minor
            case ItemRestored():
                lost -= fact.amount_minor
            case _:
                pass
    relieved = _split(left, owed, lost)
    settled = _split(left, owed, owed - (0 if ended else opened))
    cash = item.raised.terms.vat_method == "cash"
    for kind, role, sign, wanted in (
        (TaxRelieved, "vat_deferred" if cash else "vat_output", 1, relieved),
        (TaxFellDue, "vat_output", -1, {key: settled[key] - relieved[key] if cash else 0 for key in left}),
    ):
        posted = _posted([fact for fact in facts if isinstance(fact, kind)], role, sign)
        for code, what in left:
            # What is not taxed is the base of nothing.
            right = 0 if what == "net" and not is_taxable(code) else wanted[code, what]
            if posted[code, what] != right:
                yield f"{kind.__name__} posts {posted[code, what]} as {what} of {code}, and must post {right}"
    divided = _amounts(part for fact in facts if isinstance(fact, TaxRelieved) for part in fact.parts)
    for key in left:
        if divided[key] != relieved[key]:
            yield f"{divided[key]} of the loss is {key}, and {relieved[key]} must be"


def _amounts(parts: Iterable[ItemPart | TaxPart]) -> Amounts:
    """Net and tax by tax code; also what is zero."""
    found: Amounts = Counter()
    for part in parts:
        found[part.tax_code, "net"] += part.net_minor
        found[part.tax_code, "tax"] += part.tax_minor
    return found


def _posted(facts: Iterable[Fact], role: str, sign: int) -> Amounts:
    """What was posted to the role of the tax: the tax, and the net that it is said to be the tax of."""
    found: Amounts = Counter()
    for leg in (leg for fact in facts for leg in CATALOGUE.legs(fact)):
        if leg.role == role and leg.tax_code is not None:
            found[leg.tax_code, "net"] += sign * leg.base_minor
            found[leg.tax_code, "tax"] += sign * leg.amount_minor
    return found


def _opens(fact: Fact) -> int:
    """By how much a fact opens the item."""
    amount: int = getattr(fact, "amount_minor", 0)
    return -amount if isinstance(fact, LESS_OPEN) else amount if isinstance(fact, MORE_OPEN) else 0


def _split(left: Amounts, whole: int, amount: int) -> Amounts:
    """The amount's share of each net and tax and of the rounding, each rounded once; the largest net gets the rest."""
    found = Counter({key: _share(minor, amount, whole) for key, minor in left.items()})
    rounding = whole - sum(left.values())
    rest = amount - _share(rounding, amount, whole) - sum(found.values()) if whole else 0
    largest = max(sorted(key for key in left if key[1] == "net"), key=lambda key: left[key])
    found[largest] += rest if left[largest] > 0 else 0
    return found


def _share(minor: int, amount: int, whole: int) -> int:
    exact = Fraction(minor * amount, whole) if whole else Fraction(0)
    return int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
