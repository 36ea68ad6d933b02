"""Finds the statements that a statement continues, and the statements that were loaded before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import polars as pl

from ledger.domain.bank.span import Span, have_other_numbers

if TYPE_CHECKING:
    from ledger.domain.bank.file import StatementProven
    from projections.store.matching_lookups import KnownStatement

# A statement that is delivered again with other days begins at most this much earlier or later.
_NEAR: Final = timedelta(days=31)


def continued(statement: KnownStatement, known: Sequence[KnownStatement]) -> tuple[KnownStatement, ...]:
    """The chain of statements that `statement` continues, directly or through others; the direct one comes first.

    All statements of the chain end on the first day of `statement`. `known` are the statements of booked files, in the
    order in which their files began to load. `statement` and all statements after it in `known` are ignored, so that a
    resumed load gives the same answer. Statement B continues statement A if B's opening balance is A's closing balance.
    Statements that begin on the same day with the same opening balance all continue the same earlier statements. Two
    such statements may contain the same money, divided differently, and that money must be booked only once.
    """
    day, opening = statement.proven.from_on, statement.proven.opening_minor
    if day is None or opening is None:
        return ()
    rows = [one for one in _before(statement, known) if _same_account(statement, one)]
    chain: list[KnownStatement] = []
    while True:
        began = (index for index, one in enumerate(rows) if _opens(one, day, opening))
        rows = rows[: next(began, len(rows))]
        ended = next((one for one in rows if _closes(one, day, opening)), None)
        if ended is None:
            return tuple(chain)
        chain.append(ended)
        if ended.proven.from_on != day or ended.proven.opening_minor is None:
            return tuple(chain)
        opening = ended.proven.opening_minor


def chains(
    statements: Sequence[KnownStatement], known: Sequence[KnownStatement]
) -> dict[int, tuple[KnownStatement, ...]]:
    """Map the number of each statement of a file to the statements that it continues, in this file or in others."""
    found: dict[int, tuple[KnownStatement, ...]] = {}
    before = list(_before(statements[0], known)) if statements else []
    for statement in statements:
        found[statement.number] = continued(statement, before)
        before.append(statement)
    return found


def earlier(chains: Mapping[int, Sequence[KnownStatement]], shown: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Count, for each statement, the entries of the earlier statements that it continues, by their `content`.

    The result has the columns statement_no (of the continuing statement), content and count; `identity.keyed` continues
    from these counts.

    The keys of `shown` are the `sha256` of each file in `chains`, also of the file that is being loaded; the values are
    the files' entries as `identity.with_content` returns them.
    """
    counted = [
        shown[one.sha256].filter(pl.col("statement_no") == one.number).select(statement_no=number, content="content")
        for number, chain in chains.items()
        for one in chain
    ]
    empty = pl.DataFrame(schema={"statement_no": pl.Int32, "content": pl.String})
    counted = [one.with_columns(pl.col("statement_no").cast(pl.Int32)) for one in counted]
    return pl.concat([empty, *counted]).group_by("statement_no", "content").agg(count=pl.len())


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
    statement: KnownStatement, others: Sequence[KnownStatement], sharing: Collection[tuple[str, int]] = ()
) -> tuple[Relation, ...]:
    """What other statements of the account, in whatever order they came, are to a statement with days and balances.

    Statements without balances are left out. `sharing` are the files and numbers of the statements that have a line
    with the bank's id of one of the given one's lines.
    """
    rows = [one for one in others if _same_account(statement, one) and _is_dated(one)]
    (first, last), (opening, closing) = _days(statement.proven), _balances(statement.proven)
    adjoining = _chained(rows, first, opening, onward=False) | _chained(rows, last, closing, onward=True)
    begin_inside = _chained(rows, first, opening, onward=True)
    end_inside = _chained(rows, last, closing, onward=False)
    found = []
    for one in rows:
        name = (one.sha256, one.number)
        far = name not in sharing and _span(statement.proven).is_apart(_span(one.proven))
        edges = _Edges(name in adjoining, name in begin_inside, name in end_inside, far)
        found.append(_relation(statement, one, edges))
    return tuple(found)


def deliveries(stated: Sequence[KnownStatement], others: Sequence[KnownStatement]) -> tuple[Relation, ...]:
    """The statements that have all the money of a statement of the file: earlier deliveries, and longer statements."""
    dated = [one for one in stated if _is_dated(one)]
    return tuple(found for one in dated for found in relations(one, others) if found.same or found.contains)


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
    if not _is_dated(statement):
        return None
    (first, last), (opening, closing) = _days(statement.proven), _balances(statement.proven)
    dated = [one for one in known if _same_account(statement, one) and _is_dated(one)]
    dated = [one for one in dated if _days(one.proven)[0] <= last and first <= _days(one.proven)[1]]
    names = _chained(dated, first, opening, onward=False) | _chained(dated, last, closing, onward=True)
    run = (statement, *(one for one in dated if (one.sha256, one.number) in names))
    openings, closings = {_balances(one.proven)[0] for one in run}, {_balances(one.proven)[1] for one in run}
    begin, end = openings - closings, closings - openings
    loaded = all(one.complete or one.sha256 == statement.sha256 for one in run)
    if any(_days(one.proven) != (first, first) for one in dated) or not (loaded and len(begin) == len(end) == 1):
        return None
    balances = {"opening_minor": begin.pop(), "closing_minor": end.pop()}
    proven = msgspec.structs.replace(statement.proven, **balances, statement_id=None, sequence=None)
    numbered = all(
        _balances(one.proven) == _balances(other.proven)
        or have_other_numbers(one.proven.sequence, other.proven.sequence)
        for one, other in combinations(run, 2)
    )
    return Joined(run, statement._replace(proven=proven), numbered)


class _Edges(NamedTuple):
    """Whether the chains of balances join a statement to the given one: outside it, at its begin, or at its end.

    `far`: both have money of one day, and their balances prove that it is not the same.
    """

    adjoins: bool
    begins_inside: bool
    ends_inside: bool
    far: bool


def _relation(statement: KnownStatement, other: KnownStatement, edges: _Edges) -> Relation:
    mine, theirs = statement.proven, other.proven
    days, balances = _days(mine) == _days(theirs), _balances(mine) == _balances(theirs)
    (first, last), (begins, ends) = _days(mine), _days(theirs)
    overlaps = begins <= last and first <= ends
    named = mine.statement_id is not None and mine.statement_id == theirs.statement_id
    # Banks use the same id again, for example every year; a statement whose days were corrected is not far away.
    near = abs(begins - first) <= _NEAR
    same = (days and balances) or (named and not edges.adjoins and (overlaps or (balances and near)))
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
        whole=days and balances and other.complete,
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
                _days(one.proven),
                _balances(one.proven),
            )
            if name in found or not (_opens(one, day, at) if onward else _closes(one, day, at)):
                continue
            found.add(name)
            if begins == ends:
                waiting.append(closing if onward else opening)
    return found


def _is_dated(one: KnownStatement) -> bool:
    proven = one.proven
    return None not in (proven.from_on, proven.to_on, proven.opening_minor, proven.closing_minor)


def _span(proven: StatementProven) -> Span:
    return Span(*_days(proven), *_balances(proven), proven.incoming_minor, proven.sequence)


def _days(proven: StatementProven) -> tuple[date, date]:
    assert proven.from_on is not None, "the statement has days"
    assert proven.to_on is not None, "the statement has days"
    return proven.from_on, proven.to_on


def _balances(proven: StatementProven) -> tuple[int, int]:
    assert proven.opening_minor is not None, "the statement has balances"
    assert proven.closing_minor is not None, "the statement has balances"
    return proven.opening_minor, proven.closing_minor


def already_whole(statement: KnownStatement, known: Sequence[KnownStatement]) -> str | None:
    """The SHA-256 of a completely loaded file with the same statement (equal id, days, balances, lines, sum), or None.

    The result is None if the statement lacks its id or one of its days: without these, a different statement with the
    same sum could be mistaken for it.
    """
    proven = statement.proven
    if proven.statement_id is None or proven.from_on is None or proven.to_on is None:
        return None
    return next((one.sha256 for one in known if one.complete and one.proven == proven), None)


def _before(statement: KnownStatement, known: Sequence[KnownStatement]) -> Sequence[KnownStatement]:
    own = (
        index for index, one in enumerate(known) if one.sha256 == statement.sha256 and one.number >= statement.number
    )
    return known[: next(own, len(known))]


def _same_account(one: KnownStatement, other: KnownStatement) -> bool:
    mine, theirs = one.proven, other.proven
    return (mine.bank_account, mine.currency) == (theirs.bank_account, theirs.currency)


def _opens(one: KnownStatement, day: date, balance_minor: int) -> bool:
    return one.proven.from_on == day and one.proven.opening_minor == balance_minor


def _closes(one: KnownStatement, day: date, balance_minor: int) -> bool:
    return one.proven.to_on == day and one.proven.closing_minor == balance_minor
