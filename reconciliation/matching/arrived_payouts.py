"""Finds the lines of our bank that are payouts, and those by which our bank takes a payout back.

A line that quotes the provider's id of a payout is it, and one that quotes several may pay them together. Without an
id, a line that names the provider is the only payout under way with its amount, if there is only one such line and one
such payout; else it is a payout of its own, until the provider's file says which one it is. A line that takes back what
arrived is of the payout that arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from reconciliation.matching.paid_together import Option, paid
from reconciliation.matching.payout_lines import PayoutLine, lines_of
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
    is_long,
    long_ids,
    quotes_alike,
    squeezed,
)

# The currency and the amount of a line.
_Money = tuple[str, int]


def arrived(
    entries: pl.DataFrame, known: Sequence[KnownPayout], arrivals: Sequence[Arrival], senders: Sequence[Sender]
) -> dict[str, PayoutOf]:
    """The lines of our bank that are of payouts, by key.

    `known` are the payouts under way and those of which something moved lately, and `arrivals` their lines.
    """
    if not senders:
        return {}
    ids = long_ids(ref for one in known for ref in one.refs)
    under_way = long_ids(ref for one in known if one.left_minor for ref in one.refs)
    return _Arriving(known, arrivals).found_of(list(lines_of(entries, ids, under_way, senders)))


class _Arriving:
    """The lines that are found so far, and the payouts with what has arrived of them by then."""

    def __init__(self, known: Sequence[KnownPayout], arrivals: Sequence[Arrival]) -> None:
        self._known = {one.payout_id: one for one in known}
        self._arrivals: dict[_Money, list[Arrival]] = {}
        for one in arrivals:
            self._add(one)
        self._found: dict[str, PayoutOf] = {}
        self._taken: set[str] = set()

    def found_of(self, lines: Sequence[PayoutLine]) -> dict[str, PayoutOf]:
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

    def _each(self, lines: Sequence[PayoutLine], find: Callable[[PayoutLine], PayoutOf | None]) -> None:
        for line in lines:
            if line.key not in self._found and (of := find(line)) is not None:
                self._take(line, of)

    def _add(self, one: Arrival) -> None:
        self._arrivals.setdefault((one.currency, one.amount_minor), []).append(one)

    def _take(self, line: PayoutLine, of: PayoutOf) -> None:
        self._found[line.key] = of
        one = self._known.get(of.payout_id)
        if one is None:
            day = line.row["booked_on"]
            one = KnownPayout(of.payout_id, of.provider_account, of.payout_ref, line.currency, 0, 0, day)
        for beside in (self._known[id] for id in of.beside):
            more = (*one.more_refs, *beside.refs)
            one = one._replace(sent_minor=one.sent_minor + beside.sent_minor, more_refs=more)
            # What came and went of it before stays there.
            self._known[beside.payout_id] = beside._replace(sent_minor=0, payout_ref=None, more_refs=())
        self._known[of.payout_id] = one._replace(arrived_minor=one.arrived_minor + line.amount_minor)
        self._add(_arrival(line, of))
        self._taken.add(of.payout_id)

    def _by_id(self, line: PayoutLine) -> PayoutOf | None:
        """The payouts under way whose ids the line quotes, if it may pay them.

        Of a payout that has arrived, the line must also name the provider: it is then paid again, or paid in parts.
        """
        quoted = self._quoted(line, _is_under_way)
        return self._paid(line, quoted) or _only(self._quoted(line, _goes_on), BY_ID) or self._by_short_ids(line)

    def _by_short_ids(self, line: PayoutLine) -> PayoutOf | None:
        """The payouts under way whose short ids are words of a line that names the provider, with their very amount."""
        if not line.by or line.quoted:
            return None
        on = line.row["booked_on"]
        short = [one for one in self._known.values() if one.payout_ref and not is_long(one.payout_ref)]
        named = [one for one in short if one.provider_account in line.by and one.is_near(on) and one.left_minor]
        found = self._paid(line, [one for one in named if has_word(line.said, one.payout_ref or "")])
        taken = [self._known[id] for id in (found.payout_id, *found.beside)] if found else []
        return found if sum(one.left_minor for one in taken) == line.amount_minor else None

    def _paid(self, line: PayoutLine, payouts: Sequence[KnownPayout]) -> PayoutOf | None:
        """What the line pays of these payouts, whose ids it quotes."""
        options = [Option(one, one.left_minor, bool(one.arrived_minor)) for one in payouts]
        if len({one.provider_account for one in payouts}) > 1 or not (found := paid(options, line.amount_minor)):
            return None
        return _of(found[0], BY_ID)._replace(beside=tuple(one.payout_id for one in found[1:]))

    def _back_by_id(self, line: PayoutLine) -> PayoutOf | None:
        return _only(self._quoted(line, self._takes_back), BACK)

    def _takes_back(self, line: PayoutLine, one: KnownPayout) -> bool:
        """Whether a line may take back of a payout that arrived; a bank may keep something of it."""
        other_way = (one.arrived_minor > 0) != (line.amount_minor > 0)
        enough = abs(line.amount_minor) <= abs(one.arrived_minor)
        return other_way and enough and (line.back or one.provider_account in line.by)

    def _quoted(self, line: PayoutLine, fits: Callable[[PayoutLine, KnownPayout], bool]) -> list[KnownPayout]:
        of_line = [
            one for one in self._known.values() if line.quoted and any(squeezed(ref) in line.quoted for ref in one.refs)
        ]
        return [one for one in of_line if one.currency == line.currency and fits(line, one)]

    def _by_bank_id(self, line: PayoutLine) -> PayoutOf | None:
        """The payout that the line takes back, for the bank gives it the id of the line with which that arrived."""
        return _only(self._taken_back(line, _is_same), BACK)

    def _back_by_amount(self, line: PayoutLine) -> PayoutOf | None:
        if not line.back:
            return None
        found = self._taken_back(line, self._names_sender)
        return _only(found, BACK) or (_of_own(line, AMBIGUOUS) if found and len(line.by) == 1 else None)

    def _names_sender(self, one: Arrival, line: PayoutLine) -> bool:
        return self._known[one.payout_id].provider_account in line.by

    def _taken_back(self, line: PayoutLine, is_meant: Callable[[Arrival, PayoutLine], bool]) -> list[KnownPayout]:
        """The payouts of lines of the other direction that are all still there, and that the line may mean."""
        of = [
            one
            for one in self._arrivals.get((line.currency, -line.amount_minor), ())
            if one.bank_account == line.row["account"]
            and one.booked_on <= line.row["booked_on"]
            and is_meant(one, line)
        ]
        return [known for known in (self._known[one.payout_id] for one in of) if self._is_there(line, known)]

    def _is_there(self, line: PayoutLine, one: KnownPayout) -> bool:
        return one.arrived_minor * -line.amount_minor >= line.amount_minor * line.amount_minor

    def _by_amount(self, lines: Sequence[PayoutLine]) -> None:
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

    def _under_way(self, line: PayoutLine) -> list[KnownPayout]:
        """The payouts under way with the line's amount, at a provider that it names, of which no other line is."""
        return [
            one
            for one in self._known.values()
            if one.payout_id not in self._taken
            and not one.unannounced
            and one.provider_account in line.by
            and one.fits(line.currency, line.amount_minor, line.row["booked_on"])
        ]

    def _waiting_for(self, payout: KnownPayout, line: PayoutLine) -> bool:
        """Whether a line that arrived before waits for its file, and may be the payout as well as this one."""
        return any(
            (known := self._known[one.payout_id]).unannounced
            and known.provider_account == payout.provider_account
            and known.arrived_minor == one.amount_minor == payout.left_minor
            and payout.fits(one.currency, one.amount_minor, one.booked_on)
            and not any(quotes_alike(one.said, ref) for ref in payout.refs)
            for one in self._arrivals.get((line.currency, line.amount_minor), ())
            if one.payout_id not in self._taken
        )

    def _by_sender(self, line: PayoutLine) -> PayoutOf | None:
        return _of_own(line, BY_SENDER) if len(line.by) == 1 else None


def _is_under_way(line: PayoutLine, one: KnownPayout) -> bool:
    return one.left_minor != 0


def _goes_on(line: PayoutLine, one: KnownPayout) -> bool:
    return one.arrived_minor * line.amount_minor > 0 and one.provider_account in line.by


def _excluded(line: PayoutLine, one: KnownPayout) -> bool:
    """Whether a line is not a payout, because it quotes the id of another one, or another number of that kind."""
    if not one.refs:
        return False
    return bool(line.quoted - set(map(squeezed, one.refs))) or any(quotes_alike(line.said, ref) for ref in one.refs)


def _is_same(one: Arrival, line: PayoutLine) -> bool:
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


def _of_own(line: PayoutLine, rule: str) -> PayoutOf:
    return PayoutOf(f"{line.by[0]}.{line.key}", line.by[0], None, rule)


def _arrival(line: PayoutLine, of: PayoutOf) -> Arrival:
    row = line.row
    ids = (row.get("bank_id_key"), row.get("end_to_end_key"))
    place = (None, row.get("statement_no"), row.get("raw_position"))
    money = (row["account"], line.currency, line.amount_minor, row["booked_on"])
    return Arrival(of.payout_id, line.key, *money, *ids, *place, of.rule, None, line.said)
