"""Who began a payment: its payer, or we, with a direct debit. So a payment by hand and a debit are never the same.

The clearing house deposits the direct debits of a day as one sum, which its report states. So a bank has a direct debit
in a line of its own only if it was the only one of its deposit, and a day on which another payment has the same
reference says nothing about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa

    from reconciliation.statements.traits import Traits

# A direct debit that is one of several in a deposit; another one; a line by itself of which no code says what it is;
# and a payment that its payer made. Where nothing is known, it is null.
SUMMED: Final = "summed"
COLLECTED: Final = "collected"
ALONE: Final = "alone"
PAID: Final = "paid"

_DEBITS: Final = (SUMMED, COLLECTED)
# Origins of which no two contradict each other, on one day and on other days.
ON_A_DAY: Final = ((SUMMED, COLLECTED), (COLLECTED, ALONE), (ALONE, PAID))
ON_OTHER_DAYS: Final = ((SUMMED, COLLECTED), (ALONE, PAID))

# From ISO 20022's external code set ExternalBankTransactionFamily1Code: direct debits of ours, and transfers to us.
_CODES_OF_DEBITS: Final = "PMNT-IDDT"
_CODES_OF_TRANSFERS: Final = "PMNT-RCDT"


def with_origins(entries: pl.DataFrame, statements: pa.Table, traits: Traits | None) -> pl.DataFrame:
    """The entries of a file of a format with `giro`, the giro of ours that was paid to, and `origin`."""
    is_giro = pl.col("account_kind").is_in(["bankgiro", "plusgiro"])
    giros = pl.DataFrame(pl.from_arrow(statements)).select("statement_no", giro=pl.when(is_giro).then("account"))
    entries = entries.join(giros, on="statement_no", how="left", maintain_order="left")
    return entries.with_columns(origin=_origin(traits.collected if traits is not None else None))


def _origin(collected: bool | None) -> pl.Expr:
    if collected:
        return pl.when(pl.col("members") > 1).then(pl.lit(SUMMED)).otherwise(pl.lit(COLLECTED))
    if collected is False:
        return pl.lit(PAID)
    code = pl.col("bank_code").fill_null("")
    by_itself = pl.col("giro").is_null() & ((pl.col("part") == "line") | (pl.col("members") <= 1))
    return (
        pl.when(code.str.starts_with(_CODES_OF_DEBITS))
        .then(pl.lit(COLLECTED))
        .when(code.str.starts_with(_CODES_OF_TRANSFERS) & (pl.col("amount_minor") > 0))
        .then(pl.lit(PAID))
        .when(by_itself)
        .then(pl.lit(ALONE))
    )


def apart(
    mine: pl.DataFrame, theirs: pl.DataFrame, groups: tuple[tuple[str, ...], ...]
) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
    """Both sides once for each group of origins that may be the same payment; whole if there is no direct debit."""
    if not any(frame["origin"].is_in(list(_DEBITS)).any() for frame in (mine, theirs)):
        return [(mine, theirs)]
    may = [pl.col("origin").is_null() | pl.col("origin").is_in(list(group)) for group in groups]
    return [(mine.filter(one), theirs.filter(one)) for one in may]
