"""Finds which two rows of a settlement are one exchange, where each side of it is a row of its own.

Both rows name each other, or the same transaction, by the provider's ids. Amounts decide nothing.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_SIDE: Final = ["statement_no", "line_no", "detail_no"]
_GIVEN: Final = ("instructed_minor", "instructed_currency")


def paired(found: pl.DataFrame) -> pl.DataFrame:
    """The transactions, where what was got in an exchange says what was given for it, if the other row of it is there.

    Of three rows that name the same transaction, nobody can say which two are an exchange.
    """
    sides = found.filter(
        (pl.col("kind") == "exchange")
        & pl.col("instructed_minor").is_null()
        & pl.col("bank_ref").is_not_null()
        & pl.col("payment_ref").is_not_null()
    )
    if sides.height < 2:
        return found
    each_other = pl.concat_list("bank_ref", "payment_ref").list.sort().list.join(" ")
    given = pl.concat(_given(sides.with_columns(exchange=key)) for key in (each_other, pl.col("payment_ref")))
    told = found.join(given.unique(_SIDE), on=_SIDE, how="left", maintain_order="left")
    return told.with_columns(**{name: pl.coalesce(name, f"given_{name}") for name in _GIVEN}).select(found.columns)


def _given(sides: pl.DataFrame) -> pl.DataFrame:
    """What was given for each amount that was got, by rows of which two have the same `exchange`."""
    into, out = pl.col("amount_minor") > 0, pl.col("amount_minor") < 0
    both = sides.filter(pl.len().over("exchange") == 2)
    given = both.filter(out).select(
        "exchange", given_instructed_minor=-pl.col("amount_minor"), given_instructed_currency="currency"
    )
    got = both.filter(into).select("exchange", "currency", *_SIDE).join(given, on="exchange")
    return got.filter(pl.col("currency") != pl.col("given_instructed_currency")).drop("exchange", "currency")
