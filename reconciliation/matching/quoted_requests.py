"""Which of our payment requests a payer quotes: one among other numbers in a text, or several with their amounts."""

from __future__ import annotations

from typing import Final

import polars as pl

from ledger.domain.references import PADDING

FOUND: Final = ("request_id", "item_id", "open_minor")

# One reference of a payer, as the readers give it.
REFERENCE: Final = {
    "reference": pl.String,
    "kind": pl.String,
    "valid": pl.Boolean,
    "amount_minor": pl.Int64,
    "found_as": pl.String,
}
# One of several requests that a payment settles: with how much of it.
PART: Final = {"request_id": pl.String, "item_id": pl.String, "open_minor": pl.Int64, "amount_minor": pl.Int64}
_OWN: Final = {
    "reference": "reference",
    "kind": "reference_kind",
    "valid": "reference_valid",
    "amount_minor": "reference_amount_minor",
}


def canonical(reference: pl.Expr) -> pl.Expr:
    """Remove the zeros with which payers and banks pad a reference."""
    return reference.str.replace(PADDING, "${1}")


def owned(references: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Each `reference` with its number of `owners`, and the request if there is one; padding zeros are no part of it.

    `owners` has a row for each reference that any request has, with the columns FOUND and `asked_currency`.
    """
    filled = pl.col("plain") != pl.col("reference")
    return (
        references.with_columns(plain=canonical(pl.col("reference")))
        .with_columns(unfilled=pl.when(filled).then("plain"))
        .join(owners, on="reference", how="left", maintain_order="left")
        .join(owners, left_on="unfilled", right_on="reference", how="left", maintain_order="left", suffix="_unfilled")
        .with_columns(
            *(pl.coalesce(name, f"{name}_unfilled") for name in (*FOUND, "asked_currency")),
            owners=pl.col("owners").fill_null(0) + pl.col("owners_unfilled").fill_null(0),
        )
    )


def texts(receipts: pl.DataFrame) -> pl.Expr:
    """Whether all that a payer gave was found in a text; a reference field with words counts as a text."""
    found = pl.col("further_references").list.eval(pl.element().struct.field("found_as"))
    fields = pl.col("reference").is_not_null() & (pl.col("reference_kind") != "text").fill_null(value=True)
    return (found.list.len() > 0) & (found.list.drop_nulls().list.len() == found.list.len()) & ~fields


def of_fields() -> pl.Expr:
    """The further references that a payer gave in reference fields, without those found in a text."""
    one = pl.element()
    return pl.col("further_references").list.eval(one.filter(one.struct.field("found_as").is_null()))


def contradicted(receipts: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """The `key` of each receipt whose text quotes a request of ours that its reference fields do not quote.

    Numbers of the text that are nobody's reference say nothing against what the fields quote.
    """
    beside = receipts.filter((pl.col("further_references").list.len() > of_fields().list.len()) & ~texts(receipts))
    if beside.is_empty():
        return receipts.clear().select("key")
    own = beside.select("key", "reference", valid="reference_valid", found_as=pl.lit(None, pl.String))
    further = beside.select("key", one="further_references").explode("one").unnest("one").select(own.columns)
    said = owned(pl.concat([own, further]), owners).filter(pl.col("valid") & (pl.col("owners") > 0))
    said = said.with_columns(id=pl.coalesce("request_id", "reference"))
    in_field = pl.col("found_as").is_null()
    return said.filter(~in_field).join(said.filter(in_field), on=["key", "id"], how="anti").select("key").unique()


def named(receipts: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """The receipts; a text that quotes exactly one request gets that reference as its own.

    Numbers that are nobody's reference are personal, customer's or the bank's numbers. But what is said to be a
    reference and is none of ours contradicts. Adds `quoted`, the number of requests that a text quotes, and `foreign`,
    whether it also says something else to be a reference; both are null for receipts without such a text.
    """
    of_text = receipts.filter(texts(receipts))
    if of_text.is_empty():
        return receipts.with_columns(foreign=pl.lit(None, pl.Boolean), quoted=pl.lit(None, pl.UInt32))
    said = of_text.select("key", one="further_references").explode("one").unnest("one")
    counted = pl.when("valid").then("owners").otherwise(0).fill_null(0)
    said = owned(said, owners).with_columns(counted=counted)
    ours = said.filter(pl.col("counted") > 0).with_columns(id=pl.coalesce("request_id", "reference"))
    ours = ours.unique(["key", "id"], keep="first", maintain_order=True)
    foreign = pl.any_horizontal((pl.col("found_as") == "reference") & (pl.col("counted") == 0))
    texts_of = said.group_by("key", maintain_order=True).agg(foreign=foreign.any())
    texts_of = texts_of.join(ours.group_by("key").agg(quoted=pl.col("counted").sum()), on="key", how="left")
    texts_of = texts_of.with_columns(pl.col("quoted").fill_null(0))
    sole = texts_of.filter((pl.col("quoted") == 1) & ~pl.col("foreign")).select("key")
    chosen = ours.join(sole, on="key", how="semi").select("key", *(pl.col(one).alias(f"own_{one}") for one in _OWN))
    receipts = receipts.join(chosen, on="key", how="left", maintain_order="left")
    receipts = receipts.join(texts_of, on="key", how="left", maintain_order="left")
    is_sole = pl.col("own_reference").is_not_null()
    return receipts.with_columns(
        *(pl.when(is_sole).then(f"own_{one}").otherwise(name).alias(name) for one, name in _OWN.items()),
        further_references=pl.when(is_sole).then(pl.lit([])).otherwise("further_references"),
    ).drop(*(f"own_{one}" for one in _OWN))


def divided(receipts: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """The receipts that the payer divided among several requests: `key` and `parts`, in the payer's order.

    All references are of one request each and in the payment's currency, and the amounts sum to the payment.
    """
    several = receipts.filter((of_fields().list.len() > 0) & ~texts(receipts))
    if several.is_empty():
        return pl.DataFrame(schema={"key": pl.String, "parts": pl.List(pl.Struct(PART))})
    own = several.select(
        "key", "currency", "amount_minor", *(pl.col(name).alias(f"own_{one}") for one, name in _OWN.items())
    )
    paid = own.select("key", "currency", paid="amount_minor")
    first = own.select("key", *(pl.col(f"own_{one}").alias(one) for one in _OWN))
    further = several.select("key", one=of_fields()).explode("one").unnest("one").select(first.columns)
    said = owned(pl.concat([first, further]), owners).join(paid, on="key", how="left", maintain_order="left")
    sound = (
        pl.col("valid").fill_null(value=False)
        & (pl.col("owners") == 1)
        & (pl.col("asked_currency") == pl.col("currency"))
        & (pl.col("amount_minor") > 0)
    ).fill_null(value=False)
    whole = said.group_by("key").agg(sound=sound.all() & (pl.col("amount_minor").sum() == pl.col("paid").first()))
    each = said.join(whole.filter("sound"), on="key", how="semi", maintain_order="left")
    each = each.group_by("key", "request_id", maintain_order=True).agg(
        pl.col("item_id").first(), pl.col("open_minor").first(), pl.col("amount_minor").sum()
    )
    return each.group_by("key", maintain_order=True).agg(parts=pl.struct(*PART))
