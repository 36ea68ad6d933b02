"""The step that finds what other files show of a line beside its payments, such as charges: it is booked once.

A statement proves the account's balance, so what it says is booked. What a detail file has beside payments that a
statement shows without it is not booked, or is taken back: the statement has it elsewhere, or will have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from ledger.domain.chart_of_accounts import BANK_FEES
from reconciliation.matching import rests
from reconciliation.matching.entries import LUMP, PAYMENTS
from reconciliation.matching.movements import CHARGES_OF_LINE, CODE_OF_CHARGES, is_of_charges
from reconciliation.matching.occurrences import in_order
from reconciliation.matching.pairing import AGAIN, BOOK
from reconciliation.steps.booked_elsewhere import is_lump

if TYPE_CHECKING:
    from reconciliation.steps.booked_elsewhere import BookedElsewhere
    from reconciliation.steps.paid_in_detail import PaidInDetail

_MONEY: Final = ("booked_on", "amount_minor")
_TOTAL: Final = ("booked_on", "line_minor")


class Beside(NamedTuple):
    """What is known of a file's rests and charges.

    `pairs` are those that other files have shown (`id`, `money_id`), and `how` their payments are. `left_out` are the
    keys of rests of this detail file that statements do not have. `withdrawn` are rests of detail files (`part_id`)
    that this statement does not have, with the `id` of the first of its payments in that line. `differing` are charges
    that are stated otherwise in another file: the `id` here, and the money that is `booked` of it there.
    """

    pairs: pl.DataFrame
    left_out: pl.Series
    withdrawn: pl.DataFrame
    differing: pl.DataFrame


_NOTHING: Final = (
    pl.Series(dtype=pl.String),
    pl.DataFrame(schema={"id": pl.String, "part_id": pl.String}),
    pl.DataFrame(schema={"id": pl.String, "booked": pl.String}),
)


def rests_of(entries: pl.DataFrame) -> pl.DataFrame:
    """What lines that are to be booked have beside their payments."""
    return entries.filter((pl.col("part") == "rest") & (pl.col("decision") == BOOK))


def found(entries: pl.DataFrame, pairs: pl.DataFrame, paid: PaidInDetail, money: BookedElsewhere) -> Beside:
    """Compare this file's rests and charges with those of other files.

    `pairs` are the payments of this file that other files have shown, with `how`; `paid` is what its statements have.
    """
    names = {"id": "key", "line": "movement_key"}
    mine = rests_of(entries).select(*_TOTAL, "amount_minor", "in_detail", "is_charge", **names)
    linked = pairs.join(entries.select("movement_key", id="key"), on="id", maintain_order="left")
    linked = linked.join(money.lines, on="money_id", how="inner", maintain_order="left")
    here, there = pl.col("movement_key").is_in(mine["line"].implode()), pl.col("their_line").is_in(money.divided)
    linked = linked.filter(here | there).rename({"movement_key": "line"})
    waited = _of_lumps(mine.filter("in_detail").join(linked, on="line", how="anti"), money)
    lines = pl.concat([linked.select("how", "their_line", "line"), waited.select("how", "their_line", "line")])
    own = _in_lines_of_their_own(entries, mine, pairs, paid, money)
    if lines.is_empty():
        return Beside(own, *_NOTHING)
    theirs = money.rests(lines["their_line"]).filter(~pl.col("id").is_in(pairs["money_id"].implode()))
    if not mine["in_detail"].any():
        theirs = theirs.filter(~pl.col("id").is_in(money.withdrawn))
    same = rests.same(mine, theirs, lines)
    how = lines.unique("line", keep="first", maintain_order=True).select("line", "how")
    again = same.pairs.join(mine.select("id", "line"), on="id", maintain_order="left")
    again = again.join(how, on="line", maintain_order="left").select(pairs.columns)
    again = pl.concat([again, own.join(again, on="id", how="anti").join(again, on="money_id", how="anti")])
    left = mine.filter("in_detail").join(again, on="id", how="anti", maintain_order="left")
    left_out = left.filter(pl.col("line").is_in(_all_stated(entries, linked, waited, money)))["id"]
    withdrawn = _withdrawn(linked, theirs["id"], same.theirs["id"], paid, own["money_id"])
    differing = same.mine.join(same.theirs.rename({"id": "booked"}), on="group").select("id", "booked")
    told = pl.col("id").is_in(left_out.implode()) | pl.col("booked").is_in(withdrawn["part_id"].implode())
    return Beside(again, left_out, withdrawn, differing.filter(told))


def _of_lumps(mine: pl.DataFrame, money: BookedElsewhere) -> pl.DataFrame:
    """Lines of a detail file with the lines of statements that waited for their payments, by day and amount.

    Whoever waits for as much as the payments alone has the rest elsewhere; `gross` is true then.
    """
    theirs = money.theirs.filter(is_lump()).unique("movement_id", maintain_order=True)
    theirs = theirs.select("booked_on", line_minor="movement_minor", their_line="movement_id")
    whole = in_order(mine, theirs, _TOTAL)
    left, free = mine.join(whole, on="line", how="anti"), theirs.join(whole, on="their_line", how="anti")
    gross = in_order(left.with_columns(pl.col("line_minor") - pl.col("amount_minor")), free, _TOTAL)
    both = [one.with_columns(gross=pl.lit(flag), how=pl.lit(AGAIN)) for one, flag in ((whole, False), (gross, True))]
    return pl.concat(both).select("how", "gross", "their_line", "line")


def _in_lines_of_their_own(
    entries: pl.DataFrame, mine: pl.DataFrame, pairs: pl.DataFrame, paid: PaidInDetail, money: BookedElsewhere
) -> pl.DataFrame:
    """Charges that are a line of their own in a detail file, and in a statement what a line has beside its payments."""
    free = money.theirs.filter((pl.col("role") == BANK_FEES) & ~pl.col("money_id").is_in(pairs["money_id"].implode()))
    if free.is_empty():
        return pairs.clear()
    rest = ~pl.col("in_detail") & (pl.col("rule") == CHARGES_OF_LINE)
    line = pl.col("in_detail") & (pl.col("rule") == CODE_OF_CHARGES)
    line &= pl.col("money_id").is_in(paid.left["id"].implode())
    own = entries.filter("in_detail", pl.col("part").is_in(PAYMENTS) & (pl.col("decision") == BOOK) & is_of_charges())
    own = own.filter(~pl.col("key").is_in(pairs["id"].implode())).select(*_MONEY, id="key")
    found = [
        in_order(one, free.filter(what).select(*_MONEY, "money_id"), _MONEY).with_columns(how=pl.lit(how))
        for one, what, how in (
            (own, rest, AGAIN),
            (mine.filter("is_charge", ~pl.col("in_detail")).select(*_MONEY, "id"), line, LUMP),
        )
    ]
    return pl.concat(found).select(pairs.columns)


def _all_stated(entries: pl.DataFrame, linked: pl.DataFrame, waited: pl.DataFrame, money: BookedElsewhere) -> pl.Series:
    """The lines of this detail file whose payments are all in statements, where none of them has the rest."""
    stated = money.theirs.filter(~pl.col("in_detail"))["money_id"]
    shown = linked.filter((pl.col("how") == AGAIN) & pl.col("money_id").is_in(stated.implode()))
    lines = entries.filter(pl.col("part").is_in(PAYMENTS) & pl.col("movement_key").is_in(shown["line"].implode()))
    lines = lines.group_by("movement_key").agg(whole=pl.col("key").is_in(shown["id"].implode()).all())
    return pl.concat([lines.filter("whole")["movement_key"], waited.filter("gross")["line"]]).implode()


def _withdrawn(
    linked: pl.DataFrame, rests: pl.Series, unpaired: pl.Series, paid: PaidInDetail, own: pl.Series
) -> pl.DataFrame:
    """The rests of lines of detail files whose payments are all in statements, where none of them has the rest."""
    touched = linked.filter(pl.col("how") == LUMP).unique("their_line", keep="first", maintain_order=True)
    left = paid.left.join(touched.select("id", line="their_line"), on="line", suffix="_here", maintain_order="left")
    waiting = left.filter(~pl.col("id").is_in(rests.implode()))["line"]
    lacking = pl.col("id").is_in(unpaired.implode()) & ~pl.col("id").is_in(own.implode())
    return left.filter(lacking & ~pl.col("line").is_in(waiting.implode())).select(id="id_here", part_id="id")
