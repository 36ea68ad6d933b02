"""Sums of a bank: amounts that a statement books for several payments, which other files show in detail."""

from __future__ import annotations

from typing import Final

import polars as pl

from reconciliation.matching.occurrences import in_order

_SUM: Final = ("amount_minor", "booked_on")
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


def lines_with(sums: pl.DataFrame, details: pl.DataFrame, single: pl.Expr = _NONE) -> pl.DataFrame:
    """Sums that are the amount of several payments: of those that one line shows, or of all of a day.

    `single` says which payments can be all that a sum has. `sums` have one row each, and both have the columns of
    `details.SAID`. The columns are `id` of the sum, `first`, the `id` of the first of its payments, and `members`, all
    their ids.
    """
    several = [
        pl.col("id").first().alias("first"),
        pl.col("id").alias("members"),
        pl.col("amount_minor").sum(),
        pl.col("line").n_unique().alias("lines"),
        single.any().alias("single"),
    ]
    lines = details.group_by("booked_on", "line", maintain_order=True).agg(several).drop("line")
    days = details.group_by("booked_on", maintain_order=True).agg(several).filter(pl.col("lines") > 1)
    groups = pl.concat([lines, days.select(lines.columns)])
    groups = groups.filter((pl.col("members").list.len() > 1) | pl.col("single"))
    return in_order(sums.select("id", *_SUM), groups, _SUM).select("id", "first", "members")
