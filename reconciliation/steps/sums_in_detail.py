"""The step that finds sums that were booked before their payments: a detail file shows these, with what came beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from ledger.domain.chart_of_accounts import BANK_SUSPENSE, UNALLOCATED
from reconciliation.matching import details, recalls, sums
from reconciliation.steps.booked_elsewhere import UNSAID, is_lump

if TYPE_CHECKING:
    from reconciliation.steps.booked_elsewhere import BookedElsewhere

# The first payment of a sum, and the money as which the sum was booked.
_SUMS: Final = {"key": pl.String, "receipt_id": pl.String}
_IN_LINE: Final = pl.col("movement_key")


def of_lumps(mine: pl.DataFrame, money: BookedElsewhere) -> pl.Series:
    """The payments that are the first details of a day and have the sum of one of its lumps; `mine` is what they say.

    A single payment has it only if it was made to a giro: otherwise a line that names the payer may be the same.
    """
    lumps = money.theirs.filter(is_lump()).with_columns(**UNSAID)
    days = money.theirs.filter("in_detail")["booked_on"]
    lumps = lumps.filter(~pl.col("booked_on").is_in(days.implode()))
    waiting = details.said(lumps, "money_id", pl.col("movement_id"))
    return sums.lines_with(waiting, mine, single=sums.TO_GIRO)["members"].explode()


def of_receipts(payments: pl.DataFrame, rests: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """Receipts without a reference with the sum of several payments: the first key of these, and the receipt.

    Beside `rests`, one payment can be all of a line, too.
    """
    theirs = money.theirs.filter(~pl.col("in_detail") & (pl.col("role") == UNALLOCATED) & (pl.col("amount_minor") > 0))
    if payments.is_empty() or theirs.is_empty():
        return pl.DataFrame(schema=_SUMS)
    silent = money.said(theirs).filter(pl.col("plain").is_null())
    mine = pl.concat([details.said(payments, "key", _IN_LINE), _said(rests, payments)])
    return sums.lines_with(silent, mine, rests=rests["key"]).select(key="first", receipt_id="id")


def taken_back(payments: pl.DataFrame, rests: pl.DataFrame, money: BookedElsewhere) -> tuple[pl.DataFrame, pl.Series]:
    """Debits in suspense that name nobody, with the sum of payments that these say were taken back.

    The first key of the payments with the debit, and the keys of all. Such a debit waits for a person as long as
    nobody says what it took back; the payments say it, each of itself.
    """
    nothing = pl.DataFrame(schema=_SUMS), pl.Series(dtype=pl.String)
    theirs = money.theirs.filter(
        ~pl.col("in_detail") & (pl.col("role") == BANK_SUSPENSE) & (pl.col("amount_minor") < 0)
    )
    taken = recalls.recalls(payments)
    if taken.is_empty() or theirs.is_empty():
        return nothing
    theirs = theirs.filter(pl.col("money_id").is_in(money.untouched(theirs)))
    named = ("plain", "payer_account", "payer", "end_to_end_key")
    silent = money.said(theirs).filter(pl.all_horizontal(pl.col(one).is_null() for one in named))
    mine = pl.concat([details.said(taken, "key", _IN_LINE), _said(rests, taken)])
    lines = sums.lines_with(silent, mine, single=pl.lit(value=True), rests=rests["key"])
    return lines.select(key="first", receipt_id="id"), lines["members"].explode()


def _said(rests: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """The rests of the lines of these payments, as amounts of which nothing is said."""
    mine = rests.filter(_IN_LINE.is_in(payments["movement_key"].implode()))
    return details.said(mine.with_columns(**UNSAID), "key", _IN_LINE)
