"""Continuity: which statements of an account another goes on from, and which came before already, whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Protocol

import polars as pl

_PROOF: Final = (
    "bank_account",
    "currency",
    "statement_id",
    "from_on",
    "to_on",
    "opening_minor",
    "closing_minor",
    "lines",
    "sum_minor",
)


class Proven(Protocol):
    """A statement as its file proves it: the n-th of the file; `complete` once the file is in the book."""

    @property
    def sha256(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def bank_account(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def statement_id(self) -> str | None: ...
    @property
    def from_on(self) -> date | None: ...
    @property
    def to_on(self) -> date | None: ...
    @property
    def opening_minor(self) -> int | None: ...
    @property
    def closing_minor(self) -> int | None: ...
    @property
    def lines(self) -> int: ...
    @property
    def sum_minor(self) -> int: ...
    @property
    def complete(self) -> bool: ...


def continued(statement: Proven, known: Sequence[Proven]) -> tuple[Proven, ...]:
    """The statements this one goes on from on its first day, the nearest first.

    `known` are the statements of booked files in the order in which the files were opened for loading; those of
    this very file, and after it, are left out, so that a load taken up again answers as it did at first. Each
    opens with the balance that the one before it closed with. A statement that opens where another of that day
    opened continues what that one continued: it may be the same money cut anew, which is booked once.
    """
    day, opening = statement.from_on, statement.opening_minor
    if day is None or opening is None:
        return ()
    rows = [one for one in _before(statement, known) if _same_account(statement, one)]
    chain: list[Proven] = []
    while True:
        began = (place for place, one in enumerate(rows) if one.from_on == day and one.opening_minor == opening)
        rows = rows[: next(began, len(rows))]
        ended = next((one for one in rows if one.to_on == day and one.closing_minor == opening), None)
        if ended is None:
            return tuple(chain)
        chain.append(ended)
        if ended.from_on != day or ended.opening_minor is None:
            return tuple(chain)
        opening = ended.opening_minor


def chains(statements: Sequence[Proven], known: Sequence[Proven]) -> dict[int, tuple[Proven, ...]]:
    """For each statement of a file, by number, those it goes on from: of other files, or before it in its own."""
    found: dict[int, tuple[Proven, ...]] = {}
    before = list(_before(statements[0], known)) if statements else []
    for statement in statements:
        found[statement.number] = continued(statement, before)
        before.append(statement)
    return found


def earlier(chains: Mapping[int, Sequence[Proven]], shown: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
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


def already_whole(statement: Proven, known: Sequence[Proven]) -> str | None:
    """Sha256 of a complete file with this very statement: same id, days, balances, lines and sum; else none.

    Without an id and both days nothing tells a statement from another of the same sum.
    """
    if statement.statement_id is None or statement.from_on is None or statement.to_on is None:
        return None
    return next((one.sha256 for one in known if one.complete and _proof(one) == _proof(statement)), None)


def _before(statement: Proven, known: Sequence[Proven]) -> Sequence[Proven]:
    own = (
        place for place, one in enumerate(known) if one.sha256 == statement.sha256 and one.number >= statement.number
    )
    return known[: next(own, len(known))]


def _same_account(one: Proven, other: Proven) -> bool:
    return one.bank_account == other.bank_account and one.currency == other.currency


def _proof(statement: Proven) -> tuple[object, ...]:
    return tuple(getattr(statement, name) for name in _PROOF)
