"""The step that finds lines that a statement and a detail file show with other payments: their money is booked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.movements import OF_RESTS
from reconciliation.matching.occurrences import in_order
from reconciliation.matching.pairing import BOOK
from reconciliation.steps.booked_elsewhere import is_lump

if TYPE_CHECKING:
    from reconciliation.steps.booked_elsewhere import BookedElsewhere
    from reconciliation.steps.paid_in_detail import PaidInDetail

_NONE: Final = pl.DataFrame(schema={"line": pl.String, "their_line": pl.String})
_SAME: Final = ("booked_on", "line_minor")


def stated_otherwise(
    entries: pl.DataFrame, known: pl.Series, paid: PaidInDetail, money: BookedElsewhere
) -> pl.DataFrame:
    """Lines of this file (`line`, a movement key) that are `their_line` of another file, with other payments.

    They have the same day, amount and id of the bank. Or their only payments have the same id of the payer, and other
    amounts. `known` are the keys of entries of which it is known what they are; a line with one of these is left out.
    """
    mine = entries.filter(pl.col("decision") == BOOK)
    touched = mine.filter(pl.col("key").is_in(known.implode()))["movement_key"]
    mine = mine.filter(~pl.col("movement_key").is_in(touched.implode()))
    theirs = money.theirs.filter(~is_lump())
    if mine.is_empty() or theirs.is_empty():
        return _NONE
    mine = mine.with_columns(is_payment=pl.col("part").is_in(PAYMENTS))
    total = pl.coalesce("movement_minor", pl.col("amount_minor").sum().over("movement_id"))
    beside = pl.col("rule").is_in(OF_RESTS).fill_null(value=False)
    theirs = theirs.with_columns(line_minor=total, is_payment=~beside)
    spent = theirs.filter(~(pl.col("in_detail") & pl.col("money_id").is_in(paid.left["id"].implode())))
    unspent = ~pl.col("movement_id").is_in(spent["movement_id"].implode())
    found = []
    for here, there in ((pl.col("in_detail"), ~pl.col("in_detail")), (pl.col("of_statement"), unspent)):
        ours, others = _lines(mine.filter(here), "movement_key"), _lines(theirs.filter(there), "movement_id")
        others = others.rename({"line": "their_line"})
        by_id = in_order(ours, others, ("bank_id_key", *_SAME))
        left = ours.join(by_id, on="line", how="anti", maintain_order="left")
        free = others.join(by_id, on="their_line", how="anti", maintain_order="left")
        by_payer = in_order(left, free, ("end_to_end_key", *_SAME))
        by_payer = by_payer.filter(pl.col("paid_minor") != pl.col("paid_minor_right"))
        found += [one.select(_NONE.columns) for one in (by_id, by_payer)]
    return pl.concat(found)


def _lines(money: pl.DataFrame, line: str) -> pl.DataFrame:
    """One row a line; of a line with one payment also the id that its payer gave, and the amount of that payment."""
    alone = pl.col("is_payment").sum() == 1
    payment = [pl.col(name).filter("is_payment").first() for name in ("end_to_end_key", "amount_minor")]
    return money.group_by(pl.col(line).alias("line"), maintain_order=True).agg(
        pl.col("bank_id_key", "booked_on", "line_minor").first(),
        end_to_end_key=pl.when(alone).then(payment[0]),
        paid_minor=pl.when(alone).then(payment[1]),
    )
