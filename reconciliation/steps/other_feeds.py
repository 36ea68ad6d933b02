"""Compares a file's entries with what files of other formats show of the same accounts: nothing is booked twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from reconciliation.matching import details, quoted_orders
from reconciliation.matching.entries import LUMP, PAYMENTS
from reconciliation.matching.pairing import AGAIN, BOOK, CHANGED, COVERED, REPEATED
from reconciliation.steps import (
    lines_elsewhere,
    paid_in_detail,
    rests_elsewhere,
    shown_again,
    stated_otherwise,
    sums_in_detail,
)
from reconciliation.steps.account_feeds import Feeds
from reconciliation.steps.booked_elsewhere import BookedElsewhere, Elsewhere
from reconciliation.steps.stated_otherwise import Otherwise

if TYPE_CHECKING:
    from projections.store.matching_lookups import KnownStatement
    from reconciliation.steps.paid_in_detail import PaidInDetail

# Files of one account may differ by this many days about the day of a payment: the longest time from one bank day to
# the next, from 23 to 29 December if Christmas Eve is a Wednesday. Who pays every week pays at least a day later.
NEAR: Final = timedelta(days=6)
_PAIRS: Final = ("id", "money_id")
_NAMES: Final = ("money_id", "receipt_id", "repeats", "paid_as")
_NOTHING: Final = {name: pl.lit(None, pl.String) for name in _NAMES} | {"withdraws": pl.lit(None, pl.List(pl.String))}


def beside(
    entries: pl.DataFrame, booked: pl.DataFrame, stated: Sequence[KnownStatement], found: Feeds, other: Elsewhere
) -> tuple[pl.DataFrame, tuple[Otherwise, ...]]:
    """The entries of a file beside what is booked from other files, account by account; see `OtherFeeds.beside`."""
    entries = quoted_orders.named(entries, other.look_up)
    parts: list[pl.DataFrame] = []
    differing: tuple[Otherwise, ...] = ()
    for account in entries["account"].unique(maintain_order=True):
        feeds = OtherFeeds(booked.filter(pl.col("bank_account") == account), other)
        mine = [one for one in stated if one.proven.bank_account == account]
        made, more = feeds.beside(entries.filter(pl.col("account") == account), mine, found)
        parts, differing = [*parts, made], (*differing, *more)
    if not parts:
        return OtherFeeds(booked, other).beside(entries, stated, found)
    return pl.concat(parts).sort("statement_no", "line_no", maintain_order=True), differing


class OtherFeeds:
    """What is booked on an account from other files, and what those files say of it."""

    def __init__(self, booked: pl.DataFrame, other: Elsewhere) -> None:
        self._money = BookedElsewhere(booked, other)
        self._known, self._format = other.known, other.format

    def beside(
        self, entries: pl.DataFrame, stated: Sequence[KnownStatement], found: Feeds
    ) -> tuple[pl.DataFrame, tuple[Otherwise, ...]]:
        """The entries, with `seen_as` for those that are booked already, the part `lump`, and `in_detail`.

        `repeats` is booked money that an entry may be: neither an id nor a statement shows whether it is the same.
        `sum_booked_as` is the receipt or the debit in suspense as which a statement's sum was booked before its
        details came, on one of these. `paid_as` is the one payment of a detail file of which an entry is a statement's
        amount, and `withdraws` are parts of detail files that the statement has elsewhere. Beside the entries, this
        gives what statements and detail files state differently.

        Payments of detail files raise `bank_details` on accounts with statements. The statements' amounts for them are
        lumps, which lower it: those that are paired, and those that say nothing, if the account has detail files.
        """
        proven = [one.number for one in stated if one.proven.opening_minor is not None]
        of_statement = pl.col("statement_no").is_in(proven)
        entries = entries.with_columns(
            in_detail=~of_statement & pl.col("account").is_in(list(found.proven)),
            seen_as=pl.lit(None, pl.String),
            sum_booked_as=pl.lit(None, pl.String),
        )
        payments = entries.filter((pl.col("decision") == BOOK) & pl.col("part").is_in(PAYMENTS))
        payments = payments.with_columns(own_id=details.own_id())
        if self._money.nothing:
            # Most files are of days of which no other file has anything.
            lumps = paid_in_detail.found(payments.filter(of_statement), found, self._money).pairs["id"]
            return _decided(entries.with_columns(**_NOTHING), lumps.clear(), lumps), ()
        # A detail file that has only the sum of an order shows nothing that the statements do not.
        in_detail = payments.filter(~of_statement & ~(pl.col("in_detail") & pl.col("our_order").is_not_null()))
        rests = rests_elsewhere.rests_of(entries.filter("in_detail"))
        back = sums_in_detail.taken_back(in_detail.filter("in_detail"), rests, self._money)
        in_detail = in_detail.filter(~pl.col("key").is_in(back.keys.implode()))
        shown = self._money.shown(in_detail)
        again = shown_again.by_id(in_detail, shown, self._money)
        unseen = self._unseen(_without(in_detail, again))
        rest = _without(_without(in_detail, again), unseen)
        whole = entries.filter(pl.col("part").is_in(PAYMENTS) & ~of_statement)
        numbers = shown_again.numbers(self._format, stated, self._known)
        repeats = shown_again.perhaps(rest, whole, shown, again, self._money, numbers)
        pairs, doubts = self._again(_without(_without(in_detail, again), repeats), unseen)
        again, repeats = pl.concat([again, pairs]), pl.concat([repeats, doubts])
        repeats = pl.concat([repeats, self._unknown(in_detail.filter(~pl.col("in_detail")), again, repeats)])
        new = _without(in_detail.filter("in_detail"), again)
        covered = shown_again.covered(new, shown, self._money)
        made = sums_in_detail.of_receipts(new, rests, self._money)
        paid = paid_in_detail.found(payments.filter(of_statement), found, self._money)
        again = pl.concat([again, back.again, made.again, self._on_another_day(payments.filter(of_statement), stated)])
        ways = {AGAIN: again, REPEATED: repeats, COVERED: covered, LUMP: paid.pairs}
        return self._as_found(entries, of_statement, ways, pl.concat([back.booked_as, made.booked_as]), paid)

    def _as_found(
        self,
        entries: pl.DataFrame,
        of_statement: pl.Expr,
        ways: Mapping[str, pl.DataFrame],
        booked_as: pl.DataFrame,
        paid: PaidInDetail,
    ) -> tuple[pl.DataFrame, tuple[Otherwise, ...]]:
        """The entries with what was found of their payments, by the `ways` to know these, and what their lines have."""
        pairs = pl.concat([one.select(*_PAIRS, how=pl.lit(how)) for how, one in ways.items()])
        more = rests_elsewhere.found(entries, pairs, paid, self._money)
        pairs = pl.concat([pairs, more.pairs])
        known = pl.concat([pairs["id"], booked_as["key"], more.left_out])
        named = entries.filter(pl.col("our_order").is_null()).with_columns(of_statement=of_statement)
        lines = lines_elsewhere.stated_otherwise(named, known, paid, self._money)
        divided = sums_in_detail.divided(entries, lines.same, self._money)
        booked_as = pl.concat([booked_as, divided.select(booked_as.columns)])
        lines = lines._replace(same=lines.same.join(divided, on="line", how="anti", maintain_order="left"))
        differing = stated_otherwise.differing(entries, lines, more, self._money)
        again, repeats = (pairs.filter(pl.col("how") == how) for how in (AGAIN, REPEATED))
        withdrawn = more.withdrawn.group_by(key="id", maintain_order=True).agg(withdraws="part_id")
        again, repeats = again.select(key="id", money_id="money_id"), repeats.select(key="id", repeats="money_id")
        for one in (again, booked_as, repeats, withdrawn, _alone(pairs)):
            entries = entries.join(one, on="key", how="left", maintain_order="left")
        met, paid_there = (pairs.filter(pl.col("how") == how)["id"] for how in (COVERED, LUMP))
        whole = entries.filter(pl.col("movement_key").is_in(lines.same["line"].implode()))
        paid_there = pl.concat([paid_there, whole.filter(of_statement)["key"]])
        left_out = pl.concat([more.left_out, whole.filter(~of_statement)["key"]])
        return _decided(entries, met, paid_there, left_out), differing

    def _on_another_day(self, payments: pl.DataFrame, stated: Sequence[KnownStatement]) -> pl.DataFrame:
        """The payments of statements that were booked from a detail file, before the account had any statement.

        A bank's files may have a payment on different days. Of the days of other statements, these have the payments.
        """
        theirs = self._money.paid
        if payments.is_empty() or theirs.is_empty():
            return details.NO_PAIRS
        theirs = theirs.filter(~pl.col("in_detail"))
        for one in (*self._known, *stated):
            if one.proven.opening_minor is not None:
                of_account = pl.col("bank_account") == one.proven.bank_account
                inside = pl.col("booked_on").is_between(one.proven.from_on, one.proven.to_on)
                theirs = theirs.filter(~(of_account & inside))
        return self._money.compared(payments, theirs, details.same)

    def _unseen(self, payments: pl.DataFrame) -> pl.DataFrame:
        """The payments that files of other formats show on the same day, and no other file of this format.

        So of two equal payments, a file shows the second one if another file has shown the first.
        """
        if payments.is_empty() or self._money.paid.is_empty():
            return details.NO_PAIRS
        earlier = self._money.seen.filter(~pl.col("line_key").is_in(payments["key"].implode()))
        theirs = self._money.paid.join(earlier, on="money_id", how="anti", maintain_order="left")
        pairs = self._money.compared(payments, theirs, details.same_on_day)
        if pairs.is_empty():
            return pairs
        mine = details.said(payments, "key", pl.col("movement_key"))
        return pairs.filter(~pl.col("id").is_in(sums_in_detail.of_lumps(mine, self._money).implode()))

    def _again(self, payments: pl.DataFrame, unseen: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The payments of detail files that are booked from files of other formats, and those that may be.

        Both have the key and that `money_id`. Where statements come, they will show what is another payment.
        """
        theirs = self._money.paid
        if payments.is_empty() or theirs.is_empty():
            return details.NO_PAIRS, details.NO_PAIRS
        seen = self._money.seen.select("money_id", "line_key", "bank_id_key", shown_on="booked_on")
        seen = seen.join(theirs.select("money_id", "amount_minor", "booked_on"), on="money_id", maintain_order="left")
        mine = whole = details.said(payments, "key", pl.col("movement_key"))
        before = details.seen_before(mine, seen)
        mine = mine.join(before, on="id", how="anti")
        lumps = sums_in_detail.of_lumps(mine, self._money)
        # Of equal payments, this file shows those that no other file of this format has shown.
        first = unseen.join(mine, on="id", how="semi").join(before, on="money_id", how="anti")
        # What this feed has shown already is another payment, as far as the bank's ids say so.
        taken = pl.concat([seen.filter(pl.col("bank_id_key").is_not_null())["money_id"], first["money_id"]])
        free = self._money.said(theirs.filter(~pl.col("money_id").is_in(taken.implode())))
        dated_apart = self._dated_apart(mine.filter(pl.col("id").is_in(lumps.implode())), free)
        before = pl.concat([before, first, dated_apart])
        mine = mine.join(first, on="id", how="anti").filter(~pl.col("id").is_in(lumps.implode()))
        agreed = before.join(payments.select("booked_on", id="key"), on="id").join(
            theirs.select("booked_on", "money_id"), on=["booked_on", "money_id"], how="semi"
        )
        # What a part of this file has shown must not change what the rest is, so that a load can be resumed.
        earlier = seen.filter(~pl.col("line_key").is_in(payments["key"].implode()))
        shown_on = {*payments["booked_on"], *self._money.alike["booked_on"], *earlier["booked_on"]}
        room = mine.join(self._money.days, on="booked_on").filter(pl.col("amount_minor") <= pl.col("room"))["id"]
        met = free.join(self._money.days.filter(pl.col("room") >= 0), on="booked_on", how="semi")["id"]
        proven = bool(payments["in_detail"].all())
        alike = details.same(mine, free, shown_on, agreed=not agreed.is_empty(), expected=room, met=met, proven=proven)
        pairs = pl.concat([before, alike])
        doubts = details.NO_PAIRS if proven else self._on_other_days(whole, pairs, earlier)
        doubts = doubts.join(before, on="id", how="anti")
        return pairs.join(doubts, on="id", how="anti"), doubts

    def _dated_apart(self, deposit: pl.DataFrame, free: pl.DataFrame) -> pl.DataFrame:
        """The payments of a sum, if another file has dated all of them differently, on a day without money for them."""
        proven = self._money.days.filter(pl.col("room") >= 0)["booked_on"]
        waiting = self._money.theirs.filter(pl.col("in_detail") & ~pl.col("booked_on").is_in(proven.implode()))
        return details.all_shifted(deposit, free.filter(pl.col("id").is_in(waiting["money_id"].implode())))

    def _on_other_days(self, mine: pl.DataFrame, pairs: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
        """The pairs of payments of different days that may be two payments; no statement will ever show it."""
        theirs = self._money.paid
        dated = mine.select("id", "booked_on").join(pairs, on="id").join(theirs, on="money_id", suffix="_there")
        if dated.filter(pl.col("booked_on") != pl.col("booked_on_there")).is_empty():
            return details.NO_PAIRS
        on_days = theirs.filter(pl.col("booked_on").is_in(dated["booked_on_there"].implode()))
        known = {*seen.select(pl.col("shown_on") - pl.col("booked_on")).to_series(), *self._money.dated_later}
        return details.on_other_days(pairs, mine, self._money.said(on_days), known)

    def _unknown(self, payments: pl.DataFrame, again: pl.DataFrame, repeats: pl.DataFrame) -> pl.DataFrame:
        """The other payments that may be booked from files of other formats, which no statement will ever show."""
        payments = _without(_without(payments, again), repeats)
        if payments.is_empty() or self._money.paid.is_empty():
            return details.NO_PAIRS
        known = pl.concat([again["money_id"], self._money.seen["money_id"]])
        theirs = self._money.paid.filter(~pl.col("money_id").is_in(known.implode()))
        return self._money.compared(payments, theirs, details.unknown)


def _decided(
    entries: pl.DataFrame, covered: pl.Series, lumps: pl.Series, left_out: pl.Series | None = None
) -> pl.DataFrame:
    """The entries with what happens to each, from what was found."""
    changed = pl.col("key").is_in([] if left_out is None else left_out.implode())
    return entries.with_columns(
        seen_as="money_id",
        sum_booked_as="receipt_id",
        decision=pl.when(pl.col("money_id").is_not_null())
        .then(pl.lit(AGAIN))
        .when(pl.col("repeats").is_not_null())
        .then(pl.lit(REPEATED))
        .when(pl.col("key").is_in(covered.implode()))
        .then(pl.lit(COVERED))
        .when(changed)
        .then(pl.lit(CHANGED))
        .otherwise("decision"),
        part=pl.when(pl.col("key").is_in(lumps.implode())).then(pl.lit(LUMP)).otherwise("part"),
    ).drop("money_id", "receipt_id")


def _alone(pairs: pl.DataFrame) -> pl.DataFrame:
    """The entries of statements that have the money of one payment of a detail file, with that payment."""
    paid = pairs.filter((pl.col("how") == LUMP) & pl.col("money_id").is_not_null())
    alone = paid.filter(pl.len().over("id") == 1) if paid.height else paid
    return alone.select(key="id", paid_as="money_id")


def _without(payments: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    return payments.join(pairs, left_on="key", right_on="id", how="anti", maintain_order="left")
