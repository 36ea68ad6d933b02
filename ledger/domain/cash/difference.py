"""The small difference: a payment that quotes a request and is a little too small settles the request all the same.

The amount is the entity's own rule, no law. Too large a payment is no difference: the rest is customer credit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ledger.domain.balance import effective_day
from ledger.domain.cash.receipt import Receipt
from ledger.domain.fact import NewFact, States, known_stream
from ledger.domain.money import minor_in_unit
from ledger.domain.receivables.difference_facts import DifferenceClosed
from ledger.domain.receivables.item import Item, mirrored
from ledger.domain.receivables.item_facts import ItemDifferenceClosed
from ledger.domain.receivables.request import Request
from ledger.domain.references import PADDING
from ledger.domain.terms.entity import Terms


class Paid(NamedTuple):
    """What an allocation pays of what is open on an item, and on which day."""

    item_id: str
    amount_minor: int
    on: date


class Allocation(NamedTuple):
    """An allocation that leaves nothing on its receipt, and its items as they were before it."""

    receipt_id: str
    allocation_id: str
    items: Mapping[str, Item]
    paid: Iterable[Paid]


def requests_of(states: States, item_ids: Iterable[str]) -> Iterator[str]:
    """The streams of the requests that the receipt's reference may quote: those made for the items, with their ids."""
    if any(isinstance(state, Receipt) and state.payment.reference for state in states.values()):
        yield from (known_stream("request", item_id) for item_id in item_ids)


def limit_of(terms: Terms, currency: str) -> int:
    """The largest difference in minor units of a currency that is small."""
    return terms.difference_limit * minor_in_unit(currency) // 100


def closed(states: States, receipt: Receipt, made: Allocation, terms: Terms, today: date) -> Iterator[NewFact]:
    """The facts that close what an allocation leaves open of the requests that its receipt quotes, if it is small.

    It is closed once an item, and never on an item that is held, partly written off, or owed because money was taken
    back. It takes effect with the payment, or on the first later day from which the difference is all that is open.
    """
    currency = receipt.payment.currency
    limit = limit_of(terms, currency)
    paid = Counter[str]()
    days: dict[str, date] = {}
    for one in made.paid:
        paid[one.item_id] += one.amount_minor
        days[one.item_id] = max(one.on, days.get(one.item_id, one.on))
    for asked in _quoted(states, receipt):
        if not asked <= made.items.keys():
            continue
        left = {id: made.items[id].open_minor - paid[id] for id in asked}
        if not 0 < sum(left.values()) <= limit:
            continue
        for item_id, amount in left.items():
            item = made.items[item_id]
            if amount <= 0 or not paid[item_id]:
                continue
            after = item.balance.moved(days[item_id], -paid[item_id])
            on = effective_day(None, days[item_id], after.first_day_of(amount))
            if _may_be_closed(item, min(on, today)):
                yield from _facts(made, item, amount, limit, on)


def _quoted(states: States, receipt: Receipt) -> Iterator[frozenset[str]]:
    """The items of the requests whose reference the payer quoted."""
    reference = receipt.payment.reference
    for state in states.values() if reference else ():
        if isinstance(state, Request) and _plain(state.requested.reference) == _plain(reference or ""):
            yield frozenset(state.requested.items)


def _plain(reference: str) -> str:
    return re.sub(PADDING, r"\1", reference)


def _may_be_closed(item: Item, day: date) -> bool:
    if item.raised.kind == "recall" or item.difference is not None:
        return False
    return not item.written_off_minor and not item.held_on(day)


def _facts(made: Allocation, item: Item, amount_minor: int, limit_minor: int, on: date) -> Iterator[NewFact]:
    document = known_stream("receipt", made.receipt_id)
    difference = DifferenceClosed(
        allocation_id=made.allocation_id,
        item_id=item.raised.item_id,
        amount_minor=amount_minor,
        currency=item.raised.currency,
        ar_role=item.ar_role,
        limit_minor=limit_minor,
    )
    mirror = ItemDifferenceClosed(
        allocation_id=made.allocation_id, document=document, amount_minor=amount_minor, currency=item.raised.currency
    )
    yield NewFact(document, difference, on)
    yield mirrored(item.raised.item_id, mirror, on)
