"""Vouchers: what one command posted on one accounting date, with its number within the fiscal year.

The number is the rank of the voucher's first posting, by position, among those of the same fiscal year. Later facts
have higher positions, so a voucher that was recorded later never changes an earlier number. Opening balances are no
vouchers, so they have no number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from ledger.domain.chart_of_accounts import Leg, roles_of
from ledger.domain.terms.fiscal_year import fiscal_year

if TYPE_CHECKING:
    from ledger import Journal, Recorded
    from ledger.domain.catalogue import Catalogue

# Facts per page.
PAGE: Final = 10_000
_OPENING: Final = frozenset(roles_of("equity"))


class VoucherLine(NamedTuple):
    """A leg of a fact; `corrects` names the earlier fact of the same document, as stream@version, that it corrects."""

    recorded: Recorded
    leg: Leg
    corrects: str | None = None


class Voucher(NamedTuple):
    """All postings of one command on one accounting date; an opening balance has no number."""

    year_from: date
    number: int | None
    accounting_date: date
    lines: tuple[VoucherLine, ...]

    @property
    def first(self) -> Recorded:
        """The first fact that posts."""
        return self.lines[0].recorded


class Numbering:
    """Gives vouchers their numbers, while pages of whole saves pass in the order of the journal."""

    def __init__(self, catalogue: Catalogue, first_month: int) -> None:
        self._catalogue = catalogue
        self._first_month = first_month
        self._given: Counter[date] = Counter()

    def vouchers(self, page: Iterable[Recorded], corrected: Mapping[int, str]) -> list[Voucher]:
        """The vouchers of a page, which must have all facts of each of its commands.

        `corrected` names, by the position of a fact, what that fact corrects.
        """
        found: dict[tuple[str, date], list[VoucherLine]] = {}
        for one in page:
            legs = [leg for leg in self._catalogue.legs(one.fact) if leg.amount_minor]
            if legs:
                lines = found.setdefault((one.envelope.key, one.envelope.accounting_date), [])
                lines.extend(VoucherLine(one, leg, corrected.get(one.position)) for leg in legs)
        return [self._numbered(on, tuple(lines)) for (_, on), lines in found.items()]

    def _numbered(self, on: date, lines: tuple[VoucherLine, ...]) -> Voucher:
        year_from, _ = fiscal_year(on, self._first_month)
        if any(line.leg.role in _OPENING for line in lines):
            return Voucher(year_from, None, on, lines)
        self._given[year_from] += 1
        return Voucher(year_from, self._given[year_from], on, lines)


def vouchers_of(
    journal: Journal, positions: tuple[int, int], first_month: int, days: tuple[date, date]
) -> Iterator[list[Voucher]]:
    """The vouchers whose accounting dates are within the given days, page by page, in the order of the journal.

    All postings of the fiscal years of these days are after the first of the given positions, and all postings of these
    days are at or before the second.
    """
    numbering = Numbering(journal.catalogue, first_month)
    for page in whole_saves(journal, *positions):
        within = [one for one in page if days[0] <= one.envelope.accounting_date <= days[1]]
        made = numbering.vouchers(page, _corrected(journal, within))
        shown = [one for one in made if days[0] <= one.accounting_date <= days[1]]
        if shown:
            yield shown


def whole_saves(journal: Journal, after: int, upto: int, size: int = PAGE) -> Iterator[list[Recorded]]:
    """The facts after a position up to another one, both ends of saves, in pages that split no command's facts."""
    waiting: list[Recorded] = []
    for page in journal.replay(after, upto, page=size):
        waiting += page
        end = journal.end_of_save(waiting[-1].position)
        whole = [one for one in waiting if one.position <= end]
        if whole:
            waiting = waiting[len(whole) :]
            yield whole
    if waiting:
        yield waiting


def _corrected(journal: Journal, facts: Sequence[Recorded]) -> dict[int, str]:
    """What each fact corrects that corrects a recorded voucher."""
    legs = journal.catalogue.legs
    correcting = [one for one in facts if one.envelope.corrects is not None and one.version > 1 and legs(one.fact)]
    streams = journal.read({one.stream for one in correcting}) if correcting else {}
    found = {one.position: corrected_by(one, streams.get(one.stream, ()), journal.catalogue) for one in correcting}
    return {position: name for position, name in found.items() if name is not None}


def corrected_by(one: Recorded, stream: Iterable[Recorded], catalogue: Catalogue) -> str | None:
    """The newest earlier fact of the same stream whose whole posting the given one takes back, or else a part of it."""
    taken = _amounts(catalogue.legs(one.fact))
    earlier = [(fact, _amounts(catalogue.legs(fact.fact))) for fact in stream if fact.version < one.version]
    for whole in (True, False):
        for fact, posted in reversed(earlier):
            back = [key for key, amount in taken.items() if posted[key] and (posted[key] > 0) != (amount > 0)]
            exactly = len(taken) == len(posted) == len(back) and all(posted[key] == -taken[key] for key in back)
            if exactly if whole else back:
                return f"{fact.stream}@{fact.version}"
    return None


def _amounts(legs: Iterable[Leg]) -> Counter[Leg]:
    sums: Counter[Leg] = Counter()
    for leg in legs:
        sums[replace(leg, amount_minor=0, base_minor=0)] += leg.amount_minor
    return sums
