"""Turns a payer's remittances into settlements: each claim that is paid is a payment, and the lump is a payout.

Until the lump is at our bank, the payer holds it. A claim that is taken back takes back the payment of that claim, and
what the payer takes or gives besides all claims is of no claim, so a person says what it is.
"""

from __future__ import annotations

from typing import Final

import polars as pl

# A claim for which nothing is paid is no money, and its payer's word about it is kept.
UNPAID: Final = "claim_unpaid"
_CLAIMS: Final = ("payment", "chargeback", UNPAID)


def as_settled(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of remittances as lines of settlements: a lump leaves our account at the payer, so its sign changes."""
    is_lump, kind, amount = pl.col("detail_no") == 0, pl.col("kind"), pl.col("amount_minor")
    of_claim = pl.when(amount < 0).then(pl.lit("chargeback")).when(amount > 0).then(pl.lit("payment"))
    of_lump = pl.when(amount < 0).then(pl.lit("payout_returned")).otherwise(pl.lit("payout"))
    return lines.with_columns(
        kind=pl.when(is_lump).then(of_lump).otherwise(pl.coalesce(kind, of_claim.otherwise(pl.lit(UNPAID)))),
        amount_minor=pl.when(is_lump).then(-amount).otherwise(amount),
    )


def claims(entries: pl.DataFrame, remittance: bool) -> pl.DataFrame:
    """Those entries that are claims: in a `remittance` all details, else those of which is said what was claimed."""
    claimed = pl.col("claimed_minor").is_not_null() | pl.lit(remittance)
    return entries.filter((pl.col("part") == "detail") & pl.col("kind").is_in(_CLAIMS) & claimed)
