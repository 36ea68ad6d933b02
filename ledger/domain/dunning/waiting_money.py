"""Money that waits: what a payer's customer credit, unallocated receipts and refunds to be sent cover of an item.

Nobody is reminded of what is paid already, only because nobody has said yet what the payment is for. Money that is to
be paid back is with us until its payment order is sent, so nobody is asked for what we are about to pay them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from ledger.domain.balance import Balance
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.refund_state import Refund
from ledger.domain.fact import Part, State, States, known_stream, stream_of
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import MoneyWaiting


class MayPay(Part, frozen=True):
    """A document whose money may be for an item: the stream of a receipt, an account with customer credit or a refund.

    `kept_minor` of it is for other items of the payer, so that no money counts twice.
    """

    document: str
    kept_minor: int = 0


class _Free(NamedTuple):
    amount_minor: int
    since_on: date


def documents(may_pay: Iterable[MayPay]) -> Iterator[str]:
    """The streams of the documents; raises Refused if one is none."""
    for one in may_pay:
        noun, _, id = one.document.partition("-")
        yield stream_of(noun, id)


def waiting(states: States, item: Item, to: str | None, may_pay: Iterable[MayPay]) -> tuple[MoneyWaiting, ...]:
    """What waits for an item, in minor units of its currency and never more than is open.

    The documents are taken in the given order, each for what it has now less what is kept of it. The customer credit
    of the item's own payer counts even if it is not given, because it may have arisen just now. Money of others does
    not count, except that of whoever gets the letter: `to`, a minor's guardian.
    """
    own = known_stream("account", item.raised.account_id)
    theirs = {item.raised.account_id, to, None}
    given = {one.document: one for one in may_pay}
    left = item.open_minor
    found: list[MoneyWaiting] = []
    for one in (*given.values(), *(() if own in given else (MayPay(own),))):
        state = states.get(one.document)
        free = _free(state, item.raised.currency) if _account_of(state) in theirs else None
        part = 0 if free is None else min(left, free.amount_minor - one.kept_minor)
        if free is not None and part > 0:
            left -= part
            found.append(MoneyWaiting(document=one.document, amount_minor=part, since_on=free.since_on))
    return tuple(found)


def _account_of(state: State | None) -> str | None:
    """Whose money it is; none if nobody has said that yet.

    Whom a part of a receipt was allocated for says nothing about the rest, which may name somebody else's item.
    """
    if isinstance(state, Refund):
        return state.requested.account_id
    if isinstance(state, Receipt):
        return state.identified_as
    return state.account_id if isinstance(state, Account) else None


def _free(state: State | None, currency: str) -> _Free | None:
    """What a document has that nobody has applied, and since when; none if it has nothing in the currency.

    Credit that a requested refund reserves is still the account's; an approved refund has it until it is sent.
    """
    if isinstance(state, Receipt) and state.payment.currency == currency:
        return _Free(state.unallocated_minor, state.payment.booked_on)
    if isinstance(state, Account):
        return _lasting(state.credit_in(currency))
    if isinstance(state, Refund) and state.requested.currency == currency:
        return _lasting(state.payable)
    return None


def _lasting(balance: Balance) -> _Free | None:
    since = balance.first_day_of(1)
    return None if since is None else _Free(balance.latest, since)
