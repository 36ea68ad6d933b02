"""Statements that a bank sent again with other money, and the amount by which what was booked of them is wrong.

A bank may correct a statement by leaving a line out. A cumulative statement that comes late looks the same, so nothing
is booked until the next statement begins with one of the two closing balances. A line that the bank added is booked
like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from reconciliation.matching.differences import CONTRADICTS, CORRECTED, CORRECTS, Difference, key_of
from reconciliation.matching.pairing import BOOK

if TYPE_CHECKING:
    from datetime import date

    from projections.store.matching_lookups import KnownStatement

_COUNTED: Final = ("money_id", "bank_account", "in_detail", "file", "statement_no", "amount_minor", "line_key")


class Corrected(NamedTuple):
    """A statement as the bank corrected it, all deliveries of it, and the statement of the file that proves it."""

    statement: KnownStatement
    alike: tuple[KnownStatement, ...]
    proof: KnownStatement

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        proven = self.statement.proven
        assert proven.from_on is not None, "the statement has days"
        assert proven.to_on is not None, "the statement has days"
        return proven.from_on, proven.to_on


def corrected(stated: Sequence[KnownStatement], known: Sequence[KnownStatement]) -> list[Corrected]:
    """The statements of which the next statement proves another closing balance than an earlier delivery of them had.

    `stated` are the statements of a file, and `known` those of other files. The file has the one or the other.
    """
    named: dict[tuple[object, ...], list[KnownStatement]] = {}
    for one in (*known, *stated):
        name = _name(one)
        if name is not None:
            named.setdefault(name, []).append(one)
    found = []
    for alike in named.values():
        closings = {one.proven.closing_minor: one for one in alike}
        following = _newest(_following(alike[0], (*known, *stated))) if len(closings) > 1 else []
        right = closings.keys() & {one.proven.opening_minor for one in following}
        proof = next((one for one in stated if one in alike or one in following), None)
        if len(right) == 1 and proof is not None:
            found.append(Corrected(closings[right.pop()], tuple(alike), proof))
    return found


def with_new(booked: pl.DataFrame, entries: pl.DataFrame, sha256: str) -> pl.DataFrame:
    """What is booked from other files, and what a file's entries add to it: the lines that the bank added are there."""
    new = entries.filter(pl.col("decision") == BOOK).with_columns(
        pl.col("statement_no").cast(pl.Int64), bank_account="account", file=pl.lit(sha256)
    )
    return pl.concat([booked.select(_COUNTED), new.with_columns(money_id="key", line_key="key").select(_COUNTED)])


def difference(one: Corrected, booked: pl.DataFrame) -> Difference | None:
    """What is booked too much or too little of a corrected statement.

    `booked` is what is booked on the account's days, also from this file (`with_new`). Nothing can be said unless a
    delivery of the statement is booked as it was, with its differences.
    """
    proven = one.statement.proven
    assert proven.closing_minor is not None, "the statement has balances"
    assert proven.opening_minor is not None, "the statement has balances"
    names = pl.DataFrame([other[:2] for other in one.alike], schema=["file", "statement_no"], orient="row")
    keys = [key_of(other.proven, part) for other in one.alike for part in (CONTRADICTS, CORRECTS, CORRECTED)]
    own = booked.filter((pl.col("bank_account") == proven.bank_account) & ~pl.col("in_detail"))
    made = own.filter(pl.col("line_key").is_in(keys))
    rest = own.join(made, on="money_id", how="anti").join(names, on=["file", "statement_no"], how="semi")
    there = int(rest["amount_minor"].sum()) + int(made["amount_minor"].sum())
    lacking = proven.closing_minor - proven.opening_minor - there
    if not lacking or there not in _sums(one.alike):
        return None
    return Difference(one.proof, lacking, one.days[1], key_of(proven, CORRECTED), CORRECTED)


def _newest(following: Sequence[KnownStatement]) -> list[KnownStatement]:
    """The statements, without those that the bank sent again with the same sum after another opening balance."""
    return [one for number, one in enumerate(following) if not any(_moved(one, new) for new in following[number + 1 :])]


def _moved(one: KnownStatement, again: KnownStatement) -> bool:
    mine, new = one.proven, again.proven
    same = _named(one) is not None and _named(one) == _named(again)
    joined = mine.closing_minor == new.opening_minor or new.closing_minor == mine.opening_minor
    return same and (mine.lines, mine.sum_minor) == (new.lines, new.sum_minor) and not joined


def _sums(alike: Sequence[KnownStatement]) -> Collection[int]:
    balances = ((one.proven.opening_minor, one.proven.closing_minor) for one in alike)
    return {closing - opening for opening, closing in balances if opening is not None and closing is not None}


def _name(one: KnownStatement) -> tuple[object, ...] | None:
    """What all deliveries of a statement have in common."""
    proven, named = one.proven, _named(one)
    return (
        None
        if named is None or None in (proven.opening_minor, proven.closing_minor)
        else (*named, proven.opening_minor)
    )


def _named(one: KnownStatement) -> tuple[object, ...] | None:
    proven = one.proven
    said = (proven.statement_id, proven.sequence, proven.from_on, proven.to_on)
    return None if None in said else (proven.bank_account, proven.currency, *said)


def _following(one: KnownStatement, others: Sequence[KnownStatement]) -> list[KnownStatement]:
    """The next statements of the account, with balances, that begin after a statement's last day."""
    account, last = one.proven.bank_account, one.proven.to_on
    theirs = [
        other for other in others if other.proven.bank_account == account and other.proven.opening_minor is not None
    ]
    begun = [(other.proven.from_on, other) for other in theirs]
    later = [(on, other) for on, other in begun if on is not None and last is not None and on > last]
    first = min((on for on, _ in later), default=None)
    return [other for on, other in later if on == first]
