"""What other statements of an account are to a statement: the same again, longer, neighbours, or apart from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from ledger.domain.bank.span import Span, have_other_numbers
from reconciliation.matching.continuity import (
    balances_of,
    closes,
    days_of,
    is_dated,
    keeps_balance,
    opens,
    same_account,
)
from reconciliation.matching.repeated_lines import NO_NAMES, NOTHING, Evidence

if TYPE_CHECKING:
    from ledger.domain.bank.file import StatementProven
    from projections.store.matching_lookups import KnownStatement
    from reconciliation.matching.repeated_lines import Repeated

# A statement that is delivered again with other days begins at most this much earlier or later.
_NEAR: Final = timedelta(days=31)


class Relation(NamedTuple):
    """What another statement is to a given one.

    `same`: it is probably the given one, delivered again; `moved`, if none of its days is the same. `apart`: it has
    none of the given one's money. `contains`: it has all of it. `before` and `beyond`: it also has money before the
    given one's first line, or after its last line; `cut`, if the balances show that this is so on a day of both.
    `whole`: it has the same days and balances, and all of its money is in the book.
    """

    file: str
    statement_no: int
    same: bool
    moved: bool
    apart: bool
    contains: bool
    before: bool
    beyond: bool
    cut: bool
    whole: bool


def relations(
    statement: KnownStatement,
    others: Sequence[KnownStatement],
    lines: Evidence = NOTHING,
) -> tuple[Relation, ...]:
    """What other statements of the account, in whatever order they came, are to a statement with days and balances.

    Statements without balances are left out. `lines` is what the lines say of them.
    """
    rows = [one for one in others if same_account(statement, one) and is_dated(one)]
    (first, last), (opening, closing) = days_of(statement.proven), balances_of(statement.proven)
    again = {one[:2] for one in rows if keeps_balance(statement, one) and _repeats(statement, one, lines)}
    neighbours = [one for one in rows if one[:2] not in again]
    adjoining = _chained(neighbours, first, opening, onward=False) | _chained(neighbours, last, closing, onward=True)
    follows = any(_follows(statement, one) or _follows(one, statement) for one in neighbours)
    begin_inside = _chained(rows, first, opening, onward=True)
    end_inside = _chained(rows, last, closing, onward=False)
    found = []
    for one in rows:
        name = (one.sha256, one.number)
        far = name not in lines.named | lines.told and _span(statement.proven).is_apart(_span(one.proven))
        other = name in adjoining and follows and _is_another(statement, one, lines)
        returns = not keeps_balance(statement, one) or _is_again(statement, one, lines)
        edges = _Edges(name in adjoining, name in begin_inside, name in end_inside, far, other, returns)
        found.append(_relation(statement, one, edges))
    return tuple(found)


def _repeats(statement: KnownStatement, other: KnownStatement, lines: Evidence) -> bool:
    """Whether the bank's ids, or what the lines say, tell that two statements have the same money, at least in part.

    The pages of a statement have one id and one number, and lines with other ids.
    """
    if other[:2] in lines.named | lines.told:
        return True
    numbers = statement.proven.sequence, other.proven.sequence
    return _has_id_of(statement, other) and other[:2] not in lines.foreign and not have_other_numbers(*numbers)


def _is_again(statement: KnownStatement, other: KnownStatement, lines: Evidence) -> bool:
    """Whether a statement of other days is the given one, delivered again: banks use one id for all statements."""
    numbers = statement.proven.sequence, other.proven.sequence
    numbered = None not in numbers and not have_other_numbers(*numbers)
    return other[:2] in lines.named or (numbered and other[:2] not in lines.foreign)


def _is_another(statement: KnownStatement, other: KnownStatement, lines: Evidence) -> bool:
    """Whether the bank's ids and numbers say that two statements are different ones, even with equal balances.

    A statement that comes again may have another id, other ids of its lines, and another number; but then its number
    does not follow that of its neighbour.
    """
    named = _has_id_of(statement, other) or other[:2] in lines.named
    return not named and have_other_numbers(statement.proven.sequence, other.proven.sequence)


def _follows(later: KnownStatement, earlier: KnownStatement) -> bool:
    """Whether a statement has the bank's next number after another one, and goes on from it on the same day."""
    numbers = [one.proven.sequence or "" for one in (earlier, later)]
    if not all(map(str.isdecimal, numbers)) or int(numbers[1]) != int(numbers[0]) + 1:
        return False
    (begins, _), (opening, _) = days_of(later.proven), balances_of(later.proven)
    return closes(earlier, begins, opening)


def _has_id_of(statement: KnownStatement, other: KnownStatement) -> bool:
    return statement.proven.statement_id is not None and statement.proven.statement_id == other.proven.statement_id


def deliveries(
    stated: Sequence[KnownStatement], others: Sequence[KnownStatement], repeated: Repeated
) -> tuple[Relation, ...]:
    """The statements that have all the money of a statement of the file: earlier deliveries, and longer statements."""
    dated = [one for one in stated if is_dated(one)]
    every = (found for one in dated for found in relations(one, others, Evidence(told=repeated.get(one[:2], NO_NAMES))))
    return tuple(found for found in every if found.same or found.contains)


def longer(found: Sequence[Relation], others: Sequence[KnownStatement]) -> list[KnownStatement]:
    """The completely loaded statements of several days that have all of a statement's money, by their relations."""
    names = {one[:2] for one in found if one.contains}
    return [one for one in others if one.complete and one[:2] in names and one.proven.from_on != one.proven.to_on]


class Joined(NamedTuple):
    """The statements of a day that balances join, and the same as one statement.

    `numbered`: the bank's numbers differ where the balances do, so these are different parts of the day.
    """

    statements: tuple[KnownStatement, ...]
    whole: KnownStatement
    numbered: bool


def joined(statement: KnownStatement, known: Sequence[KnownStatement]) -> Joined | None:
    """The statements of a day that the balances join to `statement`; None if nothing can be said of their money.

    That is so if a balance comes back within the day, if not all of their files are in the book, or if a statement of
    several days has this day as well. `known` includes `statement`.
    """
    if not is_dated(statement):
        return None
    (first, last), (opening, closing) = days_of(statement.proven), balances_of(statement.proven)
    dated = [one for one in known if same_account(statement, one) and is_dated(one)]
    dated = [one for one in dated if days_of(one.proven)[0] <= last and first <= days_of(one.proven)[1]]
    names = _chained(dated, first, opening, onward=False) | _chained(dated, last, closing, onward=True)
    run = (statement, *(one for one in dated if (one.sha256, one.number) in names))
    openings, closings = {balances_of(one.proven)[0] for one in run}, {balances_of(one.proven)[1] for one in run}
    begin, end = openings - closings, closings - openings
    loaded = all(one.complete or one.sha256 == statement.sha256 for one in run)
    if any(days_of(one.proven) != (first, first) for one in dated) or not (loaded and len(begin) == len(end) == 1):
        return None
    balances = {"opening_minor": begin.pop(), "closing_minor": end.pop()}
    proven = msgspec.structs.replace(statement.proven, **balances, statement_id=None, sequence=None)
    numbered = all(
        balances_of(one.proven) == balances_of(other.proven)
        or have_other_numbers(one.proven.sequence, other.proven.sequence)
        for one, other in combinations(run, 2)
    )
    return Joined(run, statement._replace(proven=proven), numbered)


class _Edges(NamedTuple):
    """Whether the chains of balances join a statement to the given one: outside it, at its begin, or at its end.

    `far`: both have money of one day, and their balances prove that it is not the same. `other`: the balances join
    them, and the bank's ids and numbers say that they are different statements. `returns`: if their days differ, one
    may be the other, delivered again.
    """

    adjoins: bool
    begins_inside: bool
    ends_inside: bool
    far: bool
    other: bool
    returns: bool


def _relation(statement: KnownStatement, other: KnownStatement, edges: _Edges) -> Relation:
    mine, theirs = statement.proven, other.proven
    days, balances = days_of(mine) == days_of(theirs), balances_of(mine) == balances_of(theirs)
    equal = days and balances and not edges.other
    (first, last), (begins, ends) = days_of(mine), days_of(theirs)
    overlaps = begins <= last and first <= ends
    named = _has_id_of(statement, other)
    # Banks use the same id again, for example every year; a statement whose days were corrected is not far away.
    near = abs(begins - first) <= _NEAR
    same = equal or (named and not edges.adjoins and (overlaps or (balances and near and edges.returns)))
    starts = begins == first and not edges.begins_inside
    stops = ends == last and not edges.ends_inside
    return Relation(
        other.sha256,
        other.number,
        same=same,
        moved=same and not overlaps,
        apart=not same and (edges.adjoins or edges.far or not overlaps),
        contains=not edges.adjoins
        and _reaches(first, begins, mine.opening_minor, theirs.opening_minor)
        and _reaches(ends, last, theirs.closing_minor, mine.closing_minor),
        before=begins < first or starts,
        beyond=ends > last or stops,
        cut=starts or stops,
        whole=equal and other.complete,
    )


def _reaches(later: date, earlier: date, balance: int | None, other: int | None) -> bool:
    """Whether the days are in this order; on one day, only equal balances show that nothing is between."""
    return later > earlier or (later == earlier and balance == other)


def _chained(rows: Sequence[KnownStatement], day: date, balance: int, *, onward: bool) -> set[tuple[str, int]]:
    """The statements that a chain of balances joins to a balance of a day: onward from it, or back from it."""
    found: set[tuple[str, int]] = set()
    waiting = [balance]
    while waiting:
        at = waiting.pop()
        for one in rows:
            name, (begins, ends), (opening, closing) = (
                (one.sha256, one.number),
                days_of(one.proven),
                balances_of(one.proven),
            )
            if name in found or not (opens(one, day, at) if onward else closes(one, day, at)):
                continue
            found.add(name)
            if begins == ends:
                waiting.append(closing if onward else opening)
    return found


def _span(proven: StatementProven) -> Span:
    return Span(*days_of(proven), *balances_of(proven), proven.incoming_minor, proven.sequence)
