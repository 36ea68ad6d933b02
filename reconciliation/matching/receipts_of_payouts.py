"""Finds the receipts that are payouts of a provider's file: our bank's lines came first, and named nobody we know.

Only the number says so. A payer may quote anything, so the receipt has the payout's amount, or the number is a word of
its own, nothing else is known to have arrived of the payout, and no other receipt quotes it. A receipt that quotes the
numbers of several payouts pays them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from reconciliation.matching.paid_together import Option, paid
from reconciliation.matching.payouts import AFTER, BEFORE, KnownPayout, has_word, is_long, long_ids, quoted, squeezed
from reconciliation.matching.sent_payouts import Beside, Quoting, Sent

_ASKED: Final = ("key", "currency", "amount_minor", "booked_on")


class WaitingReceipt(NamedTuple):
    """A receipt of a bank's file that nobody and nothing has touched, with its place; `said` are its line's texts."""

    receipt_id: str
    currency: str
    amount_minor: int
    booked_on: date
    file: str
    statement_no: int | None
    raw_position: str | None
    said: tuple[str, ...] = ()


class _Payout(NamedTuple):
    """A payout of which nothing has arrived; one of the file has a key."""

    payout_id: str
    provider_account: str
    refs: tuple[str, ...]
    currency: str
    left_minor: int
    sent_on: date
    key: str | None = None


def not_arrived(entries: pl.DataFrame, sent: Sent, known: Sequence[KnownPayout]) -> pl.DataFrame:
    """Those payouts of a file with a number of their own of which no line of our bank is known."""
    came = {one.payout_id for one in known if one.arrived_minor}
    found = {*sent.joined, *sent.unsure_keys, *(one.key for one in sent.quoting)}
    keys = [
        key
        for key, of in sent.payouts.items()
        if key not in found
        and of.payout_id not in came
        and of.payout_id not in sent.beside
        and of.payout_ref
        and is_long(of.payout_ref)
    ]
    return entries.filter(pl.col("key").is_in(keys) & (pl.col("kind") == "payout")).select(_ASKED)


def add_receipts(
    payouts: pl.DataFrame, sent: Sent, known: Sequence[KnownPayout], waiting: Sequence[WaitingReceipt]
) -> None:
    """Find the receipts that are these payouts, each with the key of the first one that it is, and what each pays."""
    open_ones = [_of_file(sent, *one) for one in payouts.select(_ASKED).iter_rows()]
    free = (one for one in known if one.left_minor and not one.arrived_minor and one.payout_id not in sent.beside)
    open_ones += map(_of_known, free)
    ids = long_ids(of.payout_ref for of in sent.payouts.values())
    ids = long_ids([*ids, *(ref for one in known if one.left_minor for ref in one.refs)])
    found = [(one.receipt_id, _paid(one, open_ones, quoted(one.said, ids))) for one in waiting]
    often = Counter(of.payout_id for _, some in found for of in some)
    for receipt_id, some in found:
        keys = [of.key for of in some if of.key is not None]
        if keys and all(often[of.payout_id] == 1 for of in some):
            sent.receipts.append(Quoting(receipt_id, keys[0]))
            id = sent.payouts[keys[0]].payout_id
            sent.beside |= {of.payout_id: Beside(id, keys[0]) for of in some if of.payout_id != id}


def _of_file(sent: Sent, key: str, currency: str, amount_minor: int, on: date) -> _Payout:
    of = sent.payouts[key]
    return _Payout(of.payout_id, of.provider_account, (of.payout_ref or "",), currency, -amount_minor, on, key)


def _of_known(one: KnownPayout) -> _Payout:
    return _Payout(one.payout_id, one.provider_account, one.refs, one.currency, one.left_minor, one.last_on)


def _paid(one: WaitingReceipt, open_ones: Sequence[_Payout], quotes: set[str]) -> list[_Payout]:
    """The payouts that a receipt pays; none if it quotes also others, or what may stand there by chance."""
    named = [
        of
        for of in open_ones
        if of.currency == one.currency
        and of.sent_on - AFTER <= one.booked_on <= of.sent_on + BEFORE
        and not quotes.isdisjoint(map(squeezed, of.refs))
    ]
    if quotes - {squeezed(ref) for of in named for ref in of.refs} or len({of.provider_account for of in named}) > 1:
        return []
    found = paid([Option(of, of.left_minor) for of in named], one.amount_minor)
    is_sum = sum(of.left_minor for of in found) == one.amount_minor
    return found if is_sum or all(has_word(one.said, ref) for of in found for ref in of.refs) else []
