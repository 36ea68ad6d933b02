"""Finds the payout that a movement is: at the payment provider who sent it, and on our bank account where it arrives.

What says for certain which payout a line of our bank is, is the provider's id of the payout in the line; a short id
only as a word of its own in a line that names the provider, with the amount of the payout. Without it, a line that
names the provider is the only payout under way with its amount, if there is only one such line and one such payout;
else it is a payout of its own, until the provider's file says which one it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import polars as pl

from ledger.domain.grammar import LONGEST_WORDS
from ledger.domain.identifier import has_personal_number, is_code
from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.identity import id_key
from reconciliation.statements.values import in_one_line

# A shorter id of a payout may stand in a line by chance, also within other words.
_SHORTEST: Final = 6
# How long before its line a payout may have been sent: the longest holidays of banks, and some days.
_BEFORE, _AFTER = timedelta(days=14), timedelta(days=1)
_SAID: Final = ("reference", "text", "end_to_end_id", "bank_ref", "counterparty")
_WORD: Final = re.compile(r"[^\W_]+")

BY_FILE: Final = "payout_by_file"
BY_ID: Final = "payout_by_id"
BY_AMOUNT: Final = "payout_by_amount"
BY_SENDER: Final = "payout_by_sender"


class PayoutOf(NamedTuple):
    """The payout that a movement is, our account at the provider, the provider's id of it, and the rule."""

    payout_id: str
    provider_account: str
    payout_ref: str | None
    rule: str


class OpenPayout(NamedTuple):
    """A payout of which not as much arrived as was sent, or the other way round; below zero, more arrived."""

    payout_id: str
    provider_account: str
    payout_ref: str | None
    currency: str
    left_minor: int
    last_on: date


class Sender(NamedTuple):
    """Our account at a payment provider, and how our bank's lines name the provider."""

    provider_account: str
    currency: str
    senders: tuple[str, ...]


def payout_id(provider_account: str, ref: str) -> str:
    """The id of a payout: our account, and the provider's id of the payout, if that has the form of ids."""
    plain = f"{provider_account}.{ref}"
    return (
        plain
        if is_code(plain) and not has_personal_number(ref)
        else f"{provider_account}.{id_key(provider_account, ref)}"
    )


def without_person(id: str | None) -> str | None:
    """A provider's id as a fact may have it; one that looks like a person's number is left out."""
    if id is None or has_personal_number(id):
        return None
    return in_one_line(id, LONGEST_WORDS)


def sent(entries: pl.DataFrame, waiting: Sequence[OpenPayout]) -> dict[str, PayoutOf]:
    """The payouts in a provider's file, by key; `waiting` are those that arrived before their file, without an id."""
    rows = entries.filter(pl.col("kind").is_in(["payout", "payout_returned"]))
    found: dict[str, PayoutOf] = {}
    left = [one for one in waiting if one.payout_ref is None and one.left_minor < 0]
    said = ("key", "account", "currency", "amount_minor", "bank_ref", "settlement", "kind", "payment_ref")
    for row in rows.select(said).iter_rows(named=True):
        # What comes back is of the payout that it names.
        came_back = row["payment_ref"] if row["kind"] == "payout_returned" else None
        ref = came_back or row["bank_ref"] or row["settlement"]
        same = [
            one
            for one in left
            if (one.provider_account, one.currency, one.left_minor)
            == (row["account"], row["currency"], row["amount_minor"])
        ]
        if len(same) == 1:
            left.remove(same[0])
            id = same[0].payout_id
        else:
            id = payout_id(row["account"], ref) if ref else f"{row['account']}.{row['key']}"
        found[row["key"]] = PayoutOf(id, row["account"], ref, BY_FILE)
    return found


def arrived(entries: pl.DataFrame, under_way: Sequence[OpenPayout], senders: Sequence[Sender]) -> dict[str, PayoutOf]:
    """The lines of our bank that are payouts, by key."""
    if not senders:
        return {}
    rows = entries.filter(pl.col("part").is_in(PAYMENTS) & pl.col("kind").is_null()).to_dicts()
    left = [one for one in under_way if one.left_minor]
    found = dict(_by_id(rows, left, senders))
    named = [(row, by) for row in rows if row["key"] not in found and (by := _named(row, senders))]
    free = [one for one in left if one.payout_id not in {of.payout_id for of in found.values()}]
    for row, by in named:
        fit = [one for one in free if one.provider_account in by and _fits(one, row)]
        rivals = [other for other, of in named if set(of) & set(by) and _money(other) == _money(row)]
        if len(fit) == 1 and len(rivals) == 1:
            found[row["key"]] = PayoutOf(fit[0].payout_id, fit[0].provider_account, fit[0].payout_ref, BY_AMOUNT)
        elif len(by) == 1:
            found[row["key"]] = PayoutOf(f"{by[0]}.{row['key']}", by[0], None, BY_SENDER)
    return found


def _by_id(
    rows: Iterable[Mapping[str, Any]], left: Sequence[OpenPayout], senders: Sequence[Sender]
) -> Iterator[tuple[str, PayoutOf]]:
    refs = [(_squeezed(one.payout_ref), one) for one in left if one.payout_ref]
    long = [(ref, one) for ref, one in refs if len(ref) >= _SHORTEST]
    short = [one for ref, one in refs if 0 < len(ref) < _SHORTEST]
    for row in rows:
        said = [_squeezed(row[name]) for name in _SAID if row[name]]
        fit = {
            one.payout_id: one
            for ref, one in long
            if one.currency == row["currency"]
            and (one.left_minor > 0) == (row["amount_minor"] > 0)
            and any(ref in text for text in said)
        }
        if short and not fit and (by := _named(row, senders)):
            words = [words_of(row[name]) for name in _SAID]
            near = [one for one in short if one.provider_account in by and _fits(one, row)]
            fit = {
                one.payout_id: one for one in near if any(has_words(one_of, one.payout_ref or "") for one_of in words)
            }
        if len(fit) == 1:
            (one,) = fit.values()
            yield row["key"], PayoutOf(one.payout_id, one.provider_account, one.payout_ref, BY_ID)


def _named(row: Mapping[str, Any], senders: Sequence[Sender]) -> list[str]:
    """Our accounts at the providers that a line of our bank names, in its currency."""
    words = [word for name in ("counterparty", "text") for word in words_of(row[name])]
    account = _squeezed(row["counterparty_account"])
    return [
        one.provider_account
        for one in senders
        if one.currency == row["currency"]
        and any(_squeezed(name) == account or has_words(words, name) for name in one.senders)
    ]


def words_of(text: str | None) -> list[str]:
    """The words of a text, in capitals."""
    return [word.upper() for word in _WORD.findall(text or "")]


def has_words(words: Sequence[str], name: str) -> bool:
    """Whether the words of a name stand among the words of a text, one after the other."""
    wanted = words_of(name)
    return bool(wanted) and any(
        words[start : start + len(wanted)] == wanted for start in range(len(words) - len(wanted) + 1)
    )


def _fits(one: OpenPayout, row: Mapping[str, Any]) -> bool:
    near = row["booked_on"] - _BEFORE <= one.last_on <= row["booked_on"] + _AFTER
    return near and (one.currency, one.left_minor) == _money(row)


def _money(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["currency"], row["amount_minor"]


def _squeezed(text: str | None) -> str:
    return "".join(_WORD.findall(text or "")).upper()
