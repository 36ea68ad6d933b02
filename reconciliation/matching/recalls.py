"""Recalls: debits with which the bank takes a payment back, and the receipt that each takes back, if certain."""

from __future__ import annotations

from typing import Final

import polars as pl
import pyarrow as pa

from reconciliation.matching.exact_match import canonical

# A recall names its receipt by all of these.
_SAME: Final = ("account", "currency", "plain", "taken_minor")


def recalls(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries by which the bank takes a credit back: debits that it calls a reversal or a returned payment."""
    taken_back = pl.col("reversal").fill_null(value=False) | pl.col("return_reason").is_not_null()
    return entries.filter((pl.col("amount_minor") < 0) & (pl.col("part") != "rest") & taken_back)


def asked(entries: pl.DataFrame) -> list[str]:
    """The references by which receipts are looked up: as the recalls give them, and without leading zeros."""
    given = recalls(entries).filter(pl.col("reference").is_not_null())
    both = pl.concat([given["reference"], given.select(canonical(pl.col("reference")))["reference"]])
    return both.unique().sort().to_list()


def match(entries: pl.DataFrame, receipts: pa.Table) -> pl.DataFrame:
    """The recalls that name exactly one receipt by reference, amount and account, with its receipt_id and last_no.

    `entries` are all entries of a file with keys, money_id and no (the row's number in the file): a recall may precede
    its receipt in the file. `receipts` are the receipts in the book, with bank_account, currency, reference and
    amount_minor, of which nothing was recalled. `last_no` is the row that comes last of the recall's and the receipt's:
    the recall can be recorded once that row is. If two recalls name the same receipt, a person decides.
    """
    plain = canonical(pl.col("reference")).alias("plain")
    taken = recalls(entries).with_columns(plain, taken_minor=-pl.col("amount_minor")).drop_nulls("plain")
    credits = entries.filter((pl.col("amount_minor") > 0) & (pl.col("part") != "rest"))
    of_file = credits.select(
        "account",
        "currency",
        plain,
        pl.col("amount_minor").alias("taken_minor"),
        receipt_id="money_id",
        receipt_no=pl.col("no").cast(pl.Int64),
    )
    booked = pl.DataFrame(pl.from_arrow(receipts)).select(
        pl.col("bank_account").alias("account"),
        "currency",
        plain,
        pl.col("amount_minor").alias("taken_minor"),
        "receipt_id",
        receipt_no=pl.lit(-1, pl.Int64),
    )
    # A receipt of this file that is in the book already is one receipt.
    found = pl.concat([of_file, booked]).unique("receipt_id", keep="first")
    one = found.group_by(_SAME).agg(pl.len().alias("receipts"), pl.col("receipt_id", "receipt_no").first())
    alone = taken.filter(pl.len().over(_SAME) == 1)
    return (
        alone.join(one.filter(pl.col("receipts") == 1), on=_SAME, maintain_order="left")
        .with_columns(last_no=pl.max_horizontal("no", "receipt_no"))
        .select(*entries.columns, "receipt_id", "last_no")
    )
