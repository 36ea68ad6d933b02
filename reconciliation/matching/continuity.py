"""Finds the statements that a statement continues or that were loaded before, by their days and balances."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from ledger.domain.bank.file import StatementProven
    from projections.store.matching_lookups import KnownStatement

# For a statement, the files and numbers of those that have its lines, or whose lines it has.
_Again = Mapping[tuple[str, int], Collection[tuple[str, int]]]
_NOT_AGAIN: Final[_Again] = {}


def continued(
    statement: KnownStatement, known: Sequence[KnownStatement], repeated: Collection[tuple[str, int]] = ()
) -> tuple[KnownStatement, ...]:
    """The chain of statements that `statement` continues, directly or through others; the direct one comes first.

    All statements of the chain end on the first day of `statement`. `known` are the statements of booked files, in the
    order in which their files began to load. `statement` and all statements after it in `known` are ignored, so that a
    resumed load gives the same answer, and so are the statements that are `repeated`. Statement B continues statement A
    if B's opening balance is A's closing balance. Statements that begin on the same day with the same opening balance
    all continue the same earlier statements. Two such statements may contain the same money, divided differently, and
    that money must be booked only once.
    """
    day, opening = statement.proven.from_on, statement.proven.opening_minor
    if day is None or opening is None:
        return ()
    earlier = _before(statement, known)
    rows = [one for one in earlier if same_account(statement, one) and one[:2] not in repeated]
    chain: list[KnownStatement] = []
    while True:
        began = (index for index, one in enumerate(rows) if opens(one, day, opening))
        rows = rows[: next(began, len(rows))]
        ended = next((one for one in rows if closes(one, day, opening)), None)
        if ended is None:
            return tuple(chain)
        chain.append(ended)
        if ended.proven.from_on != day or ended.proven.opening_minor is None:
            return tuple(chain)
        opening = ended.proven.opening_minor


def chains(
    statements: Sequence[KnownStatement],
    known: Sequence[KnownStatement],
    repeated: _Again = _NOT_AGAIN,
) -> dict[int, tuple[KnownStatement, ...]]:
    """Map the number of each statement of a file to the statements that it continues, in this file or in others.

    No statement continues one whose lines it has again, as `repeated` says.
    """
    found: dict[int, tuple[KnownStatement, ...]] = {}
    before = list(_before(statements[0], known)) if statements else []
    for statement in statements:
        found[statement.number] = continued(statement, before, repeated.get(statement[:2], ()))
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


def same_account(one: KnownStatement, other: KnownStatement) -> bool:
    """Whether two statements are of one account in one currency."""
    mine, theirs = one.proven, other.proven
    return (mine.bank_account, mine.currency) == (theirs.bank_account, theirs.currency)


def opens(one: KnownStatement, day: date, balance_minor: int) -> bool:
    """Whether a statement begins on a day with a balance."""
    return one.proven.from_on == day and one.proven.opening_minor == balance_minor


def closes(one: KnownStatement, day: date, balance_minor: int) -> bool:
    """Whether a statement ends on a day with a balance."""
    return one.proven.to_on == day and one.proven.closing_minor == balance_minor


def is_dated(one: KnownStatement) -> bool:
    """Whether a statement has days and balances."""
    proven = one.proven
    return None not in (proven.from_on, proven.to_on, proven.opening_minor, proven.closing_minor)


def days_of(proven: StatementProven) -> tuple[date, date]:
    """The first and the last day of a statement that has them."""
    assert proven.from_on is not None, "the statement has days"
    assert proven.to_on is not None, "the statement has days"
    return proven.from_on, proven.to_on


def balances_of(proven: StatementProven) -> tuple[int, int]:
    """The opening and the closing balance of a statement that has them."""
    assert proven.opening_minor is not None, "the statement has balances"
    assert proven.closing_minor is not None, "the statement has balances"
    return proven.opening_minor, proven.closing_minor


def keeps_balance(*statements: KnownStatement) -> bool:
    """Whether a statement ends with the balance with which it begins, so that its balances join all with that one."""
    return any(len(set(balances_of(one.proven))) == 1 for one in statements)
