"""Finds the payments of a file that other files of the same format have shown, for sure or perhaps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.matching import copies, details
from reconciliation.statements import TRAITS

if TYPE_CHECKING:
    from projections.store.matching_lookups import KnownStatement
    from reconciliation.steps.booked_elsewhere import BookedElsewhere


_NUMBERS: Final = {"file": pl.String, "statement_no": pl.Int64, "stated_as": pl.String}


def by_id(payments: pl.DataFrame, shown: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The payments that other files of this format show, in other lines or on a neighbouring day."""
    if payments.is_empty() or shown.is_empty():
        return details.NO_PAIRS
    same_day = pl.col("booked_on").is_in(payments["booked_on"].implode())
    theirs = shown.filter(same_day | pl.col("bank_id_key").is_in(payments["bank_id_key"].implode()))
    return money.compared(payments, theirs, details.again)


def perhaps(
    payments: pl.DataFrame,
    whole: pl.DataFrame,
    shown: pl.DataFrame,
    again: pl.DataFrame,
    money: BookedElsewhere,
    numbers: pl.DataFrame,
) -> pl.DataFrame:
    """The payments of this file that other files of this format may have shown.

    `whole` are all payments of this file, `again` those of it that are known to come again, and `numbers` the bank's
    numbers of deposits.
    """
    if payments.is_empty() or shown.is_empty():
        return details.NO_PAIRS
    unsure = _repeated(payments, shown, money)
    left = payments.join(unsure, left_on="key", right_on="id", how="anti", maintain_order="left")
    return pl.concat([unsure, _copied(left, whole, shown, pl.concat([again, unsure]), money, numbers)])


def _repeated(payments: pl.DataFrame, shown: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The payments that other files of this format may show, although neither key nor id says so.

    Where statements have money for a payment, it is another one; where their sums are met, that decides.
    """
    payments = _undecided(payments, money)
    theirs = shown.filter(~pl.col("line_key").is_in(payments["key"].implode()))
    if payments["own_id"].null_count() == 0:
        theirs = theirs.filter(pl.col("bank_id_key").is_null())
    return money.compared(payments.filter(~pl.col("key").is_in(shown["line_key"].implode())), theirs, details.repeated)


def _copied(
    payments: pl.DataFrame,
    whole: pl.DataFrame,
    shown: pl.DataFrame,
    again: pl.DataFrame,
    money: BookedElsewhere,
    numbers: pl.DataFrame,
) -> pl.DataFrame:
    """The payments that a file of this format may show again with other ids of the bank or on another day."""
    mine, whole = _undecided(payments, money), _undecided(whole, money)
    numbered = mine.join(numbers.filter(pl.col("file").is_null()).drop("file"), on="statement_no", how="left")
    shown = shown.join(numbers, on=["file", "statement_no"], how="left", maintain_order="left")
    files = shown.group_by("file").agg(size=pl.len())
    # What no rule can find is left out, because reading what the files say of it takes time.
    several = pl.col("file").is_in(files.filter(pl.col("size") > 1)["file"].implode()) & pl.lit(whole.height > 1)
    same_day = pl.col("booked_on").is_in(mine["booked_on"].implode()) & several
    same_number = pl.col("stated_as").is_in(numbered["stated_as"].drop_nulls().implode())
    same_id = pl.col("end_to_end_key").is_in(mine["end_to_end_key"].drop_nulls().implode())
    known = pl.col("money_id").is_in(again["money_id"].implode()) | pl.col("line_key").is_in(whole["key"].implode())
    theirs = shown.filter((same_day | same_number | same_id) & ~known)

    def pairs(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
        ours = mine.join(numbered.select("stated_as", id="key"), on="id", maintain_order="left")
        places = shown.select("file", "stated_as", id="money_id")
        return copies.copied(ours, theirs.join(places, on="id"), _known(whole, shown, again), files)

    return money.compared(mine, theirs.drop("stated_as"), pairs)


def _known(whole: pl.DataFrame, shown: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
    """The line of each payment of this file, and the file that is known to have the payment."""
    by_id = again.join(shown.select("money_id", by_id="file"), on="money_id").select("by_id", key="id")
    by_key = shown.select("file", key="line_key").unique("key")
    found = whole.select("key", "movement_key").join(by_id, on="key", how="left").join(by_key, on="key", how="left")
    return found.select(line="movement_key", file=pl.coalesce("by_id", "file"))


def numbers(format: str | None, mine: Iterable[KnownStatement], known: Iterable[KnownStatement]) -> pl.DataFrame:
    """The bank's numbers of the deposits of this file, which has no `file`, and of other files.

    They run on, so that a deposit of another day has another number.
    """
    traits = TRAITS.get(format or "")
    said: list[tuple[str | None, int, str | None]] = []
    if traits and traits.proof == "deposits":
        said += [(None, one.number, one.proven.sequence) for one in mine]
        said += [(one.sha256, one.number, one.proven.sequence) for one in known]
    return pl.DataFrame(said, schema=_NUMBERS, orient="row")


def covered(payments: pl.DataFrame, shown: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The payments that files of this format show of days of which the statements have no more money.

    Whatever their ids say, statements have the money of such a payment once.
    """
    if payments.is_empty() or shown.is_empty():
        return details.NO_PAIRS
    full = money.days.filter(pl.col("room") <= 0)["booked_on"]
    payments = payments.filter(pl.col("booked_on").is_in(full.implode()))
    shown = shown.filter(pl.col("booked_on").is_in(full.implode()))
    return money.compared(payments, shown, details.same_whatever_ids)


def _undecided(payments: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """The payments of accounts without statements, or of days of which these do not say whether they are others."""
    days = payments.join(money.days, on="booked_on", how="left", maintain_order="left")
    met = (pl.col("room") <= 0) | (pl.col("amount_minor") <= pl.col("room"))
    return days.filter(~(pl.col("in_detail") & met.fill_null(value=False))).drop("room")
