"""Exact matching uses a reference only if its check digit is right and exactly one payment request ever had it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl
import pyarrow as pa

from reconciliation.matching.own_numbers import OWN
from reconciliation.matching.quoted_requests import FOUND, canonical, contradicted, divided, named, of_fields, owned
from reconciliation.matching.written import words

RULE: Final = "reference_of_one_request"
# The rule of a payment that the payer divided among several requests.
DIVIDED: Final = "amounts_of_several_requests"
RULE_VERSION: Final = 2

# The kinds of reference that contain a check digit.
_CHECKED: Final = ("ocr", "rf", "viite", "kid", "ogm", "qrr")

# The sentence that tells a person why a receipt was not matched automatically.
REASONS: Final[dict[str, str]] = {
    "returned_payment": "According to the bank, this is a returned payment of ours.",
    "details_contradict_line": "The bank's line and its details disagree. A payment may be missing or repeated.",
    "details_without_amounts": "The bank booked several payments as one amount and does not state the amount of each.",
    "reference_without_check_digit": "The reference that the payer gave has no check digit, so it proves nothing.",
    "several_references": "The payer gave several references. Say how to divide the payment.",
    "reference_is_our_account": "The payer gave a number of our own account as the reference, which says nothing of "
    "what was paid for. Say what the payment is for.",
    "no_reference": "The payer gave no reference that is one of ours.",
    "check_digit_wrong": "The check digit of the reference is wrong, so we cannot know which reference was meant.",
    "reference_unknown": "No payment request ever had this reference.",
    "reference_of_several_requests": "Several payment requests have this reference.",
    "currency_differs": "The payment request is in another currency.",
    "payer_states_less": "According to the payer, only a part of the payment is for this reference.",
    "dispute_unknown": "The provider gives back a payment that was disputed, but its request is paid. The file with "
    "the dispute may be missing, so load it; or the request was paid otherwise since.",
    "recorded_otherwise": "A person recorded another amount under the provider's id of this payment. Ask the "
    "provider. If this amount is right, void the other receipt with `reskontra receipt void`, and this one is matched; "
    "if not, say what this one was with `reskontra receipt reclassify`.",
    "perhaps_for_several": "Beside our reference, the payer wrote what may mean another open item, and the amount is "
    "not what is open on the first. Say what the payment is for.",
}

# The reasons for not matching a receipt although its reference belongs to one of our payment requests.
OURS: Final = frozenset(
    {
        "reference_of_several_requests",
        "currency_differs",
        "payer_states_less",
        "dispute_unknown",
        "recorded_otherwise",
        "perhaps_for_several",
    }
)


def asked(receipts: pl.DataFrame) -> list[str]:
    """References for looking up requests: as written and also without leading zeros; sorted, without duplicates."""
    further = receipts.select(one="further_references").explode("one", empty_as_null=False).drop_nulls().unnest("one")
    own = receipts.select("reference", valid="reference_valid")
    said = pl.concat([own, further.select("reference", "valid")])
    valid = said.filter(pl.col("valid").fill_null(value=False))["reference"]
    both = pl.concat([valid, pl.DataFrame(valid).select(canonical(pl.col("reference")))["reference"]])
    return both.unique().sort().to_list()


def match(receipts: pl.DataFrame, requests: pa.Table) -> pl.DataFrame:
    """Each receipt with its payment request, or with the reason why no match is certain.

    `receipts` are entries with keys. `requests` has one row for each payment request, open or closed, that ever had one
    of the `asked` references. Its columns are reference, request_id, item_id (of the request's first item), open_minor,
    currency. For a reference of several payment requests, two rows are enough: they show that the reference is
    ambiguous. Returns the receipts with `words` (all that the payer wrote), `reason`, request_id, item_id, open_minor
    and `parts`. If `reason` is null, the receipt matches; otherwise request_id, item_id and open_minor are null. If the
    payer divided the payment, `parts` has each request and its amount; else it is null. A reference of ours among other
    numbers of a text becomes the receipt's own. The result does not depend on the order of the tables or on other
    receipts.
    """
    owners = (
        pl.DataFrame(pl.from_arrow(requests))
        .select("reference", *FOUND, asked_currency="currency")
        .unique(["reference", "request_id"])
        .group_by("reference")
        .agg(pl.len().alias("owners"), pl.all().first())
    )
    said = receipts.with_columns(words=words())
    said = said if OWN in said.columns else said.with_columns(pl.lit(None, pl.String).alias(OWN))
    joined = owned(named(said, owners), owners).join(divided(receipts, owners), on="key", how="left")
    against = contradicted(receipts, owners)["key"]
    joined = joined.with_columns(contradicting=pl.col("key").is_in(against.implode()))
    first = pl.col("parts").list.first()
    joined = joined.with_columns(reason=_reason()).with_columns(
        *(pl.coalesce(first.struct.field(name), name).alias(name) for name in FOUND),
        # A payment of one request that is quoted in several fields is not divided.
        parts=pl.when(pl.col("reason").is_null() & (pl.col("parts").list.len() > 1)).then("parts"),
    )
    matched = pl.col("reason").is_null()
    answer = [pl.when(matched).then(name).alias(name) for name in FOUND]
    return joined.select(*said.columns, "reason", *answer, "parts")


def without_credit(matched: pl.DataFrame, disputed: Collection[str] = ()) -> pl.DataFrame:
    """The matches, where a won dispute waits if more than is open came back: its dispute is not in the book yet.

    `disputed` are the hashes of the ids of payments whose dispute the file has.
    """
    if "kind" not in matched.columns or matched.is_empty():
        return matched
    in_file = pl.col("bank_id_key").is_in(list(disputed)) if disputed else pl.lit(value=False)
    early = pl.col("kind").eq_missing(pl.lit("chargeback_returned")) & pl.col("reason").is_null()
    early &= (pl.col("open_minor") < pl.col("amount_minor")) & ~in_file.fill_null(value=False)
    return _waits(matched, early, "dispute_unknown")


def beside_recorded(matched: pl.DataFrame, keys: Collection[str]) -> pl.DataFrame:
    """The matches, where those with these keys wait: a person recorded another amount of the same payment."""
    return _waits(matched, pl.col("key").is_in(list(keys)), "recorded_otherwise") if keys else matched


def _waits(matched: pl.DataFrame, which: pl.Expr, reason: str) -> pl.DataFrame:
    nothing = {name: pl.when(~which).then(name).alias(name) for name in (*FOUND, "parts")}
    return matched.with_columns(reason=pl.when(which).then(pl.lit(reason)).otherwise("reason"), **nothing)


def _reason() -> pl.Expr:
    given = pl.col("reference").is_not_null()
    checked = pl.col("reference_kind").is_in(_CHECKED).fill_null(value=False) & pl.col("reference_valid").is_not_null()
    sent_back = pl.col("return_reason").is_not_null() | pl.col("reversal").fill_null(value=False)
    # A text is of several references if it quotes several requests, or one and something else that is none of ours.
    quoted = pl.col("quoted") > pl.when("foreign").then(0).otherwise(1)
    several = pl.coalesce(quoted, _others().list.len() > 0)
    # Of a payer who mistyped one reference and has another one in the text, the mistake says more.
    other = (pl.col("contradicting") & pl.col("reference_valid") & (pl.col("owners") > 0)).fill_null(value=False)
    rules = {
        "returned_payment": sent_back,
        "details_without_amounts": pl.col("unsplit"),
        "details_contradict_line": pl.col("contradicted"),
        "reference_without_check_digit": given & ~checked,
        "several_references": (several & pl.col("parts").is_null()) | other,
        "reference_is_our_account": ~given & pl.col(OWN).is_not_null(),
        "no_reference": ~given & ~pl.col("foreign").fill_null(value=False),
        "check_digit_wrong": ~pl.col("reference_valid"),
        "reference_unknown": ~given | (pl.col("owners") == 0),
        "reference_of_several_requests": pl.col("owners") > 1,
        "currency_differs": pl.col("asked_currency") != pl.col("currency"),
        "payer_states_less": (pl.col("reference_amount_minor") < pl.col("amount_minor")) & pl.col("parts").is_null(),
    }
    # The reason is the first code in REASONS whose rule applies. If none applies, the receipt matches.
    return pl.coalesce(pl.when(rules[code]).then(pl.lit(code)) for code in REASONS if code in rules)


def _others() -> pl.Expr:
    """The further references of the payer's reference fields, without those that repeat the first."""
    given = of_fields().list.eval(canonical(pl.element().struct.field("reference"))).list.drop_nulls()
    return given.list.set_difference(pl.concat_list("plain"))
