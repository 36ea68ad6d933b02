"""The payment of recall items by credit that a refund gives back: the money that they claim had not left after all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.domain.fact import NewFact, States, known_stream
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_facts import CustomerCreditApplied
from ledger.domain.receivables.item import Item, mirrored
from ledger.domain.receivables.item_facts import ItemAllocated


def recall_items(states: States) -> tuple[str, ...]:
    """The streams of all recall items of the accounts."""
    accounts = [state for state in states.values() if isinstance(state, Account)]
    return tuple(
        known_stream("item", f"{one.account_id}.recall{number}")
        for one in accounts
        for number in range(1, one.reclaimed + 1)
    )


def pays_recalls(states: States, account_id: str, amount_minor: int, currency: str, on: date) -> Iterable[NewFact]:
    """Apply restored credit to the account's open recall items, oldest first, each part on the first day that holds."""
    account = states[known_stream("account", account_id)]
    assert isinstance(account, Account), "the account of a refund is open"
    for stream in recall_items({"account": account}):
        item = states[stream]
        assert isinstance(item, Item), "a recall item that is counted was raised"
        if item.raised.currency != currency:
            continue
        for number, (day, part) in enumerate(item.balance.parts_of(amount_minor, max(on, item.raised.arose_on)), 1):
            amount_minor -= part
            id = f"{item.raised.item_id}.{len(account.applied) + len(account.released)}.{number}"
            used = CustomerCreditApplied(
                allocation_id=id,
                item_id=item.raised.item_id,
                amount_minor=part,
                currency=currency,
                ar_role=item.ar_role,
            )
            paid = ItemAllocated(
                allocation_id=id, document=known_stream("account", account_id), amount_minor=part, currency=currency
            )
            yield NewFact(known_stream("account", account_id), used, day)
            yield mirrored(item.raised.item_id, paid, day)
