"""Finds the lines of our bank that are payouts, and those by which our bank takes a payout back.

A line that quotes the provider's id of a payout is it. Without an id, a line that names the provider is the only payout
under way with its amount, if there is only one such line and one such payout; else it is a payout of its own, until the
provider's file says which one it is. A line that takes back what arrived is of the payout that arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.payouts import (
    AMBIGUOUS,
    BACK,
    BY_AMOUNT,
    BY_ID,
    BY_SENDER,
    Arrival,
    KnownPayout,
    PayoutOf,
    Sender,
    has_word,
    has_words,
    is_long,
    long_ids,
    quoted,
    quotes_alike,
    squeezed,
    texts_of,
    words_of,
)

# By what a line names a provider.
_NAMING: Final = ("currency", "counterparty", "text", "counterparty_account")
# The currency and the amount of a line.
_Money = tuple[str, int]


class _Line(NamedTuple):
    """A line of our bank: our accounts at providers that it names, and whether the bank says that it takes money back.

    `quoted` are the long ids of payouts that it quotes.
    """

    row: Mapping[str, Any]
    said: tuple[str, ...]
    by: list[str]
    back: bool
    quoted: set[str]

    @property
    def key(self) -> str:
        return str(self.row["key"])

    @property
    def currency(self) -> str:
        return str(self.row["currency"])

    @property
    def amount_minor(self) -> int:
        return int(self.row["amount_minor"])


def arrived(
    entries: pl.DataFrame, known: Sequence[KnownPayout], arrivals: Sequence[Arrival], senders: Sequence[Sender]
) -> dict[str, PayoutOf]:
    """The lines of our bank that are of payouts, by key.

    `known` are the payouts under way and those of which something moved lately, and `arrivals` their lines.
    """
    if not senders:
        return {}
    rows = entries.filter(pl.col("part").is_in(PAYMENTS) & pl.col("kind").is_null()).to_dicts()
    ids = long_ids(one.payout_ref for one in known)
    under_way = long_ids(one.payout_ref for one in known if one.left_minor)
    lines = []
    for row in rows:
        said, by = texts_of(row), named(row, senders)
        back = bool(row["reversal"]) or row["return_reason"] is not None
        # Of what has arrived, only such lines can be.
        lines.append(_Line(row, said, by, back, quoted(said, ids if by or back else under_way)))
    return _Arriving(known, arrivals).found_of(lines)


def of_providers(entries: pl.DataFrame, senders: Sequence[Sender]) -> pl.DataFrame:
    """Those lines of a bank's file that may be a payout, or take one back, whatever is known of payouts."""
    lines = entries.filter(pl.col("part").is_in(PAYMENTS) & pl.col("kind").is_null())
    names = [bool(named(row, senders)) for row in lines.select(_NAMING).iter_rows(named=True)]
    naming = lines.filter(pl.Series(names, dtype=pl.Boolean))
    money = set(naming.select("currency", "amount_minor").iter_rows())
    back = lines.filter(pl.col("reversal").fill_null(value=False) | pl.col("return_reason").is_not_null())
    takes = [(currency, -minor) in money for currency, minor in back.select("currency", "amount_minor").iter_rows()]
    both = pl.concat([naming, back.filter(pl.Series(takes, dtype=pl.Boolean))])
    return both.unique("key", maintain_order=True)


def named(row: Mapping[str, Any], senders: Sequence[Sender]) -> list[str]:
    """Our accounts at the providers that a line of our bank names, in its currency."""
    words = [word for name in ("counterparty", "text") for word in words_of(row[name])]
    account = squeezed(row["counterparty_account"])
    return [
        one.provider_account
        for one in senders
        if one.currency == row["currency"]
        and any(squeezed(name) == account or has_words(words, name) for name in one.senders)
    ]


class _Arriving:
    """The lines that are found so far, and the payouts with what has arrived of them by then."""

    def __init__(self, known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> None:
        self._known = {one.payout_id: one for one in known}
        self._arrivals: dict[_Money, list[Arrival]] = {}
        for one in arrivals:
            self._add(one)
        self._found: dict[str, PayoutOf] = {}
        self._taken: set[str] = set()

    def found_of(self, lines: Sequence[_Line]) -> dict[str, PayoutOf]:
        """The payouts of these lines; what arrives is found before what takes it back."""
        self._each(lines, self._by_bank_id)
        self._each(lines, self._by_id)
        left = [one for one in lines if one.key not in self._found]
        self._by_amount(left)
        # What may take back a line of this file waits until the others are found.
        self._each([one for one in left if not one.back and not one.quoted], self._by_sender)
        for find in (self._by_bank_id, self._back_by_id, self._back_by_amount, self._by_sender):
            self._each(left, find)
        return self._found

    def _each(self, lines: Sequence[_Line], find: Callable[[_Line], PayoutOf | None]) -> None:
        for line in lines:
            if line.key not in self._found and (of := find(line)) is not None:
                self._take(line, of)

    def _add(self, one: Arrival) -> None:
        self._arrivals.setdefault((one.currency, one.amount_minor), []).append(one)

    def _take(self, line: _Line, of: PayoutOf) -> None:
        self._found[line.key] = of
        one = self._known.get(of.payout_id)
        if one is None:
            day = line.row["booked_on"]
            one = KnownPayout(of.payout_id, of.provider_account, of.payout_ref, line.currency, 0, 0, day)
        self._known[of.payout_id] = one._replace(arrived_minor=one.arrived_minor + line.amount_minor)
        self._add(_arrival(line, of))
        self._taken.add(of.payout_id)

    def _by_id(self, line: _Line) -> PayoutOf | None:
        """The payout whose id the line quotes, if the line goes the way in which something of it is under way.

        Of a payout that has arrived, the line must also name the provider: it is then paid again, or paid in parts.
        """
        under_way = _only(self._quoted(line, _is_under_way), BY_ID)
        return under_way or _only(self._quoted(line, _goes_on), BY_ID) or self._by_short_id(line)

    def _by_short_id(self, line: _Line) -> PayoutOf | None:
        if not line.by or line.quoted:
            return None
        short = [one for one in self._under_way(line) if one.payout_ref and not is_long(one.payout_ref)]
        return _only([one for one in short if has_word(line.said, one.payout_ref or "")], BY_ID)

    def _back_by_id(self, line: _Line) -> PayoutOf | None:
        return _only(self._quoted(line, self._takes_back), BACK)

    def _takes_back(self, line: _Line, one: KnownPayout) -> bool:
        """Whether a line may take back of a payout that arrived; a bank may keep something of it."""
        other_way = (one.arrived_minor > 0) != (line.amount_minor > 0)
        enough = abs(line.amount_minor) <= abs(one.arrived_minor)
        return other_way and enough and (line.back or one.provider_account in line.by)

    def _quoted(self, line: _Line, fits: Callable[[_Line, KnownPayout], bool]) -> list[KnownPayout]:
        of_line = [
            one
            for one in self._known.values()
            if line.quoted and one.payout_ref and squeezed(one.payout_ref) in line.quoted
        ]
        return [one for one in of_line if one.currency == line.currency and fits(line, one)]

    def _by_bank_id(self, line: _Line) -> PayoutOf | None:
        """The payout that the line takes back, for the bank gives it the id of the line with which that arrived."""
        return _only(self._taken_back(line, _is_same), BACK)

    def _back_by_amount(self, line: _Line) -> PayoutOf | None:
        if not line.back:
            return None
        found = self._taken_back(line, self._names_sender)
        return _only(found, BACK) or (_of_own(line, AMBIGUOUS) if found and len(line.by) == 1 else None)

    def _names_sender(self, one: Arrival, line: _Line) -> bool:
        return self._known[one.payout_id].provider_account in line.by

    def _taken_back(self, line: _Line, is_meant: Callable[[Arrival, _Line], bool]) -> list[KnownPayout]:
        """The payouts of lines of the other direction that are all still there, and that the line may mean."""
        of = [
            one
            for one in self._arrivals.get((line.currency, -line.amount_minor), ())
            if one.bank_account == line.row["account"]
            and one.booked_on <= line.row["booked_on"]
            and is_meant(one, line)
        ]
        return [known for known in (self._known[one.payout_id] for one in of) if self._is_there(line, known)]

    def _is_there(self, line: _Line, one: KnownPayout) -> bool:
        return one.arrived_minor * -line.amount_minor >= line.amount_minor * line.amount_minor

    def _by_amount(self, lines: Sequence[_Line]) -> None:
        """Find the lines that are the only one of the only payout under way with their amount."""
        of_providers = [line for line in lines if line.by]
        fit = {line.key: [one for one in self._under_way(line) if not _excluded(line, one)] for line in of_providers}
        for line in of_providers:
            options = fit[line.key]
            if not options:
                continue
            rivals = [key for key, others in fit.items() if options[0] in others]
            if len(options) == len(rivals) == 1 and not self._waiting_for(options[0], line):
                self._take(line, _of(options[0], BY_AMOUNT))
            elif len(line.by) == 1 and not line.back:
                self._take(line, _of_own(line, AMBIGUOUS))

    def _under_way(self, line: _Line) -> list[KnownPayout]:
        """The payouts under way with the line's amount, at a provider that it names, of which no other line is."""
        return [
            one
            for one in self._known.values()
            if one.payout_id not in self._taken
            and not one.unannounced
            and one.provider_account in line.by
            and one.fits(line.currency, line.amount_minor, line.row["booked_on"])
        ]

    def _waiting_for(self, payout: KnownPayout, line: _Line) -> bool:
        """Whether a line that arrived before waits for its file, and may be the payout as well as this one."""
        return any(
            (known := self._known[one.payout_id]).unannounced
            and known.provider_account == payout.provider_account
            and known.arrived_minor == one.amount_minor == payout.left_minor
            and payout.fits(one.currency, one.amount_minor, one.booked_on)
            and not (payout.payout_ref and quotes_alike(one.said, payout.payout_ref))
            for one in self._arrivals.get((line.currency, line.amount_minor), ())
            if one.payout_id not in self._taken
        )

    def _by_sender(self, line: _Line) -> PayoutOf | None:
        return _of_own(line, BY_SENDER) if len(line.by) == 1 else None


def _is_under_way(line: _Line, one: KnownPayout) -> bool:
    return one.left_minor * line.amount_minor > 0


def _goes_on(line: _Line, one: KnownPayout) -> bool:
    return one.arrived_minor * line.amount_minor > 0 and one.provider_account in line.by


def _excluded(line: _Line, one: KnownPayout) -> bool:
    """Whether a line is not a payout, because it quotes the id of another one, or another number of that kind."""
    if one.payout_ref is None:
        return False
    return bool(line.quoted - {squeezed(one.payout_ref)}) or quotes_alike(line.said, one.payout_ref)


def _is_same(one: Arrival, line: _Line) -> bool:
    """Whether a line has the bank's id of another, or is called its reversal under the same end-to-end id."""
    ids = [(one.bank_id_key, line.row.get("bank_id_key"))]
    if line.back:
        ids.append((one.end_to_end_key, line.row.get("end_to_end_key")))
    return any(mine is not None and mine == other for mine, other in ids)


def _only(found: Sequence[KnownPayout], rule: str) -> PayoutOf | None:
    distinct = {one.payout_id for one in found}
    return _of(found[0], rule) if len(distinct) == 1 else None


def _of(one: KnownPayout, rule: str) -> PayoutOf:
    return PayoutOf(one.payout_id, one.provider_account, one.payout_ref, rule)


def _of_own(line: _Line, rule: str) -> PayoutOf:
    return PayoutOf(f"{line.by[0]}.{line.key}", line.by[0], None, rule)


def _arrival(line: _Line, of: PayoutOf) -> Arrival:
    row = line.row
    ids = (row.get("bank_id_key"), row.get("end_to_end_key"))
    place = (None, row.get("statement_no"), row.get("raw_position"))
    money = (row["account"], line.currency, line.amount_minor, row["booked_on"])
    return Arrival(of.payout_id, line.key, *money, *ids, *place, of.rule, None, line.said)
