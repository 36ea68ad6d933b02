"""Which money that waits may be for which due items, so that no money of a payer counts twice.

Money that names an item, by the reference that a receipt quotes or because a person is to decide about it, is for that
item first. The rest of a payer's money is for the payer's due items in the order of their due days. Of several items
that money names, those that nobody asks for come last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from ledger.domain.dunning.waiting_money import MayPay

_BY_AMOUNT: Final = "same_amount"
# A number in a text may mean something else than an invoice, so it takes nothing from the items of the same amount.
_WEAK: Final = frozenset({_BY_AMOUNT, "same_number"})


class Owed(NamedTuple):
    """A due item: who owes it, who gets the letter about it, and how much is open, in minor units.

    Nobody asks for an item that is `held`, so only money that names it is for it.
    """

    item_id: str
    account_id: str
    to: str
    currency: str
    open_minor: int
    due_on: date
    held: bool


class Money(NamedTuple):
    """An amount in minor units that nobody has applied: a receipt, customer credit or an unsent refund, by its stream.

    `account_id` says whose it is, if that is known, and `booked_on` when the bank booked it, if it is a receipt. It is
    not `identified` if nobody has said so: then its payer is whom the rest of it was allocated for.
    """

    document: str
    account_id: str | None
    currency: str
    amount_minor: int
    booked_on: date | None = None
    identified: bool = True


class Names(NamedTuple):
    """A receipt that names an item, or whose amount is only the same."""

    receipt_id: str
    item_id: str
    by_amount: bool = False


class Part(NamedTuple):
    """What of a document is for an item."""

    money: Money
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Planned:
    """The documents that may pay an item, in order, with what of each is kept for others, and the parts for it."""

    may_pay: tuple[MayPay, ...]
    parts: tuple[Part, ...]


NOTHING: Final = Planned((), ())


def decided_about(candidates: Iterable[Mapping[str, Any]]) -> list[Names]:
    """The receipts that wait for a person's decision, each with the items that it may be for.

    An item that only has the receipt's amount counts if the review lists all items with that amount: of hundreds of
    items with one price, the few that are listed are not likelier to be paid than the others. Nor does it count beside
    an item that the receipt names by a reference.
    """
    listed = list(candidates)
    naming = {one["receipt_id"] for one in listed if one["why"] not in _WEAK}
    return [
        Names(one["receipt_id"], one["item_id"], by_amount=one["why"] == _BY_AMOUNT)
        for one in listed
        if one["why"] != _BY_AMOUNT or (one["receipt_id"] not in naming and _are_all(one))
    ]


def _are_all(one: Mapping[str, Any]) -> bool:
    """Whether a review lists all items that have the receipt's amount."""
    return one["found"] is not None and one["found"] <= one["listed"]


def plan(owed: Iterable[Owed], money: Iterable[Money], named: Iterable[Names]) -> dict[str, Planned]:
    """For each item that money may be for: which documents, and how much of each.

    Customer credit and refunds are taken last. A payer's money is that of the account that owes the item, and that of
    the account that gets the letter.
    """
    known: dict[str, Money] = {}
    of_account: dict[tuple[str, str], list[Money]] = {}
    for one in money:
        known[one.document] = one
        if one.account_id is not None:
            of_account.setdefault((one.account_id, one.currency), []).append(one)
    of_item: dict[str, list[tuple[Money, bool]]] = {}
    for receipt_id, item_id, by_amount in named:
        document = f"receipt-{receipt_id}"
        if document in known:
            of_item.setdefault(item_id, []).append((known[document], by_amount))
    groups: dict[tuple[str, str], list[Owed]] = {}
    for item in owed:
        groups.setdefault((item.to, item.currency), []).append(item)
    planned: dict[str, Planned] = {}
    for items in groups.values():
        found = [_Sharing(item, _naming(item, of_item), _of_payer(item, of_account)) for item in items]
        if any(one.naming or one.of_payer for one in found):
            planned |= _shared(found)
    return planned


class _Sharing:
    """An item while money is shared out: the documents that name it, those of its payer, and what it has got."""

    def __init__(self, item: Owed, naming: Sequence[Money], of_payer: Sequence[Money]) -> None:
        self.item = item
        self.naming = naming
        self.of_payer = of_payer
        self.left = item.open_minor
        self.parts: list[Part] = []
        self.kept: dict[str, int] = {}

    def take(self, documents: Iterable[Money], taken: Counter[str]) -> None:
        """Take what is still open from documents, as far as no other item has taken it."""
        for one in documents:
            if one.document in self.kept:
                continue
            self.kept[one.document] = taken[one.document]
            part = min(self.left, one.amount_minor - taken[one.document])
            if part > 0:
                self.left -= part
                taken[one.document] += part
                self.parts.append(Part(one, part))


def _shared(found: list[_Sharing]) -> dict[str, Planned]:
    """Share the money of one payer out among the items."""
    taken = Counter[str]()
    found.sort(key=lambda one: (one.item.held, one.item.due_on, one.item.item_id))
    for one in found:
        one.take(one.naming, taken)
    for one in found:
        if not one.item.held:
            one.take(one.of_payer, taken)
    return {
        one.item.item_id: Planned(tuple(MayPay(*kept) for kept in one.kept.items()), tuple(one.parts))
        for one in found
        if one.kept
    }


def _naming(item: Owed, of_item: Mapping[str, Sequence[tuple[Money, bool]]]) -> list[Money]:
    """The documents that name an item and are not somebody else's.

    What was allocated of a receipt so far says nothing about the rest of it if that names the item. Its amount alone
    does not name an item any more.
    """
    theirs = (None, item.account_id, item.to)
    named = of_item.get(item.item_id, ())
    mine = [one for one, by_amount in named if one.account_id in theirs or not (one.identified or by_amount)]
    return [one for one in dict.fromkeys(mine) if one.currency == item.currency]


def _of_payer(item: Owed, of_account: Mapping[tuple[str, str], Sequence[Money]]) -> list[Money]:
    """The payer's documents: receipts, oldest first, and then customer credit and refunds."""
    accounts = dict.fromkeys((item.account_id, item.to))
    money = [one for account in accounts for one in of_account.get((account, item.currency), ())]
    return sorted(money, key=lambda one: one.booked_on or date.max)
