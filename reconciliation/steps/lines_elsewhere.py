"""The step that finds lines that a statement and a detail file show with other payments: their money is booked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

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
_NAMED: Final = ("bank_id_key", "booked_on")


class Lines(NamedTuple):
    """Lines of this file (`line`, a movement key) beside `their_line` of another file.

    Of the first, it is the same line with other payments, so its money is booked once. Of `other_amount`, the bank's id
    is the same and the amount is not, so nobody knows whether both are one payment, and both are booked.
    """

    same: pl.DataFrame
    other_amount: pl.DataFrame


NO_LINES: Final = Lines(_NONE, _NONE)


def stated_otherwise(entries: pl.DataFrame, known: pl.Series, paid: PaidInDetail, money: BookedElsewhere) -> Lines:
    """Lines that this file and another one of the account state differently.

    The same lines have the same day, amount and id of the bank. Or their only payments have the same id of the payer,
    and other amounts. `known` are the keys of entries of which it is known what they are; a line with one of these is
    left out.
    """
    mine = entries.filter(pl.col("decision") == BOOK)
    touched = mine.filter(pl.col("key").is_in(known.implode()))["movement_key"]
    mine = mine.filter(~pl.col("movement_key").is_in(touched.implode()))
    theirs = money.theirs.filter(~is_lump())
    if mine.is_empty() or theirs.is_empty():
        return NO_LINES
    named_once = _named_once(entries, "movement_key"), _named_once(money.theirs, "movement_id")
    mine = mine.with_columns(is_payment=pl.col("part").is_in(PAYMENTS))
    total = pl.coalesce("movement_minor", pl.col("amount_minor").sum().over("movement_id"))
    beside = pl.col("rule").is_in(OF_RESTS).fill_null(value=False)
    theirs = theirs.with_columns(line_minor=total, is_payment=~beside)
    spent = theirs.filter(~(pl.col("in_detail") & pl.col("money_id").is_in(paid.left["id"].implode())))
    unspent = ~pl.col("movement_id").is_in(spent["movement_id"].implode())
    found, apart = [], []
    for here, there in ((pl.col("in_detail"), ~pl.col("in_detail")), (pl.col("of_statement"), unspent)):
        ours, others = _lines(mine.filter(here), "movement_key"), _lines(theirs.filter(there), "movement_id")
        others = others.rename({"line": "their_line"})
        by_id = in_order(ours, others, ("bank_id_key", *_SAME))
        left, free = _beside(ours, by_id, "line"), _beside(others, by_id, "their_line")
        by_payer = in_order(left, free, ("end_to_end_key", *_SAME))
        by_payer = by_payer.filter(pl.col("paid_minor") != pl.col("paid_minor_right"))
        found += [one.select(_NONE.columns) for one in (by_id, by_payer)]
        left, free = _beside(left, by_payer, "line"), _beside(free, by_payer, "their_line")
        apart.append(_of_other_amount(left, free, named_once))
    return Lines(pl.concat(found), pl.concat(apart))


def _of_other_amount(
    left: pl.DataFrame, free: pl.DataFrame, named_once: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    """The lines with one payment each of which the bank's id is the same on a day, and nothing else has that id."""
    mine, theirs = (
        lines.filter(pl.col("paid_minor") == pl.col("line_minor")).join(once, on=_NAMED, maintain_order="left")
        for lines, once in zip((left, free), named_once, strict=True)
    )
    both = in_order(mine, theirs, _NAMED)
    is_payment, was_payment = pl.col("line_minor") > 0, pl.col("line_minor_right") > 0
    return both.filter(is_payment == was_payment).select(_NONE.columns)


def _named_once(money: pl.DataFrame, line: str) -> pl.DataFrame:
    """The bank's ids that only one line of a day has."""
    lines = money.select(*_NAMED, line).unique(maintain_order=True)
    return lines.filter(pl.len().over(_NAMED) == 1).select(_NAMED)


def _beside(lines: pl.DataFrame, found: pl.DataFrame, line: str) -> pl.DataFrame:
    return lines.join(found, on=line, how="anti", maintain_order="left")


def _lines(money: pl.DataFrame, line: str) -> pl.DataFrame:
    """One row a line; of a line with one payment also the id that its payer gave, and the amount of that payment."""
    alone = pl.col("is_payment").sum() == 1
    payment = [pl.col(name).filter("is_payment").first() for name in ("end_to_end_key", "amount_minor")]
    return money.group_by(pl.col(line).alias("line"), maintain_order=True).agg(
        pl.col("bank_id_key", "booked_on", "line_minor").first(),
        end_to_end_key=pl.when(alone).then(payment[0]),
        paid_minor=pl.when(alone).then(payment[1]),
    )
