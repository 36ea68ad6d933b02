"""The reach of a way back: the streams from which money comes back when it is taken off an item or an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.domain.cash.receipt_facts import ReceiptAllocated
from ledger.domain.fact import States, known_stream
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.credit_use import payer_of_recall, recall_items
from ledger.domain.receivables.item import Item


def settled_with(made: Sequence[ReceiptAllocated], states: States) -> tuple[str, ...]:
    """The streams from which the money of some allocations comes back: items, accounts, and what is in their reach."""
    items = (known_stream("item", target.item_id) for one in made for target in one.targets)
    accounts = (known_stream("account", one.credit_account) for one in made if one.credit_account is not None)
    return (*items, *accounts, *within_reach(states))


def within_reach(states: States) -> Iterator[str]:
    """The further streams from which money may come back: of credit notes, write-offs, and uses of customer credit.

    Recall items are among them: credit that a cancelled refund gives up pays them.
    """
    for state in states.values():
        if isinstance(state, Item):
            yield from (known_stream("writeoff", id) for lost in state.recovered.values() for id in lost)
            yield from (known_stream("creditnote", id) for id in state.excess)
            yield from payer_of_recall(state)
        if isinstance(state, Item) and state.excess:
            yield known_stream("account", state.raised.account_id)
        elif isinstance(state, Account):
            yield from (known_stream("item", one.fact.item_id) for one in state.applied.values())
            yield from (known_stream("refund", id) for id in state.refunds)
    yield from recall_items(states)
