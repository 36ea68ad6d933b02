"""What the lines of statements say where balances cannot say whether they have the same money.

If a statement ends with the balance with which it begins, every statement of its days that has this balance seems to go
on from it, also one that has its lines again: a longer statement, or a later one of the same day with all lines so far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from reconciliation.matching.continuity import balances_of, closes, days_of, is_dated, keeps_balance, same_account
from reconciliation.matching.identity import SEPARATOR, content_of

if TYPE_CHECKING:
    from projections.store.matching_lookups import KnownStatement

# The file and number of a statement.
Name = tuple[str, int]
# For each statement, those that have its lines, or whose lines it has.
Repeated = Mapping[Name, frozenset[Name]]

NO_NAMES: Final[frozenset[Name]] = frozenset()
# What says whose payment a line is.
_TELLING: Final = ("reference", "counterparty", "counterparty_account", "end_to_end_id")


class Evidence(NamedTuple):
    """What the lines of a statement say of other statements, by file and number.

    `named`: the bank's ids of the lines are the same; `foreign`: all lines have ids, and these are other ones; `told`:
    the lines are the same in all that they say, where the balances do not tell.
    """

    named: frozenset[Name] = NO_NAMES
    foreign: frozenset[Name] = NO_NAMES
    told: frozenset[Name] = NO_NAMES


NOTHING: Final = Evidence()


class Lines(NamedTuple):
    """The lines of a statement: how often it has each, and whether any says whose payment it is."""

    counted: Counter[str]
    tells: bool


def lines_of(entries: pl.DataFrame) -> Lines:
    """What the entries of a statement say, without the bank's ids, which may be others in another statement."""
    said = entries.select(said=pl.concat_str(content_of(entries), separator=SEPARATOR))
    tells = entries.select(pl.any_horizontal(pl.col(name).is_not_null() for name in _TELLING).any()).item()
    return Lines(Counter(said["said"]), tells)


def evidence(mine: pl.DataFrame, pool: pl.DataFrame, told: frozenset[Name]) -> Evidence:
    """What the bank's ids of the lines say of the statements from which the movements were booked.

    Statements share their ids if all lines do that the shorter one has: banks give every sweep the same id.
    """
    if pool.is_empty():
        return Evidence(told=told)
    ids = mine.drop_nulls("bank_id_key").select("bank_id_key", "amount_minor")
    booked = pool.drop_nulls(["file", "statement_no"])
    shared = booked.join(ids, on=["bank_id_key", "amount_minor"], how="semi")
    found = (
        booked.group_by("file", "statement_no")
        .agg(lines=pl.len(), ids=pl.col("bank_id_key").count())
        .join(shared.group_by("file", "statement_no").agg(shared=pl.len()), on=["file", "statement_no"], how="left")
        .with_columns(pl.col("shared").fill_null(0))
    )
    named = (pl.col("shared") > 0) & (pl.col("shared") >= pl.min_horizontal("ids", pl.lit(ids.height)))
    foreign = (pl.col("shared") == 0) & (pl.col("ids") == pl.col("lines")) & pl.lit(0 < ids.height == mine.height)
    of_all, of_none = (
        frozenset(found.filter(one).select("file", "statement_no").iter_rows()) for one in (named, foreign)
    )
    return Evidence(of_all, of_none, told)


def repeated(
    stated: Sequence[KnownStatement], others: Sequence[KnownStatement], lines_of: Callable[[KnownStatement], Lines]
) -> Repeated:
    """Which of the other statements, and of the file's own earlier ones, have the same lines as those of the file.

    `lines_of` is asked only about statements whose balances do not say it. Nothing is repeated for its amount alone:
    some line must say whose payment it is, or the one statement has further days.
    """
    found: dict[Name, frozenset[Name]] = {}
    before = list(others)
    for statement in stated:
        unsure = [one for one in before if _is_unsure(statement, one)]
        names = {one[:2] for one in unsure if _has(statement, one, unsure, lines_of)}
        for one in unsure:
            beside = [other for other in before if _is_unsure(one, other)]
            if _has(one, statement, beside, lines_of):
                names.add(one[:2])
        if names:
            found[statement[:2]] = frozenset(names)
        before.append(statement)
    return found


def _is_unsure(statement: KnownStatement, other: KnownStatement) -> bool:
    """Whether the balances of two statements of common days do not say whether they have the same money."""
    both = (statement, other)
    if statement[:2] == other[:2] or not same_account(*both) or not all(map(is_dated, both)):
        return False
    mine, theirs = ((*days_of(one.proven), *balances_of(one.proven)) for one in both)
    overlaps = theirs[0] <= mine[1] and mine[0] <= theirs[1]
    # With equal days and balances, the bank's ids and numbers decide.
    return keeps_balance(*both) and overlaps and mine != theirs and all(one.proven.lines for one in both)


def _has(
    large: KnownStatement,
    small: KnownStatement,
    others: Iterable[KnownStatement],
    lines_of: Callable[[KnownStatement], Lines],
) -> bool:
    """Whether a statement has all lines of another one.

    If these say nothing, it must also have those of a neighbour of that one that say something.
    """
    mine, theirs = lines_of(large), lines_of(small)
    if not theirs.counted <= mine.counted:
        return False
    if theirs.tells or days_of(large.proven) != days_of(small.proven):
        return True
    beside = (lines_of(one) for one in others if one[:2] != large[:2] and _are_neighbours(one, small))
    return any(one.tells and one.counted + theirs.counted <= mine.counted for one in beside)


def _are_neighbours(one: KnownStatement, other: KnownStatement) -> bool:
    both = ((one, other), (other, one))
    return any(closes(a, days_of(b.proven)[0], balances_of(b.proven)[0]) for a, b in both)
