"""The step that finds the amounts of statements whose payments detail files show: they are booked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from reconciliation.matching import details, origins, sums
from reconciliation.steps.booked_elsewhere import is_lump

if TYPE_CHECKING:
    from reconciliation.steps.account_feeds import Feeds
    from reconciliation.steps.booked_elsewhere import BookedElsewhere

_PAIRS: Final = ("id", "money_id")


class PaidInDetail(NamedTuple):
    """A statement's amounts (`id`) whose payments detail files show, with each of these (`money_id`), or will show.

    `left` is the detailed money of which no statement has anything yet.
    """

    pairs: pl.DataFrame
    left: pl.DataFrame


def found(payments: pl.DataFrame, feeds: Feeds, money: BookedElsewhere) -> PaidInDetail:
    """Compare the payments of a statement with the money that is booked from detail files.

    Of a sum of an order of ours, the order says whether payments are its own if they have ids of direct debits.
    """
    ours = pl.col("our_order").is_not_null()
    of_orders, payments = payments.filter(ours), payments.filter(~ours)
    nothing = pl.col("further_references").list.len().fill_null(0) == 0
    plain = payments.filter(nothing & pl.col("account").is_in(list(feeds.detailed)))
    silent = plain.filter(_says_nothing()).select(pl.lit(None, pl.String).alias("money_id"), id="key").select(_PAIRS)
    detailed = money.theirs.filter(pl.col("in_detail") & ~pl.col("money_id").is_in(money.withdrawn))
    if (payments.is_empty() and of_orders.is_empty()) or detailed.is_empty():
        return PaidInDetail(silent, pl.DataFrame(schema=details.SAID))
    # Statements of this format have booked most of the sums.
    spent = pl.concat([money.theirs, money.alike]).filter(is_lump())
    spent = spent.select("amount_minor", "booked_on", id="money_id")
    paid, rests = money.in_lines(detailed)
    free = sums.unspent(pl.concat([paid, rests]), spent)
    free = free.filter(~pl.col("end_to_end_key").fill_null("").is_in(money.debits(of_orders)))
    mine = details.said(payments, "key", pl.col("movement_key"))
    whole = payments.filter((pl.col("part") == "line") | (pl.col("members") <= 1))["key"]
    unnamed = mine.filter(pl.col("id").is_in(whole.implode()) & pl.col("plain").is_null())
    # What names nobody is surely the sum of a line; then other payments of the day are not among its payments.
    surely = unnamed.filter(pl.col("id").is_in(silent["id"].implode()))
    named = sums.lines_with(surely, free, single=sums.TO_GIRO, rests=rests["id"])
    mine = mine.join(named, on="id", how="anti")
    free = free.filter(~pl.col("id").is_in(named["members"].explode().implode()))
    paired = details.same(mine, free.filter(~pl.col("id").is_in(rests["id"].implode())))
    left = free.join(paired, left_on="id", right_on="money_id", how="anti")
    rest = unnamed.join(named, on="id", how="anti").join(paired, on="id", how="anti")
    summed = sums.lines_with(rest, left, rests=rests["id"])
    left = left.filter(~pl.col("id").is_in(summed["members"].explode().implode()))
    gross = _gross(rest.join(summed, on="id", how="anti"), left, rests["id"])
    left = left.join(gross, left_on="id", right_on="money_id", how="anti")
    pairs = [_members(named), paired, _members(summed), silent, gross]
    if of_orders.is_empty():
        return PaidInDetail(pl.concat(pairs), left)
    asked = details.said(of_orders, "key", pl.col("movement_key"))
    # No payment of these has an id that says whose it is, and nobody says that its payer made it.
    unsaid = pl.col("end_to_end_key").is_null() & pl.col("origin").ne_missing(pl.lit(origins.PAID))
    orders = sums.lines_with(asked, left.filter(unsaid), single=pl.lit(value=True))
    left = left.filter(~pl.col("id").is_in(orders["members"].explode().implode()))
    return PaidInDetail(pl.concat([*pairs, _members(orders)]), left)


def _gross(mine: pl.DataFrame, left: pl.DataFrame, rests: pl.Series) -> pl.DataFrame:
    """Amounts of statements with the payments of a line that has something beside them, which they do not have."""
    is_rest = pl.col("id").is_in(rests.implode())
    with_rest = pl.col("line").is_in(left.filter(is_rest)["line"].implode())
    return _members(sums.lines_with(mine, left.filter(with_rest & ~is_rest), single=pl.lit(value=True)))


def _members(lines: pl.DataFrame) -> pl.DataFrame:
    """Sums, each with all payments of which it is the sum."""
    return lines.explode("members").select("id", money_id="members")


def _says_nothing() -> pl.Expr:
    """Whether a credit names no payer and no reference, so that only details can say whose it is."""
    said = ("reference", "counterparty", "counterparty_account", "end_to_end_key", "return_reason")
    other = pl.col("bank_code").is_not_null() & ~pl.col("bank_code").str.starts_with("PMNT")
    sent_back = pl.col("reversal").fill_null(value=False)
    return (pl.col("amount_minor") > 0) & ~other & ~sent_back & pl.all_horizontal(pl.col(one).is_null() for one in said)
