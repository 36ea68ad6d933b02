"""Continuity: which statements of an account another goes on from, and which came before already, whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from projections.store.for_matching import KnownStatement


def continued(statement: KnownStatement, known: Sequence[KnownStatement]) -> tuple[KnownStatement, ...]:
    """The statements this one goes on from on its first day, the nearest first.

    `known` are the statements of booked files in the order in which the files were opened for loading; those of
    this very file, and after it, are left out, so that a load taken up again answers as it did at first. Each
    opens with the balance that the one before it closed with. A statement that opens where another of that day
    opened continues what that one continued: it may be the same money cut anew, which is booked once.
    """
    day, opening = statement.proven.from_on, statement.proven.opening_minor
    if day is None or opening is None:
        return ()
    rows = [one for one in _before(statement, known) if _same_account(statement, one)]
    chain: list[KnownStatement] = []
    while True:
        began = (place for place, one in enumerate(rows) if _opens(one, day, opening))
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
    """For each statement of a file, by number, those it goes on from: of other files, or before it in its own."""
    found: dict[int, tuple[KnownStatement, ...]] = {}
    before = list(_before(statements[0], known)) if statements else []
    for statement in statements:
        found[statement.number] = continued(statement, before)
        before.append(statement)
    return found


def earlier(chains: Mapping[int, Sequence[KnownStatement]], shown: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What `identity.keyed` counts on from: statement_no, content, count.

    `shown` has the entries of each file named in `chains`, its own included, by sha256 and as
    `identity.with_content` gives them.
    """
    counted = [
        shown[one.sha256].filter(pl.col("statement_no") == one.number).select(statement_no=number, content="content")
        for number, chain in chains.items()
        for one in chain
    ]
    empty = pl.DataFrame(schema={"statement_no": pl.Int32, "content": pl.String})
    counted = [one.with_columns(pl.col("statement_no").cast(pl.Int32)) for one in counted]
    return pl.concat([empty, *counted]).group_by("statement_no", "content").agg(count=pl.len())


def already_whole(statement: KnownStatement, known: Sequence[KnownStatement]) -> str | None:
    """Sha256 of a complete file with this very statement: same id, days, balances, lines and sum; else none.

    Without an id and both days nothing tells a statement from another of the same sum.
    """
    proven = statement.proven
    if proven.statement_id is None or proven.from_on is None or proven.to_on is None:
        return None
    return next((one.sha256 for one in known if one.complete and one.proven == proven), None)


def _before(statement: KnownStatement, known: Sequence[KnownStatement]) -> Sequence[KnownStatement]:
    own = (
        place for place, one in enumerate(known) if one.sha256 == statement.sha256 and one.number >= statement.number
    )
    return known[: next(own, len(known))]


def _same_account(one: KnownStatement, other: KnownStatement) -> bool:
    mine, theirs = one.proven, other.proven
    return (mine.bank_account, mine.currency) == (theirs.bank_account, theirs.currency)


def _opens(one: KnownStatement, day: date, balance_minor: int) -> bool:
    return one.proven.from_on == day and one.proven.opening_minor == balance_minor


def _closes(one: KnownStatement, day: date, balance_minor: int) -> bool:
    return one.proven.to_on == day and one.proven.closing_minor == balance_minor
