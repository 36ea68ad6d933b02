"""Finds which payout each payout of a provider's file is: a new one, or one whose line came before the file.

A line that quotes the number of the file's payout is it, whatever its amount, and also if it was taken for another
payout by its amount. Without a number, the only line that waits with the amount is it, unless it quotes another number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import polars as pl

from reconciliation.matching.payouts import (
    AMBIGUOUS,
    BY_AMOUNT,
    BY_FILE,
    BY_SENDER,
    OF_RECEIPT,
    Arrival,
    KnownPayout,
    PayoutOf,
    has_word,
    long_ids,
    payout_id,
    quoted,
    quotes_alike,
    squeezed,
    without_person,
)

RETURNED: Final = "payout_returned"
KINDS: Final = ("payout", RETURNED)
# The rules by which a line is a payout although it does not quote its number.
_GUESSED: Final = (BY_AMOUNT, BY_SENDER, AMBIGUOUS)
_SAID: Final = ("key", "account", "currency", "amount_minor", "bank_ref", "settlement", "kind", "payment_ref")


class Quoting(NamedTuple):
    """A movement of our bank that is another payout in the book, or a receipt, and the key of the payout it quotes."""

    part_id: str
    key: str


@dataclass(slots=True)
class Sent:
    """What the payouts of a file are, by the keys of their entries.

    `joined` are the movements, by key, that waited for these payouts. `quoting` are those that become theirs because
    they quote the numbers, and `receipts` the receipts that do. `unsure` are the movements that wait for a person, each
    with the keys of the payouts that it may be.
    """

    payouts: dict[str, PayoutOf] = field(default_factory=dict)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    quoting: list[Quoting] = field(default_factory=list)
    unsure: dict[str, tuple[str, ...]] = field(default_factory=dict)
    receipts: list[Quoting] = field(default_factory=list)

    @property
    def unsure_keys(self) -> frozenset[str]:
        """The payouts that movements may be which wait for a person."""
        return frozenset(key for keys in self.unsure.values() for key in keys)


def payouts_of(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries of a provider's file that are payouts, or payouts that came back."""
    return entries.filter(pl.col("kind").is_in(KINDS))


def may_be_meant(rows: pl.DataFrame, known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The lines that may be one of a file's payouts: they wait, or are another one only because of the same amount."""
    amounts = {(account, -minor) for account, minor in rows.select("account", "amount_minor").iter_rows()}
    accounts, of = {account for account, _ in amounts}, {one.payout_id: one for one in known}

    def is_meant(line: Arrival) -> bool:
        one = of[line.payout_id]
        waits = one.unannounced and one.provider_account in accounts
        return waits or (_is_guess(line) and (one.provider_account, line.amount_minor) in amounts)

    return [one for one in arrivals if is_meant(one)]


def sent(entries: pl.DataFrame, known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> Sent:
    """Find what the payouts of a file are; `arrivals` are the lines that may be meant, with what they say."""
    rows = [_Row(*one) for one in payouts_of(entries).select(_SAID).iter_rows()]
    return _Sending(rows, known, arrivals).found_of()


class _Row(NamedTuple):
    key: str
    account: str
    currency: str
    amount_minor: int
    bank_ref: str | None
    settlement: str | None
    kind: str
    payment_ref: str | None

    @property
    def ref(self) -> str | None:
        """The provider's id of the payout; what comes back is of the payout that it names."""
        return (self.payment_ref if self.kind == RETURNED else None) or self.bank_ref or self.settlement


class _Sending:
    def __init__(self, rows: Sequence[_Row], known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> None:
        self._rows, self._known = rows, {one.payout_id: one for one in known}
        self._lines: dict[str, list[Arrival]] = {}
        for one in arrivals:
            self._lines.setdefault(one.payout_id, []).append(one)
        ids = long_ids([*(one.ref for one in rows), *(one.payout_ref for one in known)])
        under_way = (one.payout_ref for one in known if one.left_minor)
        self._under_way_ids = set(long_ids([*(one.ref for one in rows), *under_way]))
        self._quoted = {one.part_id: quoted(one.said, ids) for one in arrivals}
        self._named: dict[tuple[str, str | None], str] = {
            (one.provider_account, one.payout_ref): one.payout_id for one in known if one.payout_ref
        }
        self._waiting = {id: one for id, one in self._known.items() if one.unannounced}
        self._sent = Sent()

    def found_of(self) -> Sent:
        """What each of the payouts is: first those that lines quote, then those that amounts tell, then all others."""
        for row in self._open():
            self._quoting(row)
        self._by_amount([one for one in self._open() if self._name(one) not in self._named])
        for row in self._open():
            self._take(row, self._came_back(row) or self._own_id(row))
        # What came back may be of a payout of the same file.
        for row in self._rows:
            if row.key not in self._sent.payouts:
                self._take(row, self._own_id(row))
        return self._sent

    def _open(self) -> list[_Row]:
        """The payouts that are not found yet; what came back of a payout that it names is of no line of ours."""
        return [one for one in self._rows if one.key not in self._sent.payouts and not _names_payout(one)]

    def _take(self, row: _Row, id: str) -> None:
        self._sent.payouts[row.key] = PayoutOf(id, row.account, row.ref, BY_FILE)
        if self._waiting.pop(id, None) is not None:
            self._sent.joined[row.key] = tuple(one.part_id for one in self._lines.get(id, ()))
        if row.ref:
            self._named.setdefault(self._name(row), id)

    def _name(self, row: _Row) -> tuple[str, str | None]:
        return row.account, without_person(row.ref) or row.ref

    def _own_id(self, row: _Row) -> str:
        """The id of a payout that is known by its number, or else is new."""
        known = self._named.get(self._name(row))
        return known or (payout_id(row.account, row.ref) if row.ref else f"{row.account}.{row.key}")

    def _came_back(self, row: _Row) -> str | None:
        """The only payout with the amount that our bank took back, if the provider says so of none by its number."""
        found = [
            id
            for id, one in self._known.items()
            if row.kind == RETURNED
            and one.came_back
            and (one.provider_account, one.currency, one.sent_minor) == (row.account, row.currency, row.amount_minor)
        ]
        return found[0] if len(found) == 1 else None

    def _quoting(self, row: _Row) -> None:
        """Take the payout of a line that quotes the payout's number; all other such lines become that payout's."""
        theirs = [one for one in self._all_lines(row) if self._quotes(one, row)]
        waiting = [one for one in theirs if one.payout_id in self._waiting]
        if not theirs:
            return
        # Of several lines, one that has the amount says under which id the payout is known.
        waiting.sort(key=lambda one: one.amount_minor != -row.amount_minor)
        id = self._own_id(row) if self._name(row) in self._named or not waiting else waiting[0].payout_id
        others = dict.fromkeys(one.payout_id for one in waiting if one.payout_id != id)
        moved = [line for other in others for line in self._lines[other]]
        moved += [one for one in theirs if one.payout_id not in self._waiting and one.payout_id != id]
        self._take(row, id)
        for line in moved:
            self._waiting.pop(line.payout_id, None)
            if line.rule != OF_RECEIPT:
                self._sent.quoting.append(Quoting(line.part_id, row.key))

    def _all_lines(self, row: _Row) -> Iterable[Arrival]:
        """The lines that may be the payout: those that wait, and those that were another one by their amount alone."""
        for id, lines in self._lines.items():
            known = self._known[id]
            if (known.provider_account, known.currency) == (row.account, row.currency):
                yield from (one for one in lines if id in self._waiting or _is_guess(one))

    def _quotes(self, one: Arrival, row: _Row) -> bool:
        ref, ids = row.ref, self._quoted[one.part_id]
        if ref is None:
            return False
        if long_ids([ref]):
            # What has arrived already may be quoted beside it.
            return squeezed(ref) in ids and ids & self._under_way_ids == {squeezed(ref)}
        return not ids and one.amount_minor == -row.amount_minor and has_word(one.said, ref)

    def _by_amount(self, rows: Sequence[_Row]) -> None:
        """Find the payouts that are the only one with the amount of the only line that waits with it."""
        fit = {row.key: [one for one in self._waiting.values() if self._fits(one, row)] for row in rows}
        for row in rows:
            options = fit[row.key]
            if not options:
                continue
            rivals = [key for key, others in fit.items() if options[0] in others]
            if len(options) == len(rivals) == 1 and not self._under_way(options[0]):
                self._take(row, options[0].payout_id)
                continue
            for line in (line for one in options for line in self._lines[one.payout_id] if line.rule != OF_RECEIPT):
                self._sent.unsure[line.part_id] = (*self._sent.unsure.get(line.part_id, ()), row.key)

    def _fits(self, one: KnownPayout, row: _Row) -> bool:
        same = (one.provider_account, one.currency, one.arrived_minor) == (row.account, row.currency, -row.amount_minor)
        return same and not any(self._is_other(line, row.ref) for line in self._lines.get(one.payout_id, ()))

    def _is_other(self, line: Arrival, ref: str | None) -> bool:
        """Whether a line quotes the number of another payout, or another number of its kind."""
        return bool(self._quoted[line.part_id] - {squeezed(ref)}) or (ref is not None and quotes_alike(line.said, ref))

    def _under_way(self, waiting: KnownPayout) -> bool:
        """Whether another payout under way may be the line as well."""
        lines = self._lines[waiting.payout_id]
        return any(
            not known.unannounced
            and known.provider_account == waiting.provider_account
            and known.fits(line.currency, waiting.arrived_minor, line.booked_on)
            and not self._is_other(line, known.payout_ref)
            for known in self._known.values()
            for line in lines
        )


def _names_payout(row: _Row) -> bool:
    return row.kind == RETURNED and row.payment_ref is not None


def _is_guess(one: Arrival) -> bool:
    """Whether a line is a payout only by its amount, and nobody said so."""
    return one.reason_code is None and one.rule in _GUESSED
