"""What customer credit pays, an item to which a person applies it or a recall item, and the claim if it was paid out.

A recall item claims money that had left. Free credit is used before a claim is raised, and pays it whenever credit
arises later, or the claim is open again. Only credit that a person releases from a claim stays free.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from ledger.domain.fact import Decision, NewFact, State, States, known_stream
from ledger.domain.receivables import account, item
from ledger.domain.receivables.account import Account, account_of
from ledger.domain.receivables.credit_facts import CustomerCreditApplied, CustomerCreditReclaimed
from ledger.domain.receivables.item import Item, ar_role_of, item_of, mirrored
from ledger.domain.receivables.item_facts import Due, ItemAllocated, ItemRaised, ItemTerms
from ledger.domain.terms.entity import terms_of

_EVOLVE: Final[dict[str, Callable[[Any, Any, date], State]]] = {"account": account.evolve, "item": item.evolve}


def credit_applied(account_id: str, allocation_id: str, paid: Item, amount_minor: int, on: date) -> Decision:
    """The account's fact when its credit is applied to an item, and the item's that mirrors it."""
    document, currency = known_stream("account", account_id), paid.raised.currency
    used = CustomerCreditApplied(
        allocation_id=allocation_id,
        item_id=paid.raised.item_id,
        amount_minor=amount_minor,
        currency=currency,
        ar_role=paid.ar_role,
    )
    mirror = ItemAllocated(allocation_id=allocation_id, document=document, amount_minor=amount_minor, currency=currency)
    return NewFact(document, used, on), mirrored(paid.raised.item_id, mirror, on)


def recall_items(states: States) -> tuple[str, ...]:
    """The streams of all recall items of the accounts."""
    accounts = [state for state in states.values() if isinstance(state, Account)]
    return tuple(
        known_stream("item", f"{one.account_id}.recall{number}")
        for one in accounts
        for number in range(1, one.reclaimed + 1)
    )


def next_recall(held: Account) -> str:
    """The id of the recall item that is raised next."""
    return f"{held.account_id}.recall{held.reclaimed + 1}"


def payer_of_recall(owed: Item) -> tuple[str, ...]:
    """The stream of the account whose customer credit pays the item once it is open again; none if nothing does."""
    return (known_stream("account", owed.raised.account_id),) if owed.raised.kind == "recall" else ()


def recall_paid(held: Account, owed: Item, on: date) -> Decision:
    """The next facts by which free credit pays an open recall item, on the first day that holds; none at the end."""
    if not owed.open_minor:
        return ()
    currency = owed.raised.currency
    for free_on, part in held.free_in(currency).parts_of(owed.open_minor, max(on, owed.raised.arose_on)):
        for day, amount in owed.balance.parts_of(part, free_on):
            id = f"{owed.raised.item_id}.{len(held.applied) + len(held.released)}"
            return credit_applied(held.account_id, id, owed, amount, day)
    return ()


def with_recalls_paid(states: States, decided: Decision, account_id: str) -> Decision:
    """A decision that gives an account free credit, and how this pays the account's open recall items, oldest first."""
    stream = known_stream("account", account_id)
    days = [on for given_to, _, on, _ in decided if given_to == stream and on is not None]
    if not days or not account_of(states, account_id).reclaimed:
        return decided
    known, paid = _after(states, decided), list(decided)
    for claim in recall_items({stream: states[stream]}):
        item_id = claim.partition("-")[2]
        while more := recall_paid(account_of(known, account_id), item_of(known, item_id), min(days)):
            known, paid = _after(known, more), [*paid, *more]
    return tuple(paid)


def _after(states: States, decided: Decision) -> States:
    """The states after facts of accounts and items."""
    known = dict(states)
    for stream, fact, on, _ in decided:
        noun = stream.partition("-")[0]
        if noun in _EVOLVE and on is not None:
            known[stream] = _EVOLVE[noun](known[stream], fact, on)
    return known


def recall_raised(states: States, held: Account, cause: str, currency: str, amount_minor: int, on: date) -> Decision:
    """The claim for money that left the bank, as an item: no fee and no interest was agreed for it.

    `cause` is the stream of the document whose money went back.
    """
    terms, item_id = terms_of(states), next_recall(held)
    reclaimed = CustomerCreditReclaimed(
        item_id=item_id,
        document=cause,
        amount_minor=amount_minor,
        currency=currency,
        ar_role=ar_role_of(held.payer),
    )
    raised = ItemRaised(
        item_id=item_id,
        kind="recall",
        document=cause,
        parent=None,
        account_id=held.account_id,
        payer=held.payer,
        parts=(),
        amount_minor=amount_minor,
        currency=currency,
        arose_on=on,
        due=(Due(on + timedelta(days=terms.days_to_pay), amount_minor),),
        terms=ItemTerms(terms.jurisdiction, reminder_fee_agreed=False),
    )
    return NewFact(known_stream("account", held.account_id), reclaimed, on), mirrored(item_id, raised, on)
