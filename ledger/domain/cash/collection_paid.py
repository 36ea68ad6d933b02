"""What a receipt pays of what a direct debit was to collect: all of it, less, or nothing.

A receipt may have more money, or that of other direct debits: a bank's sum that a person made a receipt, for example.
So its allocations say what it pays of each.
"""

from __future__ import annotations

from collections import Counter

from ledger.domain.cash.collection_facts import CollectionOrdered
from ledger.domain.cash.receipt import Receipt
from ledger.domain.refusals import Refused


def paid_minor(receipt: Receipt, ordered: CollectionOrdered) -> int:
    """What the allocations of a receipt pay of a collection's items, of each at most what is collected of it."""
    paid = Counter[str]()
    for allocation in receipt.allocations.values():
        for made in allocation:
            for target in made.fact.targets:
                paid[target.item_id] += target.amount_minor
    return sum(min(paid[one.item_id], one.amount_minor) for one in ordered.items)


def require_paid(receipt: Receipt, ordered: CollectionOrdered, open_minor: int, *, short: bool) -> None:
    """Refuse a receipt that has neither the amount of a collection nor pays all of its items; less if it is `short`.

    `open_minor` is what is open of these items. If others have paid them, more money of the payer settles it too.
    """
    id, money = ordered.collection_id, receipt.payment
    if money.currency != ordered.currency:
        raise Refused("collection_paid_otherwise", id)
    paid, of_payer = paid_minor(receipt, ordered), receipt.account_id == ordered.account_id
    less = bool(paid) or (of_payer and money.amount_minor < ordered.amount_minor)
    more = of_payer and not open_minor and money.amount_minor > ordered.amount_minor
    if ordered.amount_minor in (paid, money.amount_minor) or more or (short and less):
        return
    raise Refused("collection_paid_in_part" if less else "collection_paid_otherwise", id)
