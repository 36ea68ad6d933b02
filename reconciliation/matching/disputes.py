"""Won disputes that quote no reference: their money is for what the payment was for that was disputed.

A provider's row names that payment by its id, as the row of the dispute does.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import pyarrow as pa

_QUOTED: Final = ("reference", "reference_kind", "reference_valid")


def without_reference(receipts: pl.DataFrame) -> list[str]:
    """The hashes of the ids of payments that won disputes without a reference name."""
    if "kind" not in receipts.columns:
        return []
    return receipts.filter(_lacks())["bank_id_key"].drop_nulls().unique().sort().to_list()


def named_in(receipts: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """The receipts, won disputes with the reference that their payment quotes in the same file."""
    ids = without_reference(receipts)
    payments = entries.filter(pl.col("bank_id_key").is_in(ids) & (pl.col("kind") == "payment"))
    return _with(receipts, payments.select("bank_id_key", *_QUOTED))


def named(receipts: pl.DataFrame, paid: pa.Table) -> pl.DataFrame:
    """The receipts, won disputes with the reference of the request that their payment in the book has `paid`."""
    said = pl.DataFrame(pl.from_arrow(paid)).with_columns(reference_valid=pl.lit(value=True))
    return _with(receipts, said)


def _lacks() -> pl.Expr:
    return pl.col("kind").eq_missing(pl.lit("chargeback_returned")) & pl.col("reference").is_null()


def _with(receipts: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """The receipts, those that lack a reference with the one that is said of their id, if that is one."""
    said = said.drop_nulls("reference").unique().unique("bank_id_key", keep="none")
    if said.is_empty():
        return receipts
    found = receipts.join(said, on="bank_id_key", how="left", suffix="_said", maintain_order="left")
    given = (_lacks() & pl.col("reference_said").is_not_null()).alias("given")
    columns = {name: pl.when("given").then(f"{name}_said").otherwise(name) for name in _QUOTED}
    return found.with_columns(given).with_columns(**columns).select(receipts.columns)
