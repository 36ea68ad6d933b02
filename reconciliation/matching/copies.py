"""Finds files that say again what another file of their format said, with other ids of the bank or on another day.

A bank that makes a file anew may give its payments new ids, divide them into other deposits, or date them otherwise.
One payment that is equal to another one but for the bank's id is another payment: somebody paid twice. Several
payments that are all equal to those of one file are more likely those payments again; only a person can know.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from reconciliation.matching.details import NO_PAIRS

# What a payment is known by. What only one of two files says of it, makes another payment of it.
_CONTENT: Final = ("amount_minor", "plain", "text", "payer_account", "payer", "giro")
_NAMED: Final = ("plain", "text", "payer_account", "payer")
# So many different payments of a file come again, or else it is chance that they are equal.
_SEVERAL: Final = 2


def copied(mine: pl.DataFrame, theirs: pl.DataFrame, whole: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Pairs (`id`, `money_id`) of payments of two files of one format that may be the same, although their ids differ.

    `mine` and `theirs` have the columns of `details.SAID`, and `stated_as`, the bank's number of their statement;
    `theirs` also has its `file`. `whole` has the `line` of each payment of this file that statements leave undecided,
    and the `file` that is known to have it. `sizes` has the number of payments that each `file` showed.

    The payments of this file, or of one of its lines, may be those of another file if all of these are among those, or
    all of those among these, and at least two differ. So may those of a statement whose number another file has for
    another day, also a single payment with a reference. A single payment may also be one to which the payer gave the
    same id.
    """
    ours, others = _told(mine), _told(theirs)
    by_day = _equal(ours, others, "booked_on").with_columns(numbered=pl.lit(value=False))
    by_number = _equal(ours, others, "stated_as").filter(pl.col("booked_on") != pl.col("booked_on_there"))
    by_payer = _equal(ours, others, "end_to_end_key").filter(
        (pl.col("booked_on") == pl.col("booked_on_there")) | pl.col("plain").is_not_null()
    )
    found = pl.concat([by_day, by_number.with_columns(numbered=pl.lit(value=True))])
    found = found.unique(["id", "file", "numbered"], keep="first", maintain_order=True)
    pairs = [_of_groups(found, whole, sizes, scope) for scope in (pl.lit(""), pl.col("line"))]
    made = pl.concat([by_payer.select(NO_PAIRS.columns), *pairs])
    return made.unique("id", keep="first", maintain_order=True).unique("money_id", keep="first", maintain_order=True)


def _told(payments: pl.DataFrame) -> pl.DataFrame:
    said = [pl.col(name).cast(pl.String).fill_null("") for name in _CONTENT]
    return payments.with_columns(
        content=pl.concat_str(said, separator="\x1f"),
        named=pl.any_horizontal(pl.col(name).is_not_null() for name in _NAMED),
    )


def _equal(ours: pl.DataFrame, others: pl.DataFrame, also: str) -> pl.DataFrame:
    """The payments of this file with the equal ones of each other file, the n-th of equal ones with the n-th."""
    columns = ["content", also]
    order = ["booked_on", "end_to_end_key"]
    ours = ours.filter(pl.col(also).is_not_null()).sort(order, nulls_last=True, maintain_order=True)
    others = others.filter(pl.col(also).is_not_null()).sort(order, nulls_last=True, maintain_order=True)
    ours = ours.with_columns(nth=pl.int_range(pl.len()).over(columns), payers_id="end_to_end_key", on="booked_on")
    others = others.select(
        *columns,
        "file",
        money_id="id",
        payers_id_there="end_to_end_key",
        booked_on_there="booked_on",
        nth=pl.int_range(pl.len()).over("file", *columns),
    )
    found = ours.join(others, on=[*columns, "nth"], maintain_order="left")
    found = found.filter((pl.col("payers_id") == pl.col("payers_id_there")).fill_null(value=True))
    return found.select(
        "id", "line", "file", "money_id", "content", "named", "plain", "booked_on_there", booked_on="on"
    )


def _of_groups(found: pl.DataFrame, whole: pl.DataFrame, sizes: pl.DataFrame, scope: pl.Expr) -> pl.DataFrame:
    """The pairs of all payments of this file, or of a line of it, as `scope` says, with those of one other file."""
    group = ["scope", "file", "numbered"]
    mine = whole.with_columns(scope=scope)
    again = mine.group_by("scope", "file").agg(known=pl.len())
    mine = mine.group_by("scope").agg(payments=pl.len())
    found = found.with_columns(scope=scope)
    groups = found.group_by(group, maintain_order=True).agg(
        paired=pl.len(),
        differing=pl.col("content").filter("named").n_unique(),
        referenced=pl.col("plain").is_not_null().all(),
    )
    groups = groups.join(mine, on="scope", maintain_order="left").join(sizes, on="file", maintain_order="left")
    groups = groups.join(again, on=["scope", "file"], how="left", maintain_order="left")
    known = pl.col("known").fill_null(0)
    all_of_mine = pl.col("paired") + known == pl.col("payments")
    all_of_theirs = pl.col("paired") + known == pl.col("size")
    several = pl.col("differing") + known >= _SEVERAL
    one = pl.col("numbered") & pl.col("referenced")
    groups = groups.filter((all_of_mine | all_of_theirs) & (several | one))
    return found.join(groups, on=group, how="semi", maintain_order="left").select(NO_PAIRS.columns)
