"""Candidates: items that an unmatched receipt might be for, each with a reason; the choice is left to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl
import pyarrow as pa

from reconciliation.matching.near_references import near_references
from reconciliation.matching.own_numbers import OWN
from reconciliation.matching.quoted_requests import canonical
from reconciliation.matching.written import mistyped, numbers, whole_fields

# At most this many candidates are listed; further ones are only counted.
MOST: Final = 5

WHY: Final[dict[str, str]] = {
    "same_reference": "issued with this reference",
    "one_digit_off": "its reference differs by one digit",
    "two_digits_swapped": "its reference has two neighbouring digits swapped",
    "same_number": "its invoice has this number",
    "same_amount": "open with exactly this amount",
}
_RANK: Final = {why: rank for rank, why in enumerate(WHY)}

_ITEM: Final = ("item_id", "open_minor", "due_on", "currency", "of")
_LISTED: Final = ("key", "item_id", "count", "open_minor", "due_on", "why", "of")
# No candidate.
NONE: Final = pl.DataFrame(
    schema={
        "key": pl.String,
        "item_id": pl.String,
        "count": pl.Int64,
        "open_minor": pl.Int64,
        "due_on": pl.Date,
        "why": pl.String,
        "of": pl.Int64,
    }
)
# The receipt's own reference counts as mistyped only if the receipt was left unmatched for one of these reasons. One
# that several requests share was not mistyped.
_SLIPPED: Final = ("check_digit_wrong", "reference_unknown")


def slips(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return (key, reference, why) for every reference that the payer of an unmatched receipt gave or may have meant.

    `receipts` is what `exact.match` returns. Every number that the payer wrote is looked up, even one without a check
    digit, and in the payer's words every number with a wrong one.
    """
    unmatched = _unmatched(receipts)
    given = unmatched.select("key", "reference", kind="reference_kind")
    further = unmatched.select("key", "further_references").explode("further_references", empty_as_null=False)
    further = further.select("key", pl.col("further_references").struct.unnest()).select(given.columns)
    ours = unmatched.select("key", reference=OWN, kind=pl.lit(None, pl.String))
    same = pl.concat([given, further, ours]).drop_nulls("reference").select("key", "reference")
    same = pl.concat([same, same.with_columns(canonical(pl.col("reference")))])
    mistaken = (pl.col("reason").is_in(_SLIPPED) | ~pl.col("reference_valid")).fill_null(value=False)
    given = given.filter(unmatched.select(mistaken).to_series())
    near = [
        (key, meant, why)
        for key, reference, kind in pl.concat([given, further]).unique(maintain_order=True).iter_rows()
        for meant, why in _near(reference, kind)
    ]
    schema = {"key": pl.String, "reference": pl.String, "why": pl.String}
    slipped = pl.DataFrame(near, schema=schema, orient="row")
    same = same.with_columns(why=pl.lit("same_reference"))
    # A payer may quote a reference exactly and, elsewhere in the payment, with a mistake. Only the exact quotation is
    # then kept as the reason.
    found = pl.concat([same, slipped, mistyped(unmatched).select(*schema)])
    return found.unique(["key", "reference"], keep="first", maintain_order=True)


def _near(reference: str | None, kind: str | None) -> Iterator[tuple[str, str]]:
    """What is one mistake away; in Finland a mistyped number may also be one of our OCR references."""
    for one in ("viite", "ocr") if kind == "viite" else (kind,):
        yield from near_references(reference, one).items()


def numbered(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return (key, number, currency) for every number by which the payer of an unmatched receipt may mean an invoice.

    It stands alone in the payer's words, or is a whole reference field.
    """
    unmatched = _unmatched(receipts)
    return pl.concat([numbers(unmatched), whole_fields(unmatched)]).unique(maintain_order=True)


def _unmatched(receipts: pl.DataFrame) -> pl.DataFrame:
    return receipts.filter(pl.col("reason").is_not_null() & (pl.col("reason") != "returned_payment"))


class Named(NamedTuple):
    """What payers may have meant by what they wrote, and the items that the store found for it."""

    written: pl.DataFrame
    found: pa.Table


def candidates(unmatched: pl.DataFrame, by_reference: Named, by_number: Named, by_amount: pa.Table) -> pl.DataFrame:
    """The best candidates for each unmatched receipt: key, item_id, count, open_minor, due_on, why, of.

    If more than MOST open items have the receipt's amount, these are one candidate without an item: their `count`, and
    the amount of each. A listed item has the count 1.

    `by_reference` has what `slips` returns, and the items issued with these references; their columns are reference,
    item_id, open_minor, due_on, currency and of. `by_number` has what `numbered` returns, and the items of the invoices
    with these numbers, in the same columns but with number; only open ones are candidates. `by_amount` contains the
    open items with the receipts' amounts, in the same columns except reference. Because thousands of items can have the
    same price, the store returns at most MOST items for each question, oldest due first. In the tables, `of` is the
    number of all items with that reference, number or amount. The result has at most MOST candidates per receipt, open
    items first. The result's column `of` counts all candidates, listed or not.
    """
    unmatched = unmatched.filter(pl.col("reason") != "returned_payment")
    wanted = unmatched.select("key", "currency", open_minor="amount_minor")
    referred = (
        _first(pl.DataFrame(pl.from_arrow(by_reference.found)).select("reference", *_ITEM), ["reference"])
        .join(by_reference.written, on="reference")
        .join(unmatched.select("key"), on="key", how="semi")
    )
    by_its_number = _of_number(by_number, referred)
    written = ("key", "reference", *_ITEM, "why")
    referred = pl.concat([referred.select(written), by_its_number.select(written)])
    rank = pl.col("why").replace_strict(_RANK, return_dtype=pl.Int32)
    referred = referred.with_columns(count=pl.lit(1, pl.Int64), rank=rank)
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


def _of_number(by_number: Named, referred: pl.DataFrame) -> pl.DataFrame:
    """The open items of the invoices that payers name by their numbers; an item that a reference names counts once."""
    return (
        pl.DataFrame(pl.from_arrow(by_number.found))
        .filter(pl.col("open_minor") > 0)
        .select("number", *_ITEM)
        .join(by_number.written, on=["number", "currency"])
        .join(referred, on=["key", "item_id"], how="anti")
        .with_columns(reference=pl.format("number {}", "number"), why=pl.lit("same_number"))
        .with_columns(of=pl.len().over("key", "number").cast(pl.Int64))
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
