"""Other requests that the payer of a matched receipt may have meant too, by a number beside the reference.

Whoever pays exactly what is open on the request that the reference proves has paid that one and nothing else, whatever
else is written. With any other amount, a number that is nearly another open request's reference, or is another open
invoice's number, may mean that the payment is for both.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import pyarrow as pa

from reconciliation.matching.quoted_requests import FOUND

REASON: Final = "perhaps_for_several"


def unsure(matched: pl.DataFrame) -> pl.DataFrame:
    """The matched receipts with words of the payer and another amount than is open."""
    other = pl.col("parts").is_null() & (pl.col("amount_minor") != pl.col("open_minor"))
    return matched.filter(pl.col("reason").is_null() & other & (pl.col("words").list.len() > 0))


def doubted(
    matched: pl.DataFrame, mistyped: pl.DataFrame, requests: pa.Table, numbers: pl.DataFrame, invoices: pa.Table
) -> pl.DataFrame:
    """The matched receipts, of which those wait for a person whose payers may have meant another request too.

    `mistyped` and `numbers` are what the payers of the unsure receipts wrote, `requests` those with one of the
    references meant, and `invoices` the items of the invoices with one of these numbers. The number of the
    receipt's own invoice means nothing else, whoever is to pay the invoice's other items.
    """
    own = matched.select("key", "request_id", "item_id", "currency")
    near = mistyped.join(_found(requests), on="reference").join(own, on="key", suffix="_own")
    near = near.filter(pl.col("request_id") != pl.col("request_id_own"))
    by_number = numbers.drop("currency").join(_found(invoices), on="number")
    own_numbers = by_number.join(own, on=["key", "item_id"]).select("key", "number")
    by_number = by_number.join(own_numbers, on=["key", "number"], how="anti").join(own, on="key", suffix="_own")
    open_ones = (pl.col("open_minor") > 0) & (pl.col("asked") == pl.col("currency"))
    others = pl.concat([one.filter(open_ones)["key"] for one in (near, by_number)])
    waits = pl.col("key").is_in(others.implode())
    return matched.with_columns(
        reason=pl.when(waits).then(pl.lit(REASON)).otherwise("reason"),
        **{name: pl.when(~waits).then(name) for name in FOUND},
    )


def _found(items: pa.Table) -> pl.DataFrame:
    """What the store found; `asked` is its currency."""
    return pl.DataFrame(pl.from_arrow(items)).rename({"currency": "asked"})
