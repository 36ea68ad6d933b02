"""What customer credit pays: the item to which a person applies it, and recall items when a refund gives it back.

A recall item claims money that had left. If a refund did not leave after all, its credit pays the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.domain.cash.refund import credit_restored
from ledger.domain.cash.refund_state import Refund
from ledger.domain.fact import Decision, NewFact, States, known_stream
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_facts import CustomerCreditApplied
from ledger.domain.receivables.item import Item, mirrored
from ledger.domain.receivables.item_facts import ItemAllocated


def credit_applied(account_id: str, allocation_id: str, item: Item, amount_minor: int, on: date) -> Decision:
    """The account's fact when its credit is applied to an item, and the item's that mirrors it."""
    document, currency = known_stream("account", account_id), item.raised.currency
    used = CustomerCreditApplied(
        allocation_id=allocation_id,
        item_id=item.raised.item_id,
        amount_minor=amount_minor,
        currency=currency,
        ar_role=item.ar_role,
    )
    paid = ItemAllocated(allocation_id=allocation_id, document=document, amount_minor=amount_minor, currency=currency)
    return NewFact(document, used, on), mirrored(item.raised.item_id, paid, on)


def recall_items(states: States) -> tuple[str, ...]:
    """The streams of all recall items of the accounts."""
    accounts = [state for state in states.values() if isinstance(state, Account)]
    return tuple(
        known_stream("item", f"{one.account_id}.recall{number}")
        for one in accounts
        for number in range(1, one.reclaimed + 1)
    )


def given_back(states: States, refund: Refund, on: date, amount_minor: int) -> list[NewFact]:
    """A refund gives customer credit back, which pays the account's open recall items at once.

    The oldest item is paid first, each part on the first day that holds.
    """
    return [credit_restored(refund, on, amount_minor), *_pays_recalls(states, refund, on, amount_minor)]


def _pays_recalls(states: States, refund: Refund, on: date, amount_minor: int) -> Iterator[NewFact]:
    account = states[known_stream("account", refund.requested.account_id)]
    assert isinstance(account, Account), "the account of a refund is open"
    for stream in recall_items({"account": account}):
        item = states[stream]
        assert isinstance(item, Item), "a recall item that is counted was raised"
        if item.raised.currency != refund.requested.currency:
            continue
        for number, (day, part) in enumerate(item.balance.parts_of(amount_minor, max(on, item.raised.arose_on)), 1):
            amount_minor -= part
            id = f"{item.raised.item_id}.{len(account.applied) + len(account.released)}.{number}"
            yield from credit_applied(account.account_id, id, item, part, day)
