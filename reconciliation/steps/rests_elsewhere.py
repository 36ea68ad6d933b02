"""The step that finds what other files show of a line beside its payments, such as charges: it is booked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.matching import rests
from reconciliation.matching.occurrences import in_order
from reconciliation.matching.pairing import AGAIN, BOOK
from reconciliation.steps.booked_elsewhere import is_lump

if TYPE_CHECKING:
    from reconciliation.steps.booked_elsewhere import BookedElsewhere

_TOTAL: Final = ("booked_on", "line_minor")


def rests_of(entries: pl.DataFrame) -> pl.DataFrame:
    """What lines that are to be booked have beside their payments."""
    return entries.filter((pl.col("part") == "rest") & (pl.col("decision") == BOOK))


def like_their_payments(entries: pl.DataFrame, pairs: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The rests of this file's lines that other files have shown: `id`, `money_id`, and `how` their payments are.

    `pairs` are the payments of this file that other files have shown, with the same columns.
    """
    mine = rests_of(entries).select(
        "booked_on", "line_minor", "amount_minor", "in_detail", id="key", line="movement_key"
    )
    if mine.is_empty():
        return pairs.clear()
    linked = pairs.join(entries.select("movement_key", id="key"), on="id", maintain_order="left")
    linked = linked.join(money.lines, on="money_id", how="inner", maintain_order="left")
    linked = linked.filter(pl.col("movement_key").is_in(mine["line"].implode()))
    lines = linked.select("how", "their_line", line="movement_key")
    waiting = mine.filter("in_detail").join(lines, on="line", how="anti")
    lines = pl.concat([lines, _of_lumps(waiting, money).select(pl.lit(AGAIN).alias("how"), "their_line", "line")])
    if lines.is_empty():
        return pairs.clear()
    theirs = money.rests(lines["their_line"]).filter(~pl.col("id").is_in(pairs["money_id"].implode()))
    found = rests.same(mine, theirs, lines)
    how = lines.unique("line", keep="first", maintain_order=True).select("line", "how")
    found = found.join(mine.select("id", "line"), on="id", maintain_order="left")
    return found.join(how, on="line", maintain_order="left").select(pairs.columns)


def _of_lumps(mine: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """Lines of a detail file with the lines of statements that waited for their payments, by day and amount."""
    theirs = money.theirs.filter(is_lump()).unique("movement_id", maintain_order=True)
    theirs = theirs.select("booked_on", line_minor="movement_minor", their_line="movement_id")
    return in_order(mine, theirs, _TOTAL).select("line", "their_line")
