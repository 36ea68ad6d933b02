"""The chain of a bank account's statements: how far the bank's balance is proven, and what is missing in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, takewhile
from typing import Any, NamedTuple

from ledger.domain.bank.span import Span


class Gap(NamedTuple):
    """Money that no loaded statement shows: one statement closes with a balance, and the next opens with another.

    `after_on` is the last day before the gap, and `before_on` the first day after it; both are the same day if the
    missing statement is of the middle of a day.
    """

    after_on: date
    before_on: date
    closing_minor: int
    opening_minor: int
    sequences: tuple[str | None, str | None]

    @property
    def amount_minor(self) -> int:
        """The sum of what is missing."""
        return self.opening_minor - self.closing_minor


class Dispute(NamedTuple):
    """A statement that the bank sent again with fewer lines and another closing balance: perhaps it was corrected.

    `closing_minor` is the closing balance that counts, and `other_minor` the one that came last.
    """

    from_on: date
    to_on: date
    sequence: str | None
    closing_minor: int
    other_minor: int


class Chain(NamedTuple):
    """The bank's balance at the end of a day, the balance from which it was counted, and the gaps between the two.

    Which statement is `disputed` is open until the next statement begins with one of its closing balances.
    """

    through_on: date
    balance_minor: int
    begun_minor: int
    gaps: tuple[Gap, ...]
    disputed: tuple[Dispute, ...] = ()


_OfDays = tuple[tuple[date, date], list[Mapping[str, Any]]]


class _Reached(NamedTuple):
    on: date
    balance_minor: int
    sequence: str | None


def chain(statements: Iterable[Mapping[str, Any]], opening: tuple[date, int] | None) -> Chain | None:
    """The chain of an account's statements with balances; None if there are none.

    `opening` is the day and the amount of the account's opening balance. Without one, the chain begins with the
    opening balance of the first statement. Each statement has from_on, to_on,
    opening_minor, closing_minor, statement_id, sequence, incoming_minor and lines; those that came last are last.
    """
    dated = [one for one in statements if one["to_on"] is not None and one["closing_minor"] is not None]
    reached = None if opening is None else _Reached(*opening, None)
    begun = None if opening is None else opening[1]
    gaps: list[Gap] = []
    disputed: list[Dispute] = []
    walked: list[Span] = []
    by_days = [(days, _once(alike)) for days, alike in groupby(sorted(dated, key=_days), key=_days)]
    for number, ((first, last), waiting) in enumerate(by_days):
        onward = _onward(last, by_days[number + 1 :])
        while waiting:
            one = _following(waiting, reached, onward)
            disputed += _disputed(one, waiting, onward)
            waiting.remove(one)
            sequence, span = one["sequence"], _span(one)
            walked = [other for other in walked if other.to_on >= first]
            apart = bool(walked) and all(span.is_apart(other) for other in walked)
            walked.append(span)
            if reached is None or begun is None:
                reached, begun = _Reached(last, one["closing_minor"], sequence), one["opening_minor"]
                continue
            joins = one["opening_minor"] == reached.balance_minor and last >= reached.on
            if not joins and last <= reached.on and not apart:
                continue
            if not joins and (first > reached.on or apart):
                sequences = (reached.sequence, sequence)
                gaps.append(Gap(reached.on, first, reached.balance_minor, one["opening_minor"], sequences))
            reached = _Reached(last, one["closing_minor"], sequence)
    if reached is None or begun is None:
        return None
    return Chain(reached.on, reached.balance_minor, begun, tuple(gaps), tuple(disputed))


def _once(alike: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Statements with the same days, without those that came again later with the same number and balances."""
    kept: list[Mapping[str, Any]] = []
    for one in alike:
        again = [other for other in kept if one["sequence"] and _said(one) == _said(other)]
        kept = [other for other in kept if other not in again]
        kept.append(one)
    return kept


def _said(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return _number(one), one["opening_minor"], one["closing_minor"]


def _onward(last: date, later: Sequence[_OfDays]) -> set[int]:
    """The opening balances of the next statements that begin after a day."""
    begins = next((first for (first, _), _ in later if first > last), None)
    following = takewhile(lambda one: one[0][0] <= begins, later) if begins else ()
    return {one["opening_minor"] for (first, _), alike in following if first == begins for one in alike}


def _disputed(one: Mapping[str, Any], alike: Iterable[Mapping[str, Any]], onward: Collection[int]) -> Iterator[Dispute]:
    """What came after a statement under its id and number, with fewer lines, unless a later statement decides.

    `onward` are the opening balances of the next statements.
    """
    named = [other for other in alike if _name(other) is not None and _name(other) == _name(one)]
    newest = named[-1] if named else one
    differs = newest["lines"] < one["lines"] and newest["closing_minor"] != one["closing_minor"]
    if differs and one["closing_minor"] not in onward:
        yield Dispute(*_days(one), one["sequence"], one["closing_minor"], newest["closing_minor"])


def _name(one: Mapping[str, Any]) -> tuple[Any, ...] | None:
    said = one["statement_id"], one["sequence"]
    return None if None in said else (*said, one["opening_minor"])


def _following(alike: list[Mapping[str, Any]], reached: _Reached | None, onward: Collection[int]) -> Mapping[str, Any]:
    """The next of the statements with the same days: the one that the balances join best.

    It begins with the balance that was reached, and another begins where it ends. Of statements between which one is
    missing, or whose balance comes back, the one with the lowest number comes first. If a bank sends a day twice, first
    in part, the one is right with whose closing balance a later statement begins, else the one with more lines, and of
    these the one that came last. `onward` are the opening balances of the next statements.
    """
    openings, closings = ({one[name] for one in alike} for name in ("opening_minor", "closing_minor"))

    def joined(one: Mapping[str, Any]) -> tuple[bool, bool, bool, bool, int]:
        begins = (
            one["opening_minor"] not in closings if reached is None else one["opening_minor"] == reached.balance_minor
        )
        span, number = _span(one), _number(one)
        lower = [other for other in alike if other["sequence"] and _number(other) < number]
        follows = any(span.is_apart(_span(other)) or other["closing_minor"] == one["opening_minor"] for other in lower)
        return begins, not follows, one["closing_minor"] in openings, one["closing_minor"] in onward, one["lines"]

    best = max(map(joined, alike))
    return [one for one in alike if joined(one) == best][-1]


def _span(one: Mapping[str, Any]) -> Span:
    balances = one["opening_minor"], one["closing_minor"], one["incoming_minor"]
    return Span(*_days(one), *balances, one["sequence"])


def _number(one: Mapping[str, Any]) -> tuple[int, str]:
    """The number of a statement, in an order in which 10 comes after 9."""
    digits = (one["sequence"] or "").lstrip("0")
    return len(digits), digits


def _days(one: Mapping[str, Any]) -> tuple[date, date]:
    return one["from_on"] or one["to_on"], one["to_on"]
