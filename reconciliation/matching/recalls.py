"""Recalls: debits with which the bank takes a payment back, and the receipt that each takes back, if certain.

A recall names its receipt by the bank's id, by the end-to-end id or by the reference; the amount and the account are
always the same. Ids say more than a reference, which is the same for every payment of a bill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl
import pyarrow as pa

from reconciliation.matching.entries import PAYMENTS, is_payment, quoting
from reconciliation.matching.quoted_requests import canonical

_SAME: Final = ("account", "currency", "minor")
# By what a recall names its receipt, and how much that says.
_NAMES: Final = {"plain": 1, "end_to_end_key": 2, "bank_id_key": 2}
KEYS: Final = ("end_to_end_key", "bank_id_key")
_PAIR: Final = (
    "part_id", "key", "no", "receipt_id", "receipt_key", "receipt_no", "currency", "minor", "booked_on", "recalled_on",
    "told", "named",
)  # fmt: skip

# A receipt of a direct debit, by the hash of the end-to-end id, which says the account too; what is left of it, and the
# items that it was to bring.
COLLECTED: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "end_to_end_key": pl.String,
    "currency": pl.String,
    "receipt_id": pl.String,
    "receipt_key": pl.String,
    "receipt_no": pl.Int64,
    "booked_on": pl.Date,
    "left_minor": pl.Int64,
    "items": pl.List(pl.String),
}

# Why a receipt that its reference matches waits all the same.
WAITS: Final = (
    "recall_waits",
    "The bank took a payment back that this may have been. Say whether it was, with `reskontra receipt recall`.",
)


class Asked(NamedTuple):
    """By what receipts are looked up: references, as given and without leading zeros, and the hashes of ids."""

    references: list[str]
    end_to_end_keys: list[str]
    bank_id_keys: list[str]


class Matched(NamedTuple):
    """Recalls with receipts.

    `certain` has a row for each recall that fits one receipt which no other recall fits, and `doubtful` one for each
    receipt that fits another recall. Both have the columns part_id, key and no of the recall, receipt_id, receipt_key
    and receipt_no of the receipt, currency, minor, booked_on, recalled_on and `waited`, which says whether the recall
    was booked from an earlier file. `in_part` says of a certain one that it may leave something of the receipt,
    and `items` then are those whose money it takes back.
    """

    certain: pl.DataFrame
    doubtful: pl.DataFrame


def recalls(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries by which the bank takes a credit back: debits that it calls a reversal or a returned payment."""
    return entries.filter(_takes_back())


def first(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries with the recalls before all others.

    A bank or a payer may list what is paid anew before what it takes back. The other way round, nothing that is paid
    anew becomes a credit beside an item that the recall opens again.
    """
    if recalls(entries).is_empty():
        return entries
    return entries.sort(_takes_back(), descending=True, maintain_order=True)


def _takes_back() -> pl.Expr:
    taken_back = pl.col("reversal").fill_null(value=False) | pl.col("return_reason").is_not_null()
    taken_back |= pl.col("kind").eq_missing(pl.lit("chargeback"))
    return ((pl.col("amount_minor") < 0) & pl.col("part").is_in(PAYMENTS) & taken_back).fill_null(value=False)


def asked(entries: pl.DataFrame, waiting: pa.Table) -> Asked:
    """By what to look up the receipts of the recalls among the entries, and of those that wait."""
    given, waits = recalls(entries), pl.DataFrame(pl.from_arrow(waiting))
    quoted = pl.concat([given.select("reference"), waits.select("reference")])
    both = pl.concat([quoted["reference"], quoted.select(canonical(pl.col("reference")))["reference"]])
    end_to_end, bank = (_distinct(pl.concat([given[name], waits[name]])) for name in KEYS)
    return Asked(_distinct(both), end_to_end, sorted({*bank, *end_to_end}))


def ids(entries: pl.DataFrame) -> tuple[list[str], list[str]]:
    """The hashes of end-to-end ids and of bank ids by which a recall that waits may name one of these receipts."""
    credits = entries.filter(is_payment())
    end_to_end_keys, bank_id_keys = (_distinct(credits[name]) for name in KEYS)
    return end_to_end_keys, bank_id_keys


def quoted(entries: pl.DataFrame) -> tuple[list[str], list[int]]:
    """The accounts and amounts of these receipts that have a reference, by which a recall that waits may name them."""
    credits = quoting(entries)
    return _distinct(credits["account"]), credits["amount_minor"].unique().sort().to_list()


def match(entries: pl.DataFrame, receipts: pa.Table, waiting: pa.Table) -> Matched:
    """The recalls of a file, and those that wait for their receipts, each with the receipts that fit it best.

    `entries` are all entries of the file with keys, money_id and no (the row's number): a recall may precede its
    receipt. `receipts` are the receipts in the book of which nothing was recalled, and `waiting` the booked recalls
    that are not assigned and that a receipt of the file may fit, with the reference that the file of each gives. For a
    row of the book, no is -1. Of the receipts that fit a recall, only those count that its names fit best. Of receipts
    of the recall's own day in the file that nothing tells apart, one is as good as another: none is applied yet.
    """
    credits = entries.filter(is_payment()).select(
        *columns("account", pl.col("amount_minor")),
        "booked_on",
        receipt_id="money_id",
        receipt_key="key",
        receipt_no=pl.col("no").cast(pl.Int64),
        named=_names("counterparty", "counterparty_account"),
    )
    booked = pl.DataFrame(pl.from_arrow(receipts)).select(
        *columns("bank_account", pl.col("amount_minor")),
        "booked_on",
        "receipt_id",
        receipt_key=pl.lit(None, pl.String),
        receipt_no=pl.lit(-1, pl.Int64),
        named=pl.lit(None, pl.String),
    )
    taken = _asking(entries, waiting)
    return _matched(taken, pl.concat([credits, booked]).unique("receipt_id", keep="first", maintain_order=True))


def _asking(entries: pl.DataFrame, waiting: pa.Table) -> pl.DataFrame:
    """The recalls of a file, and those that wait, by which their receipts are looked up."""
    of_file = recalls(entries).select(
        *columns("account", -pl.col("amount_minor")),
        "key",
        part_id="money_id",
        no=pl.col("no").cast(pl.Int64),
        recalled_on="booked_on",
        told=_names(),
    )
    waits = pl.DataFrame(pl.from_arrow(waiting))
    waits = waits.select(
        *columns("bank_account", -pl.col("amount_minor")),
        key="line_key",
        part_id="part_id",
        no=pl.lit(-1, pl.Int64),
        recalled_on="booked_on",
        told=pl.lit(None, pl.String),
    )
    # A recall that is in the book already is one recall.
    return pl.concat([of_file, waits]).unique("part_id", keep="first", maintain_order=True)


def unmatched(entries: pl.DataFrame, waiting: pa.Table, matched: Matched) -> pl.DataFrame:
    """The recalls of a file and those that wait, like `match` has them, that fit no receipt and have an end-to-end id.

    Each has the columns part_id, key, no, end_to_end_key, currency, minor, recalled_on and waited.
    """
    known = [*matched.certain["part_id"], *matched.doubtful["part_id"]]
    left = _asking(entries, waiting).filter(~pl.col("part_id").is_in(known) & pl.col("end_to_end_key").is_not_null())
    return left.select(
        *("part_id", "key", "no", "end_to_end_key", "currency", "minor", "recalled_on"), waited=pl.col("no") < 0
    )


def in_parts(matched: Matched, left: pl.DataFrame, collected: Sequence[Mapping[str, Any]]) -> Matched:
    """The recalls, with those of `left` that take back no more than is left of the direct debit that they name.

    `left` are unmatched recalls, and `collected` the receipts of direct debits with these end-to-end ids, which are
    ours, so that each is of one.
    """
    receipts = pl.DataFrame([[one[name] for name in COLLECTED] for one in collected], schema=COLLECTED, orient="row")
    receipts = receipts.unique("end_to_end_key", keep="none").join(
        matched.certain.group_by("receipt_id").agg(taken=pl.col("minor").sum()), on="receipt_id", how="left"
    )
    receipts = receipts.with_columns(free=pl.col("left_minor") - pl.col("taken").fill_null(0)).drop("taken")
    named = left.join(receipts, on=("end_to_end_key", "currency"), maintain_order="left")
    found = covered(named).select(matched.certain.drop("in_part").columns).with_columns(in_part=pl.lit(value=True))
    return matched._replace(certain=pl.concat([matched.certain, found], how="vertical_relaxed"))


def covered(named: pl.DataFrame) -> pl.DataFrame:
    """Those of these recalls that take no more than is `free` of the direct debit that they name, day by day.

    Recalls of one day that are more than is left, all wait.
    """
    free = dict(named.select("end_to_end_key", "free").iter_rows())
    found = [named.clear()]
    of_days = named.sort("recalled_on", "no", "part_id").group_by("end_to_end_key", "recalled_on", maintain_order=True)
    for (debit, _), of_day in of_days:
        taken = int(of_day["minor"].sum())
        if taken <= free[debit]:
            free[debit] -= taken
            found.append(of_day)
    return pl.concat(found)


def _matched(taken: pl.DataFrame, found: pl.DataFrame) -> Matched:
    # Whoever records a payment by hand may know only the id under which it was asked for.
    asked_for = taken.drop("bank_id_key").rename({"end_to_end_key": "bank_id_key"})
    booked = found.filter(pl.col("receipt_no") < 0).drop("plain", "end_to_end_key")
    by_hand = asked_for.join(booked, on=[*_SAME, "bank_id_key"], maintain_order="left_right")
    said = [by_hand.select(*_PAIR, says=pl.lit(_NAMES["end_to_end_key"]), by_id=pl.lit(value=False))]
    said += [
        taken.join(found.drop(*(_NAMES.keys() - {name})), on=[*_SAME, name], maintain_order="left_right").select(
            *_PAIR, says=pl.lit(says), by_id=pl.lit(name == "bank_id_key")
        )
        for name, says in _NAMES.items()
    ]
    pairs = pl.concat(said).group_by(_PAIR, maintain_order=True).agg(pl.col("says").sum(), pl.col("by_id").any())
    best = pairs.filter(pl.col("says") == pl.col("says").max().over("part_id")).with_columns(waited=pl.col("no") < 0)
    # What is booked after a recall can only be what it takes back if nothing before it is.
    later = (pl.col("booked_on") > pl.col("recalled_on")).fill_null(value=False)
    best = best.filter(~later | later.all().over("part_id"))
    # A recall that waits asks for what this file brings; it has been compared with the other receipts before.
    news = best.filter(~pl.col("waited") | (pl.col("receipt_no").max().over("part_id") >= 0)).sort(
        "no", "part_id", "receipt_no", "receipt_id"
    )
    alone = (pl.len().over("part_id") == 1) & (pl.len().over("receipt_id") == 1)
    certain = news.filter(alone)
    for settle in (_of_one_payment, _alike):
        certain = pl.concat([certain, settle(_without(news, certain))])
    rest = _without(news, certain)
    only = ("told", "named", "by_id", "says")
    nothing = pl.lit([], pl.List(pl.String))
    found = certain.drop(only).sort("no", "part_id").with_columns(items=nothing, in_part=pl.lit(value=False))
    return Matched(found, rest.drop(only))


def _without(pairs: pl.DataFrame, certain: pl.DataFrame) -> pl.DataFrame:
    """The pairs of which neither recall nor receipt is in a certain one."""
    for of in ("part_id", "receipt_id"):
        pairs = pairs.join(certain, on=of, how="anti", maintain_order="left")
    return pairs


def _of_one_payment(tied: pl.DataFrame) -> pl.DataFrame:
    """One receipt for each recall that names a payment by the id that a bank or provider gave it, as long as there are.

    A payment may be disputed, won and disputed again, so its id is that of several receipts and recalls. They are of
    the same amount, so it is the same who takes which: the first recall takes the first receipt.
    """
    by_id = pl.col("by_id").all().over("part_id") & pl.col("by_id").all().over("receipt_id")
    order = ("recalled_on", "no", "part_id", "booked_on", "receipt_no", "receipt_id")
    found = tied.filter(by_id).sort(order)
    taken: set[str] = set()
    firsts: list[int] = []
    for index, pair in enumerate(found.select("part_id", "receipt_id").iter_rows()):
        if taken.isdisjoint(pair):
            taken.update(pair)
            firsts.append(index)
    return found[firsts]


def _alike(tied: pl.DataFrame) -> pl.DataFrame:
    """One receipt for each recall whose receipts are alike: of its own day in the file, of the same payer and names.

    The recalls that they fit must be alike too, and not more than they are.
    """
    of_day = ~pl.col("waited") & within_a_day()
    one_kind = (pl.n_unique("named").over("part_id") == 1) & (pl.n_unique("told").over("receipt_id") == 1)
    enough = pl.n_unique("part_id").over("receipt_id") <= pl.n_unique("receipt_id").over("part_id")
    ranks = {
        "of": pl.col("no").rank("dense").over("receipt_id"),
        "at": pl.col("receipt_no").rank("dense").over("part_id"),
    }
    ranked = tied.with_columns(alike=of_day & one_kind & enough, **ranks)
    return ranked.filter(pl.col("alike").all().over("part_id") & (pl.col("of") == pl.col("at"))).select(tied.columns)


def within_a_day() -> pl.Expr:
    """Whether a receipt of the file is booked on the day of its recall, so that nobody states their order."""
    return (pl.col("receipt_no") >= 0) & pl.col("booked_on").eq_missing(pl.col("recalled_on"))


def _names(*of_payer: str) -> pl.Expr:
    """All by which an entry can be named, as one text."""
    names = (canonical(pl.col("reference")), *map(pl.col, (*KEYS, *of_payer)))
    return pl.concat_str(*(name.fill_null("") for name in names), separator="\x1f")


def columns(account: str, minor: pl.Expr) -> tuple[pl.Expr, ...]:
    """What a recall and its receipt have in common."""
    plain = canonical(pl.col("reference")).alias("plain")
    return (pl.col(account).alias("account"), pl.col("currency"), minor.alias("minor"), plain, *map(pl.col, KEYS))


def _distinct(texts: pl.Series) -> list[str]:
    return texts.drop_nulls().unique().sort().to_list()
