"""Pairs the lines of a statement with what is booked, so that the booked money is what the statement's balances say.

A statement of a format with balances proves itself: its lines sum to its closing balance less its opening balance. Its
lines are paired with the movements that are booked within its days. A paired line is not booked again, whatever else
has changed in it. What remains unpaired on both sides decides about the rest, for money in and money out separately.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from reconciliation.matching.differences import CORRECTS, Difference, key_of
from reconciliation.matching.occurrences import in_order
from reconciliation.matching.relations import Relation, joined, longer, relations
from reconciliation.matching.repeated_lines import NO_NAMES, evidence

if TYPE_CHECKING:
    from projections.store.matching_lookups import KnownStatement
    from reconciliation.matching.repeated_lines import Repeated

# What happens to a line: it is booked; or it was booked before, for sure or as far as anybody can see; or the book has
# its money already, divided differently; or the book contradicts the statement; or it has other payments than it had.
BOOK: Final = "book"
AGAIN: Final = "again"
REPEATED: Final = "repeated"
COVERED: Final = "covered"
CONTRADICTED: Final = "contradicted"
CHANGED: Final = "changed"

# Two movements are the same money if all of these agree; the first list whose columns agree decides. On another day,
# only a movement that is surely the statement's own is the same money.
_SAME_DAY_BY_ID: Final = (("bank_id_key", "amount_minor", "booked_on"),)
_BY_ID: Final = (("bank_id_key", "amount_minor"),)
_SAME_DAY: Final = (("amount_minor", "booked_on"),)
_BY_AMOUNT: Final = (("amount_minor",),)

_MOVEMENT: Final = pl.Schema({
    "movement_id": pl.String(), "bank_account": pl.String(), "booked_on": pl.Date(), "amount_minor": pl.Int64(),
    "file": pl.String(), "statement_no": pl.Int64(), "bank_id_key": pl.String(), "keys": pl.List(pl.String()),
})  # fmt: skip
_NO_PAIRS: Final = pl.DataFrame(schema={"line_no": pl.Int32, "movement_id": pl.String})


class Decided(NamedTuple):
    """The decision about each line of a file (statement_no, line_no, decision), and what contradicts the book."""

    lines: pl.DataFrame
    differences: tuple[Difference, ...]


def decide(
    entries: pl.DataFrame,
    stated: Sequence[KnownStatement],
    known: Sequence[KnownStatement],
    booked: pl.DataFrame,
    format: str | None,
    repeated: Repeated | None = None,
) -> Decided:
    """Decide about each line of a file.

    `entries` are the file's entries with their keys, `stated` its statements, and `known` the statements of the
    accounts in other files. `booked` is what is booked on these accounts from other files, with a row for each receipt
    and each part: movement_id, movement_minor, amount_minor, line_key, bank_account, booked_on, file, statement_no,
    bank_id_key, in_detail and format. What was booked from the file itself must not be in it, so that a resumed load
    decides the same. Statements with balances are compared with the money of the bank; others only with files of their
    own `format`, because the payments of files of other formats are paired one by one. `repeated` says which statements
    have the same lines where their balances do not say it.
    """
    lines = _lines(entries)
    pool = _movements(booked.filter(~pl.col("in_detail")))
    alike = _movements(booked.filter(pl.col("format") == format))
    before, decided, differences = list(known), [lines.clear().with_columns(decision=pl.lit(BOOK))], []
    for one in stated:
        mine = lines.filter(pl.col("statement_no") == one.number)
        others = alike if one.proven.opening_minor is None else pool
        on_account = others.filter(pl.col("bank_account") == one.proven.bank_account)
        made, difference = _of_statement(mine, on_account, one, before, repeated or {})
        decided.append(made)
        new = made.filter(pl.col("decision") == BOOK).drop("decision").with_columns(file=pl.lit(one.sha256))
        pool = pl.concat([pool, _as_movements(new, one)])
        before.append(one)
        if difference is not None:
            differences.append(difference)
            pool = pl.concat([pool, pl.DataFrame([difference.as_row()], schema=_MOVEMENT)])
        correction = _correction(one, before, pool)
        if correction is not None:
            differences.append(correction)
            pool = pl.concat([pool, pl.DataFrame([correction.as_row()], schema=_MOVEMENT)])
    return Decided(pl.concat(decided).select("statement_no", "line_no", "decision"), tuple(differences))


def _of_statement(
    mine: pl.DataFrame,
    pool: pl.DataFrame,
    statement: KnownStatement,
    before: Sequence[KnownStatement],
    repeated: Repeated,
) -> tuple[pl.DataFrame, Difference | None]:
    proven = statement.proven
    if proven.opening_minor is None or proven.closing_minor is None or proven.from_on is None or proven.to_on is None:
        # Without balances, only the bank's own id proves that a movement was seen before.
        return _with(mine, _paired(mine, pool, _SAME_DAY_BY_ID, _by_key(mine, pool.clear())), AGAIN, BOOK), None
    found = relations(statement, before, evidence(mine, pool, repeated.get(statement[:2], NO_NAMES)))
    around, pool = pool, _within(pool, found, proven.from_on, proven.to_on)
    inside = pool.filter("inside")
    inside = inside.with_columns(sure=~_maybe_outside(proven.from_on, proven.to_on))
    sure = inside.filter("sure")
    pairs = _by_key(mine, inside)
    # Of equal movements, those that are surely the statement's own come first.
    for candidates, rules in (
        (sure, _SAME_DAY_BY_ID),
        (inside, _SAME_DAY_BY_ID),
        (sure, _BY_ID),
        (sure, _SAME_DAY),
        (inside, _SAME_DAY),
        (sure, _BY_AMOUNT),
        # A longer statement has all of this one's money, perhaps with other booking days.
        (pool.filter("contains"), (*_BY_ID, *_BY_AMOUNT)),
    ):
        pairs = _paired(mine, candidates, rules, pairs)
    left, spare = _left(mine, inside, pairs)
    lacking = proven.closing_minor - proven.opening_minor - int(inside["amount_minor"].sum())
    # The balance comes back within the day, so what is left is not what an equal statement has, but comes after it.
    comes_after = spare.is_empty() and lacking == int(left["amount_minor"].sum()) != 0
    if (any(one.whole for one in found) and not comes_after) or any(
        _is_met(one, before, around) for one in longer(found, before)
    ):
        # All of the statement's money is in the book already, perhaps by way of other statements.
        return _with(mine, pairs, AGAIN, COVERED), None
    decided, net = [_with(mine.join(pairs, on="line_no", how="semi"), pairs, AGAIN, BOOK)], 0
    for incoming in (True, False):
        of_sign = (pl.col("amount_minor") > 0) == incoming
        rest, booked = left.filter(of_sign), spare.filter(of_sign)
        what, over = _compared(rest, booked)
        decided.append(rest.with_columns(decision=pl.lit(what)))
        net += over
    return pl.concat(decided), Difference(statement, net, proven.to_on, key_of(proven)) if net else None


def _is_met(statement: KnownStatement, known: Sequence[KnownStatement], pool: pl.DataFrame) -> bool:
    """Whether the book has all the money of a statement, and surely no other within its days."""
    proven = statement.proven
    assert proven.from_on is not None, "the statement has days"
    assert proven.to_on is not None, "the statement has days"
    assert proven.opening_minor is not None, "it has balances"
    assert proven.closing_minor is not None, "it has balances"
    inside = _within(pool, relations(statement, known), proven.from_on, proven.to_on).filter("inside")
    if inside.select((~pl.col("proven") | _maybe_outside(proven.from_on, proven.to_on)).any()).item():
        return False
    return int(inside["amount_minor"].sum()) == proven.closing_minor - proven.opening_minor


def _correction(statement: KnownStatement, known: Sequence[KnownStatement], pool: pl.DataFrame) -> Difference | None:
    """What the book lacks, or has too much, of the money of a day's statements that join.

    While a statement between two others was missing, a line of one of these may have been taken for a line of the other
    one, or to contradict it. Without numbers, only the latter is sure: a statement of the whole day may come, and have
    the line.
    """
    day = joined(statement, known)
    # If another file has the whole statement, what this one booked in an interrupted load is not among the pool.
    others = [one for one in known if one[:2] != statement[:2]]
    if day is None or any(one.whole for one in relations(statement, others)):
        return None
    proven, on = day.whole.proven, day.whole.proven.to_on
    assert on is not None, "the statements have a day"
    assert proven.opening_minor is not None, "they have balances"
    assert proven.closing_minor is not None, "they have balances"
    pool = pool.filter(pl.col("bank_account") == proven.bank_account)
    inside = _within(pool, relations(day.whole, known), on, on).filter("inside")
    names = pl.DataFrame([one[:2] for one in day.statements], schema=["file", "statement_no"], orient="row")
    elsewhere = pool.filter(pl.col("booked_on") != on).join(names, on=["file", "statement_no"], how="semi")
    # What may be outside, or has no statement with balances, may be booked rightly without being the day's.
    unsure = inside.select((~pl.col("proven") | _maybe_outside(on, on)).any()).item()
    if inside.is_empty() or unsure or not elsewhere.is_empty() or not (day.numbered or _differs(inside, known)):
        return None
    lacking = proven.closing_minor - proven.opening_minor - int(inside["amount_minor"].sum())
    return Difference(statement, lacking, on, key_of(proven, CORRECTS), CORRECTS) if lacking else None


def _differs(booked: pl.DataFrame, known: Sequence[KnownStatement]) -> bool:
    """Whether a difference of a statement is among the booked movements."""
    made = {key_of(one.proven) for one in known}
    return any(made.intersection(keys) for keys in booked["keys"])


def _compared(rest: pl.DataFrame, spare: pl.DataFrame) -> tuple[str, int]:
    """What happens to unpaired lines beside unpaired booked movements, and by how much they contradict each other."""
    said, counted = int(rest["amount_minor"].sum()), spare.filter("counts")
    booked = int(counted["amount_minor"].sum())
    # A movement that no statement with balances has proven may be booked on one of the next days.
    proven = int(counted.filter("proven")["amount_minor"].sum())
    sums = [booked, proven, int(spare.filter(pl.col("counts") | ~pl.col("cut"))["amount_minor"].sum())]
    if not rest.is_empty() and not spare.is_empty() and said in sums:
        return COVERED, 0
    if counted.is_empty() or (rest.is_empty() and not proven):
        return BOOK, 0
    return CONTRADICTED, said - (proven if rest.is_empty() else booked)


def _within(pool: pl.DataFrame, found: Sequence[Relation], first: date, last: date) -> pl.DataFrame:
    """The booked movements that the statement may contain, with what their own statement is to it."""
    schema = dict(zip(Relation._fields, (pl.String, pl.Int64, *[pl.Boolean] * 8), strict=True))
    known = pl.DataFrame([tuple(one) for one in found], schema=schema, orient="row")
    joined = pool.join(known, on=["file", "statement_no"], how="left").with_columns(proven=pl.col("same").is_not_null())
    flags = [pl.col(name).fill_null(value=False) for name in Relation._fields[2:]]
    joined = joined.with_columns(*flags)
    inside = pl.col("moved") | (pl.col("booked_on").is_between(first, last) & ~pl.col("apart"))
    return joined.with_columns(inside=inside).filter(pl.col("inside") | pl.col("contains"))


def _maybe_outside(first: date, last: date) -> pl.Expr:
    """Whether a booked movement of the first or last day may have come before or after the statement's lines."""
    return ((pl.col("booked_on") == first) & pl.col("before")) | ((pl.col("booked_on") == last) & pl.col("beyond"))


def _left(mine: pl.DataFrame, inside: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The unpaired lines, and the unpaired booked movements."""
    left = mine if pairs.is_empty() else mine.join(pairs, on="line_no", how="anti")
    return left, _spare(inside, pairs, left)


def _spare(inside: pl.DataFrame, pairs: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """Unpaired booked movements; `counts` is false for those that the statement need not contain.

    On its first and last day, the statement need not contain what may have come before or after its lines, unless it
    has unpaired lines on that day itself. Of equal movements, those that it need not contain are the unpaired ones.
    """
    alike = ["booked_on", "amount_minor"]
    unsure = inside.filter(~pl.col("sure") & ~pl.col("booked_on").is_in(left["booked_on"].implode()))
    spare = inside.join(pairs, on="movement_id", how="anti").sort("sure")
    spare = spare.join(unsure.group_by(alike).len("unsure"), on=alike, how="left", maintain_order="left")
    nth = pl.int_range(1, pl.len() + 1).over(alike)
    return spare.with_columns(counts=nth > pl.col("unsure").fill_null(0))


def _paired(
    mine: pl.DataFrame, pool: pl.DataFrame, rules: Sequence[tuple[str, ...]], pairs: pl.DataFrame
) -> pl.DataFrame:
    """Further pairs of line_no and movement_id, each used once; of equal candidates, the first pairs with the first."""
    for columns in () if mine.is_empty() or pool.is_empty() else rules:
        ours = mine.drop("movement_id").join(pairs, on="line_no", how="anti")
        theirs = pool.join(pairs, on="movement_id", how="anti")
        if ours.is_empty() or theirs.is_empty():
            break
        pairs = pl.concat([pairs, in_order(ours, theirs, columns).select("line_no", "movement_id")])
    return pairs


def _by_key(mine: pl.DataFrame, pool: pl.DataFrame) -> pl.DataFrame:
    """Lines and movements of the same amount that have a key in common."""
    if mine.is_empty() or pool.is_empty():
        return _NO_PAIRS
    ours = mine.select("line_no", "amount_minor", key="keys").explode("key")
    theirs = pool.select("movement_id", "amount_minor", key="keys").explode("key")
    found = ours.join(theirs, on=["key", "amount_minor"], maintain_order="left").select("line_no", "movement_id")
    return found.unique("line_no", keep="first", maintain_order=True).unique("movement_id", keep="first")


def _with(mine: pl.DataFrame, pairs: pl.DataFrame, paired: str, alone: str) -> pl.DataFrame:
    found = pl.col("line_no").is_in(pairs["line_no"].implode())
    return mine.with_columns(decision=pl.when(found).then(pl.lit(paired)).otherwise(pl.lit(alone)))


def _lines(entries: pl.DataFrame) -> pl.DataFrame:
    """One row for each line, in the order of the file; its amount is what the bank booked."""
    return entries.group_by("statement_no", "line_no", maintain_order=True).agg(
        movement_id=pl.col("movement_key").first(),
        bank_account=pl.col("account").first(),
        booked_on=pl.col("booked_on").first(),
        amount_minor=pl.col("line_minor").first(),
        bank_id_key=pl.col("bank_id_key").first(),
        keys=pl.col("key"),
    )


def _movements(booked: pl.DataFrame) -> pl.DataFrame:
    """One row for each booked movement, ordered by day so that the result depends on nothing else."""
    found = booked.group_by("movement_id", "file", maintain_order=True).agg(
        bank_account=pl.col("bank_account").first(),
        booked_on=pl.col("booked_on").first(),
        amount_minor=pl.coalesce(pl.col("movement_minor").first(), pl.col("amount_minor").sum()),
        statement_no=pl.col("statement_no").first(),
        bank_id_key=pl.col("bank_id_key").first(),
        keys=pl.col("line_key").drop_nulls(),
    )
    return found.select(_MOVEMENT.names()).cast(_MOVEMENT).sort("booked_on", "movement_id")


def _as_movements(lines: pl.DataFrame, statement: KnownStatement) -> pl.DataFrame:
    ids = pl.concat_str(pl.lit(f"{statement.number}-"), "line_no")
    return lines.with_columns(movement_id=ids).select(_MOVEMENT.names()).cast(_MOVEMENT)
