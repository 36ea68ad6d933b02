"""The step that finds sums that were booked before their payments: a detail file shows these, with what came beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from ledger.domain.chart_of_accounts import BANK_SUSPENSE, UNALLOCATED
from reconciliation.matching import details, recalls, sums
from reconciliation.matching.debit_sums import TAKEN_BACK
from reconciliation.matching.movements import RECALL_RULES
from reconciliation.steps.booked_elsewhere import UNSAID, is_lump

if TYPE_CHECKING:
    from reconciliation.steps.booked_elsewhere import BookedElsewhere

# The first payment of a sum, and the money as which the sum was booked.
_SUMS: Final = {"key": pl.String, "receipt_id": pl.String}
# The rules of debits of which a person says which receipts they took back.
_OF_PERSONS: Final = (TAKEN_BACK, *RECALL_RULES, "debit_unexplained")
# By what a payment is somebody's.
_NAMED: Final = ("plain", "payer_account", "payer", "end_to_end_key")
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


class Receipts(NamedTuple):
    """Payments of a detail file with the sum of a statement's receipt without a reference.

    `booked_as` has the first key of those of a receipt of which nobody has said anything, with the receipt, and `again`
    all payments of one that a person has applied or said to be something else (`id`, `money_id`).
    """

    booked_as: pl.DataFrame
    again: pl.DataFrame


def of_receipts(payments: pl.DataFrame, rests: pl.DataFrame, money: BookedElsewhere) -> Receipts:
    """Receipts without a reference with the sum of several payments. Beside `rests`, one can be all of a line, too.

    What a person has said of such a receipt, its payments say again: its money is in the book, and goes where it went.
    """
    theirs = money.theirs.filter(~pl.col("in_detail") & (pl.col("role") == UNALLOCATED) & (pl.col("amount_minor") > 0))
    if payments.is_empty() or theirs.is_empty():
        return Receipts(pl.DataFrame(schema=_SUMS), details.NO_PAIRS)
    silent = money.said(theirs).filter(pl.col("plain").is_null())
    mine = pl.concat([details.said(payments, "key", _IN_LINE), _said(rests, payments)])
    lines = sums.lines_with(silent, mine, rests=rests["key"])
    is_free = pl.col("id").is_in(money.unsaid(lines["id"]))
    said = lines.filter(~is_free).explode("members").select(id="members", money_id="id")
    said = said.join(payments.select(id="key"), on="id", how="semi")
    return Receipts(lines.filter(is_free).select(key="first", receipt_id="id"), said)


class TakenBack(NamedTuple):
    """Payments of a detail file that a statement's debit has taken back in a sum.

    `booked_as` has the first key of those of a sum that waited, with the debit, and `again` all payments of a debit of
    which a person has said what it took back (`id`, `money_id`). `keys` are the keys of both.
    """

    booked_as: pl.DataFrame
    again: pl.DataFrame
    keys: pl.Series


def taken_back(payments: pl.DataFrame, rests: pl.DataFrame, money: BookedElsewhere) -> TakenBack:
    """Debits that name nobody, with the sum of payments that these say were taken back.

    A debit in suspense waits for a person as long as nobody says what it took back; the payments say it, each of
    itself. If a person has said so of all of it, the payments are what it took back, unless we still have one of them.
    """
    theirs = money.theirs.filter(~pl.col("in_detail") & (pl.col("amount_minor") < 0))
    taken = recalls.recalls(payments)
    nothing = pl.DataFrame(schema=_SUMS), details.NO_PAIRS, pl.Series(dtype=pl.String)
    if taken.is_empty() or theirs.is_empty():
        return TakenBack(*nothing)
    untouched = money.untouched(theirs.filter(pl.col("role") == BANK_SUSPENSE))
    assigned = money.assigned(theirs.filter(pl.col("rule").is_in(_OF_PERSONS)))
    theirs = theirs.filter(pl.col("money_id").is_in([*untouched, *assigned]))
    silent = money.said(theirs).filter(pl.all_horizontal(pl.col(one).is_null() for one in _NAMED))
    mine = pl.concat([details.said(taken, "key", _IN_LINE), _said(rests, taken)])
    lines = sums.lines_with(silent, mine, single=pl.lit(value=True), rests=rests["key"])
    pairs = lines.filter(pl.col("id").is_in(assigned)).select("id", key="members").explode("key")
    pairs = pairs.join(taken.select("key", "end_to_end_key"), on="key", maintain_order="left")
    here = pl.col("end_to_end_key").is_null() | pl.col("end_to_end_key").is_in(money.with_us(pairs["end_to_end_key"]))
    gone = pairs.with_columns(here=here).filter(~pl.col("here").any().over("id"))
    lines = lines.filter(pl.col("id").is_in(untouched))
    keys = pl.concat([lines["members"].explode(), gone["key"]])
    return TakenBack(lines.select(key="first", receipt_id="id"), gone.select(id="key", money_id="id"), keys)


def divided(entries: pl.DataFrame, lines: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The first key of each line that this file divides and a statement booked as one amount, with that money.

    `lines` are the same by their bank's id, day and amount. The statement says nothing of the amount, and nobody has
    said what it is; it may be the sum of payments less returns.
    """
    nothing = pl.DataFrame(schema={"line": pl.String} | _SUMS)
    theirs = money.theirs.filter(pl.col("movement_id").is_in(lines["their_line"].implode()))
    alone = theirs.filter((pl.len().over("movement_id") == 1) & ~pl.col("in_detail"))
    if alone.is_empty():
        return nothing
    silent = money.said(alone).filter(pl.all_horizontal(pl.col(one).is_null() for one in _NAMED))
    debits = money.untouched(alone.filter(pl.col("role") == BANK_SUSPENSE))
    free = [*debits, *money.unsaid(alone.filter(pl.col("role") == UNALLOCATED)["money_id"])]
    booked = silent.filter(pl.col("id").is_in(free)).select(their_line="line", receipt_id="id")
    mine = entries.filter("in_detail").group_by(_IN_LINE.alias("line"), maintain_order=True)
    parts = mine.agg(pl.col("key").first(), number=pl.len()).filter(pl.col("number") > 1)
    found = lines.join(booked, on="their_line", maintain_order="left").join(parts, on="line", maintain_order="left")
    return found.select(nothing.columns)


def _said(rests: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """The rests of the lines of these payments, as amounts of which nothing is said."""
    mine = rests.filter(_IN_LINE.is_in(payments["movement_key"].implode()))
    return details.said(mine.with_columns(**UNSAID), "key", _IN_LINE)
