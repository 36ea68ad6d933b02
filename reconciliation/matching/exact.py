"""Exact matching: a checksum-valid reference of exactly one payment request ever made, and nothing less, matches."""

from __future__ import annotations

from typing import Final

import polars as pl
import pyarrow as pa

RULE: Final = "reference-of-one-request"
RULE_VERSION: Final = 1

# Kinds of reference that prove themselves by a check digit.
_CHECKED: Final = ("ocr", "rf", "viite", "qrr")

# Why a receipt was not matched by itself, for a person.
REASONS: Final[dict[str, str]] = {
    "returned_payment": "The bank says this is a payment of ours that came back.",
    "members_without_amounts": "The bank booked several payments as one and does not say what each is worth.",
    "members_contradict_line": "The bank's line and its members do not agree; a payment may be missing or repeated.",
    "reference_without_check_digit": "What the payer wrote has no check digit, so it proves nothing.",
    "several_references": "The payer gave several references; say how the payment divides.",
    "no_reference": "The payer gave no reference.",
    "check_digit_wrong": "The reference's check digit is wrong; one digit off could be anybody's.",
    "reference_unknown": "No payment was ever asked for with this reference.",
    "reference_of_several_requests": "Several payment requests were made with this reference.",
    "currency_differs": "The payment request is in another currency.",
    "payer_states_less": "The payer says that only a part of the payment is for this reference.",
}

_FOUND: Final = ("request_id", "item_id", "open_minor")

# For these, a payment request was made with the very reference.
OURS: Final = frozenset({"reference_of_several_requests", "currency_differs", "payer_states_less"})


def canonical(reference: pl.Expr) -> pl.Expr:
    """A reference without the zeros that payers and banks fill it with; check digits hold with and without them.

    Source: ISO 11649 and the OCR, viite and QRR rules weigh digits from the right.
    """
    return reference.str.replace(r"^(RF\d\d)?0+", "${1}")


def asked(receipts: pl.DataFrame) -> list[str]:
    """The references to look requests up by: as they are written and without leading zeros, each once, sorted."""
    valid = receipts.filter(pl.col("reference_valid").fill_null(value=False))
    both = pl.concat([valid["reference"], valid.select(canonical(pl.col("reference")))["reference"]])
    return both.unique().sort().to_list()


def match(receipts: pl.DataFrame, requests: pa.Table) -> pl.DataFrame:
    """Each receipt with its payment request, or with the reason why none is certain.

    `receipts` are keyed entries. `requests` has one row for every payment request ever made with one of the `asked`
    references, open or closed (two of a reference are enough to know that it is not owned by one): reference,
    request_id, item_id (its first), open_minor, currency. Returned: the receipts with `reason` (null: matched),
    request_id, item_id and open_minor, these null where there is a reason.
    The answer depends on the order of neither table, and on no other receipt.
    """
    owners = (
        pl.DataFrame(pl.from_arrow(requests))
        .select("reference", *_FOUND, asked_currency="currency")
        .unique(["reference", "request_id"])
        .group_by("reference")
        .agg(pl.len().alias("owners"), pl.all().first())
    )
    filled = pl.col("plain") != pl.col("reference")
    joined = (
        receipts.with_columns(plain=canonical(pl.col("reference")))
        .with_columns(unfilled=pl.when(filled).then("plain"))
        .join(owners, on="reference", how="left", maintain_order="left")
        .join(owners, left_on="unfilled", right_on="reference", how="left", maintain_order="left", suffix="_unfilled")
        .with_columns(
            *(pl.coalesce(name, f"{name}_unfilled") for name in (*_FOUND, "asked_currency")),
            owners=pl.col("owners").fill_null(0) + pl.col("owners_unfilled").fill_null(0),
        )
        .with_columns(reason=_reason())
    )
    matched = pl.col("reason").is_null()
    answer = [pl.when(matched).then(name).alias(name) for name in _FOUND]
    return joined.select(*receipts.columns, "reason", *answer)


def _reason() -> pl.Expr:
    told = pl.col("reference").is_not_null()
    checked = pl.col("reference_kind").is_in(_CHECKED).fill_null(value=False) & pl.col("reference_valid").is_not_null()
    sent_back = pl.col("return_reason").is_not_null() | pl.col("reversal").fill_null(value=False)
    rules = {
        "returned_payment": sent_back,
        "members_without_amounts": pl.col("unsplit"),
        "members_contradict_line": pl.col("contradicted"),
        "reference_without_check_digit": told & ~checked,
        "several_references": _others().list.len() > 0,
        "no_reference": ~told,
        "check_digit_wrong": ~pl.col("reference_valid"),
        "reference_unknown": pl.col("owners") == 0,
        "reference_of_several_requests": pl.col("owners") > 1,
        "currency_differs": pl.col("asked_currency") != pl.col("currency"),
        "payer_states_less": pl.col("reference_amount_minor") < pl.col("amount_minor"),
    }
    # The first that holds, in the order of REASONS; none holding is a match.
    return pl.coalesce(pl.when(rules[code]).then(pl.lit(code)) for code in REASONS)


def _others() -> pl.Expr:
    """The references that the payer gave beside the first, less those that are the same again."""
    given = pl.col("further_references").list.eval(canonical(pl.element().struct.field("reference"))).list.drop_nulls()
    return given.list.set_difference(pl.concat_list("plain"))
