"""Candidates: items that an unmatched receipt might be for, each with a reason; the choice is left to a person."""

from __future__ import annotations

from typing import Final

import polars as pl
import pyarrow as pa

from reconciliation.matching.near_references import near_references
from reconciliation.matching.quoted_requests import canonical

# At most this many candidates are listed; further ones are only counted.
MOST: Final = 5

WHY: Final[dict[str, str]] = {
    "same_reference": "issued with this reference",
    "one_digit_off": "its reference differs by one digit",
    "two_digits_swapped": "its reference has two neighbouring digits swapped",
    "same_amount": "open with exactly this amount",
}
_RANK: Final = {why: rank for rank, why in enumerate(WHY)}

_ITEM: Final = ("item_id", "open_minor", "due_on", "currency", "of")
_LISTED: Final = ("key", "item_id", "count", "open_minor", "due_on", "why", "of")
# Mistyped references are searched for only if a receipt was left unmatched for one of these reasons. A reference that
# several requests share was not mistyped.
_SLIPPED: Final = ("check_digit_wrong", "reference_unknown")


def slips(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return (key, reference, why) for every reference that the payer of an unmatched receipt gave or may have meant.

    `receipts` is what `exact.match` returns. Every number that the payer wrote is looked up, even one without a check
    digit.
    """
    unmatched = receipts.filter(pl.col("reason").is_not_null() & (pl.col("reason") != "returned_payment"))
    given = unmatched.select("key", "reference")
    further = unmatched.select("key", "further_references").explode("further_references", empty_as_null=False)
    further = further.select("key", pl.col("further_references").struct.field("reference"))
    same = pl.concat([given, further]).drop_nulls()
    same = pl.concat([same, same.with_columns(canonical(pl.col("reference")))])
    mistaken = unmatched.filter(pl.col("reason").is_in(_SLIPPED))
    near = [
        (key, meant, why)
        for key, reference, kind in mistaken.select("key", "reference", "reference_kind").iter_rows()
        for meant, why in near_references(reference, kind).items()
    ]
    schema = {"key": pl.String, "reference": pl.String, "why": pl.String}
    slipped = pl.DataFrame(near, schema=schema, orient="row")
    same = same.with_columns(why=pl.lit("same_reference"))
    # A payer may quote a reference exactly and, elsewhere in the payment, with a mistake. Only the exact quotation is
    # then kept as the reason.
    return pl.concat([same, slipped]).unique(["key", "reference"], keep="first", maintain_order=True)


def candidates(
    unmatched: pl.DataFrame, slipped: pl.DataFrame, by_reference: pa.Table, by_amount: pa.Table
) -> pl.DataFrame:
    """The best candidates for each unmatched receipt: key, item_id, count, open_minor, due_on, why, of.

    If more than MOST open items have the receipt's amount, these are one candidate without an item: their `count`, and
    the amount of each. A listed item has the count 1.

    `slipped` is what `slips` returns. `by_reference` contains the items issued with the references in `slipped`; the
    columns are reference, item_id, open_minor, due_on, currency and of. `by_amount` contains the open items with the
    receipts' amounts, in the same columns except reference. Because thousands of items can have the same price, the
    store returns at most MOST items for each reference and amount, oldest due first. In both tables, `of` is the number
    of all items with that reference or amount. The result has at most MOST candidates per receipt, open items first.
    The result's column `of` counts all candidates, listed or not.
    """
    unmatched = unmatched.filter(pl.col("reason") != "returned_payment")
    wanted = unmatched.select("key", "currency", open_minor="amount_minor")
    rank = pl.col("why").replace_strict(_RANK, return_dtype=pl.Int32)
    referred = (
        _first(pl.DataFrame(pl.from_arrow(by_reference)).select("reference", *_ITEM), ["reference"])
        .with_columns(count=pl.lit(1, pl.Int64))
        .join(slipped.with_columns(rank=rank), on="reference")
        .join(unmatched.select("key"), on="key", how="semi")
    )
    priced = (
        _summed(_first(pl.DataFrame(pl.from_arrow(by_amount)).select(_ITEM), ["currency", "open_minor"]))
        .join(wanted, on=["currency", "open_minor"])
        .with_columns(why=pl.lit("same_amount"), rank=pl.lit(_RANK["same_amount"], pl.Int32))
    )
    found = (
        pl.concat([part.select("key", *_ITEM, "count", "why", "rank") for part in (referred, priced)])
        .sort("key", pl.col("open_minor") <= 0, "rank", "due_on", "item_id")
        .unique(["key", "item_id"], keep="first", maintain_order=True)
    )
    return (
        found.drop("of")
        .join(_totals(referred, priced, wanted), on="key", how="left", maintain_order="left")
        .group_by("key", maintain_order=True)
        .head(MOST)
        .select(_LISTED)
    )


def _first(items: pl.DataFrame, of: list[str]) -> pl.DataFrame:
    """The items to list for each reference or amount: open items first, then by due day, oldest first."""
    ordered = items.sort(pl.col("open_minor") <= 0, "due_on", "item_id")
    return ordered.group_by(of, maintain_order=True).head(MOST)


def _summed(priced: pl.DataFrame) -> pl.DataFrame:
    """The items of one amount, or only their count if they are too many to list."""
    many = pl.col("of") > MOST
    return priced.with_columns(
        item_id=pl.when(~many).then("item_id"),
        due_on=pl.when(~many).then("due_on"),
        count=pl.when(many).then("of").otherwise(1).cast(pl.Int64),
    ).unique(maintain_order=True)


def _totals(referred: pl.DataFrame, priced: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """The number of items found for each receipt by reference or by amount; each item counts once."""
    counted = [
        referred.unique(["key", "reference"]).group_by("key").agg(of=pl.col("of").sum()),
        priced.unique("key").select("key", "of"),
        referred.join(wanted, on=["key", "currency", "open_minor"], how="semi")
        .unique(["key", "item_id"])
        .group_by("key")
        .agg(of=-pl.len().cast(pl.Int64)),
    ]
    each = [one.with_columns(pl.col("of").cast(pl.Int64)) for one in counted]
    return pl.concat(each).group_by("key").agg(pl.col("of").sum())
