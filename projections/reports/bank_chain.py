"""The chain of a bank account's statements: how far the bank's balance is proven, and what is missing in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, takewhile
from typing import Any, NamedTuple

from ledger.domain.bank.span import Span
from projections.reports.gap import Gap
from projections.reports.statement_numbers import Numbered, skipped


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

    Which statement is `disputed` is open until the next statement begins with one of its closing balances. `beyond` is
    the gap after the balance, if it begins by the day that is asked about and a later statement shows it.
    """

    through_on: date
    balance_minor: int
    begun_minor: int
    gaps: tuple[Gap, ...]
    disputed: tuple[Dispute, ...] = ()
    beyond: tuple[Gap, ...] = ()


class _OfDays(NamedTuple):
    """Statements with the same days, those of them that are in force, and the opening balances of the next ones."""

    days: tuple[date, date]
    alike: list[Mapping[str, Any]]
    in_force: list[Mapping[str, Any]]
    onward: set[int]


class _Reached(NamedTuple):
    on: date
    balance_minor: int
    sequence: str | None


def chain(
    statements: Iterable[Mapping[str, Any]],
    opening: tuple[date, int] | None,
    through_on: date = date.max,
    numbers_from: date | None = None,
) -> Chain | None:
    """The chain of an account's statements with balances up to a day; None if there are none.

    `opening` is the day and the amount of the account's opening balance. Without one, the chain begins with the
    opening balance of the first statement. Each statement has from_on, to_on, opening_minor, closing_minor,
    statement_id, sequence, incoming_minor and lines; those that came last are last. Those after `through_on` only
    decide which of the earlier ones hold, and whether one is missing before them. Of statements from `numbers_from` on,
    or of all, a number that is left out is missing.
    """
    dated = [one for one in statements if one["to_on"] is not None and one["closing_minor"] is not None]
    reached = None if opening is None else _Reached(*opening, None)
    begun = None if opening is None else opening[1]
    gaps: list[Gap] = []
    disputed: list[Dispute] = []
    walked: list[Span] = []
    for (first, last), alike, waiting, onward in _by_days(dated):
        if last > through_on:
            continue
        disputed += _disputed(waiting, alike, dated, onward)
        while waiting:
            one = _following(waiting, reached, onward)
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
            if (first > reached.on or apart) if not joins else _is_skipped(reached, one, dated, numbers_from):
                sequences = (reached.sequence, sequence)
                gaps.append(Gap(reached.on, first, reached.balance_minor, one["opening_minor"], sequences))
            reached = _Reached(last, one["closing_minor"], sequence)
    if reached is None or begun is None:
        return None
    found = Chain(reached.on, reached.balance_minor, begun, tuple(gaps), tuple(disputed))
    if all(one["to_on"] <= through_on for one in dated) or (opening is not None and reached.on == opening[0]):
        return found
    whole = chain(dated, opening, numbers_from=numbers_from)
    return found if whole is None else found._replace(beyond=_beyond(whole, found, through_on))


def _beyond(whole: Chain, found: Chain, through_on: date) -> tuple[Gap, ...]:
    """What is missing after the last statement up to a day, and perhaps of that day, as later statements show."""
    return tuple(
        gap
        for gap in whole.gaps
        if gap.after_on >= found.through_on and gap.first_on <= through_on and gap not in found.gaps
    )


def _is_skipped(
    reached: _Reached, one: Mapping[str, Any], dated: Sequence[Mapping[str, Any]], numbers_from: date | None
) -> bool:
    """Whether a number is left out where a statement joins, whichever deliveries of the two statements are compared."""
    ending = (reached.on, reached.balance_minor)
    before = [Numbered(*_days(row), row["sequence"]) for row in dated if (row["to_on"], row["closing_minor"]) == ending]
    begun = (_days(one)[0], one["opening_minor"])
    after = [Numbered(*_days(row), row["sequence"]) for row in dated if (_days(row)[0], row["opening_minor"]) == begun]
    counted = all(numbers_from is None or row.from_on >= numbers_from for row in before)
    return counted and bool(before) and all(skipped(left, right, dated) for left in before for right in after)


def _by_days(dated: Sequence[Mapping[str, Any]]) -> list[_OfDays]:
    """The statements by days, in order."""
    last_first: list[_OfDays] = []
    for days, alike in reversed([(days, _once(alike)) for days, alike in groupby(sorted(dated, key=_days), key=_days)]):
        onward = _onward(days[1], last_first)
        last_first.append(_OfDays(days, alike, _in_force(alike, onward), onward))
    return last_first[::-1]


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


def _onward(last: date, last_first: Sequence[_OfDays]) -> set[int]:
    """The opening balances of the next statements that begin after a day."""
    begins = next((one.days[0] for one in reversed(last_first) if one.days[0] > last), None)
    following = takewhile(lambda one: one.days[0] <= begins, reversed(last_first)) if begins else ()
    return {said["opening_minor"] for one in following if one.days[0] == begins for said in one.in_force}


def _disputed(
    in_force: Iterable[Mapping[str, Any]],
    alike: Sequence[Mapping[str, Any]],
    dated: Sequence[Mapping[str, Any]],
    onward: Collection[int],
) -> Iterator[Dispute]:
    """What came after statements under their ids and numbers, with fewer lines, unless a later statement decides.

    `onward` are the opening balances of the next statements. A longer statement decides as well: see `_is_settled`.
    """
    for one in in_force:
        named = [other for other in alike if _name(other) is not None and _name(other) == _name(one)]
        newest = named[-1] if named else one
        differs = newest["lines"] < one["lines"] and newest["closing_minor"] != one["closing_minor"]
        decided = {one["closing_minor"], newest["closing_minor"]} & set(onward)
        if differs and not decided and not _is_settled(newest, dated):
            yield Dispute(*_days(one), one["sequence"], one["closing_minor"], newest["closing_minor"])


def _is_settled(newest: Mapping[str, Any], dated: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a longer statement has the money of these days, and the next one begins where it ends.

    Before there is a next one, the longer statement decides only if it came last.
    """
    first, last = _days(newest)
    later = False
    for one in dated:
        begins, ends = _days(one)
        if begins <= first and last <= ends and (begins, ends) != (first, last):
            after = {other["opening_minor"]: _days(other)[0] for other in dated if _days(other)[0] > ends}
            begun = min(after.values(), default=None)
            onward = {opening for opening, on in after.items() if on == begun}
            if one["closing_minor"] in onward or (later and not onward):
                return True
        later = later or one is newest
    return False


def _in_force(alike: Sequence[Mapping[str, Any]], onward: Collection[int]) -> list[Mapping[str, Any]]:
    """Statements with the same days, without those that another one replaces.

    Of deliveries of one statement, that is right with whose closing balance a later statement begins, else the one with
    more lines, and of these the one that came last. A shorter statement with which no other goes on is in a longer one.
    `onward` are the opening balances of the next statements.
    """
    kept = []
    for one in alike:
        deliveries = [other for other in alike if other is one or _is_delivery(one, other)]
        best = max((other["closing_minor"] in onward, other["lines"]) for other in deliveries)
        right = [other for other in deliveries if (other["closing_minor"] in onward, other["lines"]) == best][-1]
        goes_on = one["closing_minor"] in {other["opening_minor"] for other in alike}
        if right is one and (goes_on or not any(_has_lines_of(other, one, onward) for other in alike)):
            kept.append(one)
    return kept


def _is_delivery(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a bank sent one statement twice: all of it and a part, or with the same sum after another balance.

    Two pages may have one name and one opening balance, but then the money of neither is in the other.
    """
    if _name(one) is None or _name(other) is None:
        return False
    in_part = _name(one) == _name(other) and (_may_have(one, other) or _may_have(other, one))
    moved = one["closing_minor"] - one["opening_minor"] == other["closing_minor"] - other["opening_minor"]
    joined = one["closing_minor"] == other["opening_minor"] or other["closing_minor"] == one["opening_minor"]
    return in_part or (_named(one) == _named(other) and one["lines"] == other["lines"] and moved and not joined)


def _has_lines_of(longer: Mapping[str, Any], one: Mapping[str, Any], onward: Collection[int]) -> bool:
    """Whether a statement with a higher number begins with the same balance and may have all lines of this one.

    If the next statement begins where this one ends, it came after the other one.
    """
    higher = bool(one["sequence"]) and bool(longer["sequence"]) and _number(one) < _number(longer)
    begins = higher and longer["opening_minor"] == one["opening_minor"] and longer["lines"] > one["lines"]
    proven = one["closing_minor"] in onward and longer["closing_minor"] not in onward
    return begins and not proven and _may_have(longer, one)


def _may_have(longer: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    """Whether a statement has as many lines as another one and as much money, in and out, as far as it is known."""
    money = zip(_in_and_out(longer), _in_and_out(one), strict=False)
    return longer["lines"] >= one["lines"] and all(mine >= some for mine, some in money)


def _in_and_out(one: Mapping[str, Any]) -> tuple[int, ...]:
    """What came in and what went out; nothing if it is not known."""
    incoming = one["incoming_minor"]
    return () if incoming is None else (incoming, incoming - one["closing_minor"] + one["opening_minor"])


def _name(one: Mapping[str, Any]) -> tuple[Any, ...] | None:
    said = _named(one)
    return None if None in said else (*said, one["opening_minor"])


def _named(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return one["statement_id"], one["sequence"]


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
