"""Finds the payments of a file that other files of the same format have shown, for sure or perhaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from reconciliation.matching import details

if TYPE_CHECKING:
    from reconciliation.steps.booked_elsewhere import BookedElsewhere


def by_id(payments: pl.DataFrame, shown: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The payments that other files of this format show, in other lines or on a neighbouring day."""
    same_day = pl.col("booked_on").is_in(payments["booked_on"].implode())
    theirs = shown.filter(same_day | pl.col("bank_id_key").is_in(payments["bank_id_key"].implode()))
    return money.compared(payments, theirs, details.again)


def repeated(payments: pl.DataFrame, shown: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The payments that other files of this format may show, although neither key nor id says so.

    Where statements have money for a payment, it is another one; where their sums are met, that decides.
    """
    days = payments.join(money.days, on="booked_on", how="left", maintain_order="left")
    met = (pl.col("room") <= 0) | (pl.col("amount_minor") <= pl.col("room"))
    payments = days.filter(~(pl.col("in_detail") & met.fill_null(value=False))).drop("room")
    theirs = shown.filter(~pl.col("line_key").is_in(payments["key"].implode()))
    if payments["own_id"].null_count() == 0:
        theirs = theirs.filter(pl.col("bank_id_key").is_null())
    return money.compared(payments.filter(~pl.col("key").is_in(shown["line_key"].implode())), theirs, details.repeated)


def covered(payments: pl.DataFrame, shown: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The payments that files of this format show of days of which the statements have no more money.

    Whatever their ids say, statements have the money of such a payment once.
    """
    full = money.days.filter(pl.col("room") <= 0)["booked_on"]
    payments = payments.filter(pl.col("booked_on").is_in(full.implode()))
    shown = shown.filter(pl.col("booked_on").is_in(full.implode()))
    return money.compared(payments, shown, details.same_whatever_ids)
