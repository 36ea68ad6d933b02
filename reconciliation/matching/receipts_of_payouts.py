"""Finds the receipts that are payouts of a provider's file: our bank's lines came first, and named nobody we know.

Only the number says so. A payer may quote anything, so the receipt has the payout's amount, or the number is a word of
its own, nothing else is known to have arrived of the payout, and no other receipt quotes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from reconciliation.matching.payouts import AFTER, BEFORE, KnownPayout, has_word, is_long, long_ids, quoted, squeezed
from reconciliation.matching.sent_payouts import Quoting, Sent

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


def not_arrived(entries: pl.DataFrame, sent: Sent, known: Sequence[KnownPayout]) -> pl.DataFrame:
    """Those payouts of a file with a number of their own, above zero, of which no line of our bank is known."""
    came = {one.payout_id for one in known if one.arrived_minor}
    found = {*sent.joined, *sent.unsure_keys, *(one.key for one in sent.quoting)}
    keys = [
        key
        for key, of in sent.payouts.items()
        if key not in found and of.payout_id not in came and of.payout_ref and is_long(of.payout_ref)
    ]
    open_ones = pl.col("key").is_in(keys) & (pl.col("kind") == "payout") & (pl.col("amount_minor") < 0)
    return entries.filter(open_ones).select(_ASKED)


def quoting(
    payouts: pl.DataFrame, sent: Sent, known: Sequence[KnownPayout], waiting: Sequence[WaitingReceipt]
) -> list[Quoting]:
    """The receipts that are these payouts, each with the key of the one that it is."""
    ids = long_ids(of.payout_ref for of in sent.payouts.values())
    ids = long_ids([*ids, *(one.payout_ref for one in known if one.left_minor)])
    of_receipts = {one.receipt_id: quoted(one.said, ids) for one in waiting}
    found = [
        (one.receipt_id, key)
        for key, currency, minor, on in payouts.iter_rows()
        for one in waiting
        if of_receipts[one.receipt_id] == {squeezed(sent.payouts[key].payout_ref)}
        and _fits(one, sent.payouts[key].payout_ref or "", (currency, -minor), on)
    ]
    receipts, keys = Counter(one for one, _ in found), Counter(key for _, key in found)
    return [Quoting(one, key) for one, key in found if receipts[one] == keys[key] == 1]


def _fits(one: WaitingReceipt, ref: str, money: tuple[str, int], on: date) -> bool:
    currency, minor = money
    near = on - AFTER <= one.booked_on <= on + BEFORE
    return near and one.currency == currency and (one.amount_minor == minor or has_word(one.said, ref))
