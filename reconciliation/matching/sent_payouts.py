"""Finds which payout each payout of a provider's file is: a new one, or one whose line came before the file.

A line that quotes the number of the file's payout is it, whatever its amount, and also if it was taken for another
payout by its amount. A line that quotes several numbers may pay them together. Without a number, the only line that
waits with the amount is it, unless it quotes another number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import polars as pl

from reconciliation.matching.paid_together import Option, paid
from reconciliation.matching.payout_rows import RETURNED, PayoutRow, rows_of
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
    is_long,
    long_ids,
    payout_id,
    quoted,
    quotes_alike,
    squeezed,
    without_person,
)

# The rules by which a line is a payout although it does not quote its number.
_GUESSED: Final = (BY_AMOUNT, BY_SENDER, AMBIGUOUS)


class Beside(NamedTuple):
    """The payout with which a line paid another one, and the key of the first payout of the file that it paid."""

    payout_id: str
    key: str


class Quoting(NamedTuple):
    """A movement of our bank that is another payout in the book, or a receipt, and the key of the payout it quotes."""

    part_id: str
    key: str


@dataclass(slots=True)
class Sent:
    """What the payouts of a file are, by the keys of their entries.

    `joined` are the movements, by key, that waited for these payouts. `quoting` are those that become theirs because
    they quote the numbers, and `receipts` the receipts that do. `beside` says of payouts, by id, with which other one a
    line paid them together, and `parts` are the movements, by id, with which such payouts were sent before this file.
    `unsure` are the movements that wait for a person, each with the keys of the payouts that it may be.
    """

    payouts: dict[str, PayoutOf] = field(default_factory=dict)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    quoting: list[Quoting] = field(default_factory=list)
    unsure: dict[str, tuple[str, ...]] = field(default_factory=dict)
    receipts: list[Quoting] = field(default_factory=list)
    beside: dict[str, Beside] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    def payout_of(self, key: str) -> str:
        """The payout whose one of the file's payouts is in the end."""
        id = self.payouts[key].payout_id
        return self.beside[id].payout_id if id in self.beside else id

    @property
    def unsure_keys(self) -> frozenset[str]:
        """The payouts that movements may be which wait for a person."""
        return frozenset(key for keys in self.unsure.values() for key in keys)


def may_be_meant(rows: pl.DataFrame, known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The lines that may be one of a file's payouts: they wait, or are another one only because of the same amount.

    A line of another amount than its payout may have paid one of the file's besides.
    """
    amounts = {(account, -minor) for account, minor in rows.select("account", "amount_minor").iter_rows()}
    accounts, of = {account for account, _ in amounts}, {one.payout_id: one for one in known}

    def is_meant(line: Arrival) -> bool:
        one = of[line.payout_id]
        waits = (one.unannounced or one.left_minor) and one.provider_account in accounts
        return bool(waits) or (_is_guess(line) and (one.provider_account, line.amount_minor) in amounts)

    return [one for one in arrivals if is_meant(one)]


def sent(entries: pl.DataFrame, known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> Sent:
    """Find what the payouts of a file are; `arrivals` are the lines that may be meant, with what they say."""
    return _Sending(rows_of(entries), known, arrivals).found_of()


class _Sending:
    def __init__(self, rows: Sequence[PayoutRow], known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> None:
        self._rows, self._known = rows, {one.payout_id: one for one in known}
        self._lines: dict[str, list[Arrival]] = {}
        for one in arrivals:
            self._lines.setdefault(one.payout_id, []).append(one)
        ids = long_ids([*(one.ref for one in rows), *(ref for one in known for ref in one.refs)])
        under_way = (ref for one in known if one.left_minor for ref in one.refs)
        self._under_way_ids = set(long_ids([*(one.ref for one in rows), *under_way]))
        self._quoted = {one.part_id: quoted(one.said, ids) for one in arrivals}
        self._named: dict[tuple[str, str | None], str] = {
            (one.provider_account, ref): one.payout_id for one in known for ref in one.refs
        }
        self._waiting = {id: one for id, one in self._known.items() if one.unannounced}
        self._sent = Sent()

    def found_of(self) -> Sent:
        """What each of the payouts is: first those that lines quote, then those that amounts tell, then all others."""
        for line in [line for lines in self._lines.values() for line in lines]:
            self._together(line)
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

    def _open(self) -> list[PayoutRow]:
        """The payouts that are not found yet; what came back of a payout that it names is of no line of ours."""
        return [one for one in self._rows if one.key not in self._sent.payouts and not one.names_payout]

    def _take(self, row: PayoutRow, id: str) -> None:
        self._sent.payouts[row.key] = PayoutOf(id, row.account, row.ref, BY_FILE)
        if self._waiting.pop(id, None) is not None:
            self._sent.joined[row.key] = tuple(one.part_id for one in self._lines.get(id, ()))
        if row.ref:
            self._named.setdefault(self._name(row), id)

    def _name(self, row: PayoutRow) -> tuple[str, str | None]:
        return row.account, without_person(row.ref) or row.ref

    def _own_id(self, row: PayoutRow) -> str:
        """The id of a payout that is known by its number, or else is new."""
        known = self._named.get(self._name(row))
        return known or (payout_id(row.account, row.ref) if row.ref else f"{row.account}.{row.key}")

    def _came_back(self, row: PayoutRow) -> str | None:
        """The only payout with the amount that our bank took back, if the provider says so of none by its number."""
        found = [
            id
            for id, one in self._known.items()
            if row.kind == RETURNED
            and one.came_back
            and (one.provider_account, one.currency, one.sent_minor) == (row.account, row.currency, row.amount_minor)
        ]
        return found[0] if len(found) == 1 else None

    def _together(self, line: Arrival) -> None:
        """Take the payouts that a line pays which quotes several numbers."""
        options = self._options(line)
        found = paid(options, line.amount_minor) if len(options) > 1 else []
        if not self._quoted[line.part_id] and sum(one.left_minor for one in options) != line.amount_minor:
            # Short numbers may stand there by chance.
            return
        if any(isinstance(one, KnownPayout) and one.arrived_minor and one.payout_id != line.payout_id for one in found):
            # What arrived of that one by another line is not this one's.
            return
        rows = [one for one in found if isinstance(one, PayoutRow)]
        waits = line.payout_id in self._waiting
        stays = waits or self._known[line.payout_id] in found
        if not rows or not (stays or _is_movable(line)):
            return
        first = rows[0]
        id = line.payout_id if stays else self._own_id(first)
        for row in rows:
            is_it = row is first and waits and self._name(row) not in self._named
            self._take(row, id if is_it else self._own_id(row))
        others = [self._sent.payouts[row.key].payout_id for row in rows]
        others += [one.payout_id for one in found if isinstance(one, KnownPayout)]
        self._sent.beside.update({other: Beside(id, first.key) for other in others if other != id})
        self._waiting.pop(id, None)
        ids = self._quoted[line.part_id]
        alike = [one for one in self._all_waiting() if ids and self._quoted[one.part_id] == ids]
        for one in [*alike, *(() if stays else (line,))]:
            self._sent.quoting.append(Quoting(one.part_id, first.key))
            self._waiting.pop(one.payout_id, None)

    def _all_waiting(self) -> list[Arrival]:
        return [one for id in self._waiting for one in self._lines.get(id, ()) if one.rule != OF_RECEIPT]

    def _options(self, line: Arrival) -> list[Option[PayoutRow | KnownPayout]]:
        """The payouts whose numbers a line quotes: of the file, under way, and the one whose it is with more left."""
        here = self._known[line.payout_id]
        money = (here.provider_account, here.currency)
        options: list[Option[PayoutRow | KnownPayout]] = [
            Option(row, -row.amount_minor)
            for row in self._open()
            if (row.account, row.currency) == money and self._names(line, row.ref)
        ]
        for one in self._known.values() if options else ():
            arrived = one.arrived_minor - (line.amount_minor if one is here else 0)
            is_free = one.left_minor and one.payout_id not in self._sent.beside
            is_ours = is_free and (one.provider_account, one.currency) == money
            if is_ours and any(self._names(line, ref) for ref in one.refs):
                options.append(Option(one, one.sent_minor - arrived, bool(arrived)))
        return options

    def _names(self, line: Arrival, ref: str | None) -> bool:
        """Whether a line quotes the number of a payout under way, beside others."""
        ids = self._quoted[line.part_id]
        if ref is None or is_long(ref):
            return squeezed(ref) in ids & self._under_way_ids
        return not ids and has_word(line.said, ref)

    def _quoting(self, row: PayoutRow) -> None:
        """Take the payout of a line that quotes the payout's number; all other such lines become that payout's."""
        theirs = [one for one in self._all_lines(row) if self._quotes(one, row)]
        waiting = [one for one in theirs if one.payout_id in self._waiting]
        if not any(one.amount_minor * row.amount_minor < 0 for one in theirs):
            # One that goes the other way may pay it together with another one that is not there yet.
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

    def _all_lines(self, row: PayoutRow) -> Iterable[Arrival]:
        """The lines that may be the payout: those that wait, and those that were another one by their amount alone."""
        for id, lines in self._lines.items():
            known = self._known[id]
            if (known.provider_account, known.currency) == (row.account, row.currency):
                yield from (one for one in lines if id in self._waiting or _is_guess(one))

    def _quotes(self, one: Arrival, row: PayoutRow) -> bool:
        ref, ids = row.ref, self._quoted[one.part_id]
        if ref is None:
            return False
        if long_ids([ref]):
            # What has arrived already may be quoted beside it.
            return squeezed(ref) in ids and ids & self._under_way_ids == {squeezed(ref)}
        return not ids and one.amount_minor == -row.amount_minor and has_word(one.said, ref)

    def _by_amount(self, rows: Sequence[PayoutRow]) -> None:
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

    def _fits(self, one: KnownPayout, row: PayoutRow) -> bool:
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


def _is_movable(one: Arrival) -> bool:
    """Whether nobody said what a line is, and it is no receipt."""
    return one.reason_code is None and one.rule != OF_RECEIPT


def _is_guess(one: Arrival) -> bool:
    """Whether a line is a payout only by its amount, and nobody said so."""
    return one.reason_code is None and one.rule in _GUESSED
