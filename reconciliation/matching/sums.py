"""Sums of a bank: amounts that a statement books for several payments, which other files show in detail."""

from __future__ import annotations

from typing import Final

import polars as pl

from reconciliation.matching.occurrences import in_order

_SUM: Final = ("amount_minor", "booked_on")
_FOUND: Final = ("id", "first", "members")
# A payment that was made to a giro of ours is in the sum of that giro, not in a line of its own.
TO_GIRO: Final = pl.col("giro").is_not_null()
_NONE: Final = pl.lit(value=False)


def unspent(details: pl.DataFrame, lumps: pl.DataFrame) -> pl.DataFrame:
    """The detailed payments of which no statement has the money yet.

    `details` have the columns of `details.SAID`. `lumps` are the amounts on `bank_details` that statements booked, with
    id, amount_minor and booked_on. Each spends the payments of which it is the sum, or else one payment of its amount.
    """
    sums = lines_with(lumps, details, single=pl.lit(value=True))
    details = details.filter(~pl.col("id").is_in(sums["members"].explode().implode()))
    rest = lumps.join(sums, on="id", how="anti").select(*_SUM, lump="id")
    return details.join(in_order(details, rest, _SUM), on="id", how="anti")


def lines_with(
    sums: pl.DataFrame, details: pl.DataFrame, single: pl.Expr = _NONE, rests: pl.Series | None = None
) -> pl.DataFrame:
    """Sums that are the amount of several payments: of those that one line shows, or of all of a day.

    `single` says which payments can be all that a sum has. `rests` are the ids of those details that are no payments
    but what their line has beside these; with one, a single payment can be all of a sum, unless the sum names another
    payer. `sums` have one row each, and both have the columns of `details.SAID`. The columns are `id` of the sum,
    `first`, the `id` of the first of its payments, and `members`, all their ids.
    """
    payment = ~pl.col("id").is_in([] if rests is None else rests.implode())
    several = [
        pl.col("id").first().alias("first"),
        pl.col("id").alias("members"),
        pl.col("amount_minor").sum(),
        pl.col("line").n_unique().alias("lines"),
        single.any().alias("single"),
        pl.when((payment.sum() == 1) & (pl.len() > 1)).then(pl.col("payer").drop_nulls().first()).alias("payer"),
    ]
    lines = details.group_by("booked_on", "line", maintain_order=True).agg(several).drop("line")
    days = details.group_by("booked_on", maintain_order=True).agg(several).filter(pl.col("lines") > 1)
    groups = pl.concat([lines, days.select(lines.columns)])
    groups = groups.filter((pl.col("members").list.len() > 1) | pl.col("single"))
    groups = groups.with_row_index("group")
    if groups["payer"].null_count() == groups.height:
        return _found(sums, groups, _SUM).select(_FOUND)
    found = _found(sums, groups, (*_SUM, "payer"))
    unnamed = pl.col("payer").is_null()
    # Else nobody is named on one side at least.
    for ours, theirs in ((sums, groups.filter(unnamed)), (sums.filter(unnamed), groups)):
        left, free = ours.join(found, on="id", how="anti"), theirs.join(found, on="group", how="anti")
        found = pl.concat([found, _found(left, free, _SUM)])
    return found.select(_FOUND)


def _found(sums: pl.DataFrame, groups: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return in_order(sums.select("id", *columns), groups, columns).select(*_FOUND, "group")
