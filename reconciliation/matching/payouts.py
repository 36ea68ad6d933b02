"""Payouts of payment providers, what a line of our bank says of one, and how their ids are named.

What says for certain which payout a line of our bank is, is the provider's id of the payout as whole words of the line;
a short id only in a line with the amount of the payout. A line that quotes the id of another payout, or another number
of the same kind, is never it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final, NamedTuple

from ledger.domain.grammar import LONGEST_WORDS
from ledger.domain.identifier import has_personal_number, is_code
from reconciliation.matching.identity import id_key
from reconciliation.statements.values import in_one_line

# A shorter id of a payout may stand in a line by chance, also within other words.
_SHORTEST: Final = 6
# How long before its line a payout may have been sent: the longest holidays of banks, and some days.
BEFORE, AFTER = timedelta(days=14), timedelta(days=1)
# How long after its arrival a bank may take a payout back, or a line may quote one that arrived.
REMEMBERED: Final = timedelta(days=60)
# What a line of our bank says of a payout.
SAID: Final = ("reference", "text", "end_to_end_id", "bank_ref", "counterparty")
_WORD: Final = re.compile(r"[^\W_]+")

BY_FILE: Final = "payout_by_file"
BY_ID: Final = "payout_by_id"
BY_AMOUNT: Final = "payout_by_amount"
BY_SENDER: Final = "payout_by_sender"
AMBIGUOUS: Final = "payout_ambiguous"
BACK: Final = "payout_taken_back"
# The line was booked as a receipt, and somebody said of it that it is the payout: no rule moves it.
OF_RECEIPT: Final = "receipt"


class PayoutOf(NamedTuple):
    """The payout that a movement is, our account at the provider, the provider's id of it, and the rule.

    `beside` are the payouts that the movement pays together with it, so that they are one payout from then on.
    """

    payout_id: str
    provider_account: str
    payout_ref: str | None
    rule: str
    beside: tuple[str, ...] = ()


class Arrived(NamedTuple):
    """The payouts that entries of our bank are, by key.

    `sent` are the movements with which providers sent those that are paid together with others, each with its payout.
    """

    payouts: dict[str, PayoutOf]
    sent: dict[str, str]


class KnownPayout(NamedTuple):
    """A payout with what of it was sent and has arrived; below zero, the provider takes money from our bank.

    `came_back` is true if it arrived, and our bank took all of it back. `more_refs` are the provider's other ids of it,
    if it was several payouts that one line paid together.
    """

    payout_id: str
    provider_account: str
    payout_ref: str | None
    currency: str
    sent_minor: int
    arrived_minor: int
    last_on: date
    came_back: bool = False
    more_refs: tuple[str, ...] = ()

    @property
    def refs(self) -> tuple[str, ...]:
        """All ids that the provider gave it."""
        return (() if self.payout_ref is None else (self.payout_ref,)) + self.more_refs

    @property
    def left_minor(self) -> int:
        """What was sent and has not arrived; below zero, more arrived."""
        return self.sent_minor - self.arrived_minor

    @property
    def unannounced(self) -> bool:
        """Whether no file of the provider has shown it yet."""
        return self.payout_ref is None and not self.sent_minor

    def fits(self, currency: str, amount_minor: int, booked_on: date) -> bool:
        """Whether a line of that day and amount may be what of it is under way."""
        return self.is_near(booked_on) and (self.currency, self.left_minor) == (currency, amount_minor)

    def is_near(self, booked_on: date) -> bool:
        """Whether a line of that day may be what of it is under way."""
        return booked_on - BEFORE <= self.last_on <= booked_on + AFTER


class Arrival(NamedTuple):
    """A line of our bank that is a payout's, with its place and its identities.

    `said` are the texts of the line, if its file was read for them. `reason_code` is that of the last who said what the
    movement was, if anybody did.
    """

    payout_id: str
    part_id: str
    bank_account: str
    currency: str
    amount_minor: int
    booked_on: date
    bank_id_key: str | None
    end_to_end_key: str | None
    file: str | None
    statement_no: int | None
    raw_position: str | None
    rule: str
    reason_code: str | None
    said: tuple[str, ...] = ()


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


def texts_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of a line of our bank that may quote a payout's id."""
    return tuple(row[name] for name in SAID if row[name])


def is_long(ref: str) -> bool:
    """Whether an id of a payout is too long to stand in a line by chance."""
    return len(squeezed(ref)) >= _SHORTEST


def long_ids(refs: Iterable[str | None]) -> tuple[str, ...]:
    """Those ids of payouts that no text has by chance, without spaces and signs."""
    return tuple({one: None for one in map(squeezed, refs) if len(one) >= _SHORTEST})


def quoted(said: Iterable[str], ids: Sequence[str]) -> set[str]:
    """Those `long_ids` that texts quote as whole words; none that is only a part of another one of them.

    A bank may divide an id by spaces, signs or line ends, or write it without its own: so the words of an id may be
    divided otherwise, but it begins and ends where words do.
    """
    if not ids:
        return set()
    texts = [words_of(one) for one in said]
    found = {one for one in ids if any(_has_whole(words, one) for words in texts)}
    return {one for one in found if not any(one != other and one in other for other in found)}


def _has_whole(words: Sequence[str], id: str) -> bool:
    """Whether an id, without spaces and signs, is one of these words, or several that follow each other."""
    text = "".join(words)
    if id not in text:
        return False
    ends = {0, *accumulate(map(len, words))}
    return any(start in ends and start + len(id) in ends for start in range(len(text)) if text.startswith(id, start))


def has_word(said: Iterable[str], ref: str) -> bool:
    """Whether texts have an id as a word of its own."""
    return any(has_words(words_of(text), ref) for text in said)


def quotes_alike(said: Iterable[str], ref: str) -> bool:
    """Whether texts have another number of the kind of an id: as long, with the same letters and the same beginning."""
    plain = squeezed(ref)
    if len(plain) < _SHORTEST:
        return False
    return any(_is_alike(word, plain) for text in said for word in words_of(text))


def _is_alike(word: str, ref: str) -> bool:
    half = len(ref) // 2
    return (
        len(word) == len(ref)
        and word != ref
        and word[:half] == ref[:half]
        and all(one == other or (one.isdigit() and other.isdigit()) for one, other in zip(word, ref, strict=True))
    )


def words_of(text: str | None) -> list[str]:
    """The words of a text, in capitals."""
    return [word.upper() for word in _WORD.findall(text or "")]


def has_words(words: Sequence[str], name: str) -> bool:
    """Whether the words of a name stand among the words of a text, one after the other."""
    wanted = words_of(name)
    return bool(wanted) and any(
        words[start : start + len(wanted)] == wanted for start in range(len(words) - len(wanted) + 1)
    )


def squeezed(text: str | None) -> str:
    """A text in capitals, without spaces and signs."""
    return "".join(_WORD.findall(text or "")).upper()
