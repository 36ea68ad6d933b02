"""Pairs the payments that several files of one account show, so that each is booked once.

Some files prove an account's balance: its statements. Others only show payments in detail: notifications and a giro's
deposits. Payments of detail files meet the statements' amounts on an account of their own (`bank_details`), whichever
comes first. Two files show the same payment if the amounts agree, and nothing that they say of it disagrees.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

import polars as pl

from reconciliation.matching import origins
from reconciliation.matching.identity import given_id
from reconciliation.matching.occurrences import in_order
from reconciliation.matching.quoted_requests import canonical

# What is compared; `plain` is the reference without leading zeros, `number` the same unless it is only a text, `text`
# what the payer wrote freely, `payer` what all spellings of a payer's name share, `giro` our giro that was paid to,
# `origin` who began the payment.
SAID: Final[dict[str, pl.DataType]] = {
    "id": pl.String(),
    "line": pl.String(),
    "amount_minor": pl.Int64(),
    "booked_on": pl.Date(),
    "bank_id_key": pl.String(),
    "own_id": pl.String(),
    "end_to_end_key": pl.String(),
    "plain": pl.String(),
    "number": pl.String(),
    "text": pl.String(),
    "payer_account": pl.String(),
    "payer": pl.String(),
    "giro": pl.String(),
    "origin": pl.String(),
}

# A payment and the booked money that it is.
NO_PAIRS: Final = pl.DataFrame(schema={"id": pl.String, "money_id": pl.String})
_NAME: Final = 20
# What both files name of a payment is the same: its reference, the id that the payer gave it, and our giro.
_GIRO: Final = ("giro",)
_NUMBER: Final = ("number",)
_PAYERS_ID: Final = ("end_to_end_key",)
# The columns that agree, and what must be missing on at least one side, each for itself.
_SAME_DAY: Final = (
    (("booked_on", "end_to_end_key", "plain"), ()),
    (("booked_on", "bank_id_key", "plain"), ()),
    (("booked_on", "plain"), (_PAYERS_ID,)),
    (("booked_on", "end_to_end_key"), (_NUMBER,)),
    (("booked_on", "bank_id_key"), (_NUMBER, _PAYERS_ID)),
    (("booked_on", "payer_account"), (_NUMBER, _PAYERS_ID)),
    (("booked_on", "payer"), (_NUMBER, _PAYERS_ID)),
    (("booked_on", "text"), (("number", "payer"), _PAYERS_ID)),
)
# Nothing is known of the one payment, so nothing that is known of the other one disagrees.
_UNKNOWN: Final = ((("booked_on",), (("number", "payer_account", "payer"), _PAYERS_ID)),)
_BY_OWN_ID: Final = (
    (("booked_on", "own_id"), ()),
    (("own_id", "plain"), ()),
    (("own_id", "payer"), (_NUMBER,)),
)
_NEAR: Final = (
    (("end_to_end_key", "plain"), ()),
    (("bank_id_key", "plain"), ()),
    (("plain",), (_PAYERS_ID,)),
    (("end_to_end_key",), (_NUMBER,)),
    (("bank_id_key",), (_NUMBER, _PAYERS_ID)),
)


def own_id() -> pl.Expr:
    """The bank's own id of a payment: a line that has one payment gives it also in the line."""
    return pl.coalesce(given_id("bank_ref"), pl.when(pl.col("members") <= 1).then(given_id("line_bank_ref")))


def said(entries: pl.DataFrame, id: str, line: pl.Expr) -> pl.DataFrame:
    """What entries with `own_id` say of their payments: the columns of `SAID`. `line` is the identity of the line."""
    given = _compact(canonical(pl.col("reference")))
    # One file has in its reference field what another has as a text: it contradicts no reference.
    only_text = (pl.col("reference_kind") == "text") & ~given.str.contains(r"^\d+$")
    frame = entries.with_columns(
        id=pl.col(id),
        line=line,
        plain=given,
        number=pl.when(~only_text.fill_null(value=False)).then(given),
        text=_compact(pl.when(only_text).then("reference").otherwise("text").str.to_lowercase()),
        payer_account=pl.col("counterparty_account"),
        payer=_skeleton(pl.col("counterparty")),
    )
    return frame.select(SAID.keys()).cast(SAID)  # type: ignore[arg-type]


def _compact(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\s", "").replace("", None)


def _skeleton(name: pl.Expr) -> pl.Expr:
    """The consonants and digits of a name's words, in one order.

    Files write vowels and other letters differently (Ö, OE, a wrong encoding), change the order of names, and cut them.
    """
    words = name.str.to_lowercase().str.replace_all(r"[^b-df-hj-np-tv-xz0-9 ]", "").str.split(" ")
    return words.list.sort().list.join("").str.head(_NAME).replace("", None)


def same(
    mine: pl.DataFrame,
    theirs: pl.DataFrame,
    shown_on: Collection[date] | None = None,
    *,
    agreed: bool = False,
    expected: Collection[str] = (),
    met: Collection[str] = (),
    proven: bool = True,
) -> pl.DataFrame:
    """Pairs (`id`, `money_id`) of the same payment; each is in one pair at most, and of equal ones the first pair.

    `mine` and `theirs` have the columns of `SAID`, one row a payment. Nothing is the same for its amount alone: on one
    day, a payment of which nothing is known is the same as one of that amount, if statements will have the money of
    each (`proven`); on other days, an id or reference must be the same. `shown_on` are the days of which my feed has
    shown payments. If the feeds agree on the days, `agreed` or as these payments show, a payment of a day that my feed
    did not show is another one: somebody paid twice. So it is if the statements of both days have money for a payment
    each: for mine (`expected`, its ids) and for theirs (`met`). If no payment has the same day, and those that are
    surely the same are all so many days apart, the feeds date differently, and so do the others.
    """
    pairs = _by((*_SAME_DAY, *_UNKNOWN) if proven else _SAME_DAY, mine, theirs, NO_PAIRS)
    agreed = agreed or not pairs.is_empty()
    if shown_on is not None and agreed:
        theirs = theirs.filter(pl.col("booked_on").is_in(list(shown_on)))
    apart = pl.col("id").is_in(list(expected))
    pairs = _by(_NEAR, mine.filter(~apart), theirs, pairs)
    pairs = _by(_NEAR, mine.filter(apart), theirs.filter(~pl.col("id").is_in(list(met))), pairs)
    if not agreed and (shift := _shift(mine, theirs, pairs)):
        moved = theirs.with_columns(booked_on=pl.col("booked_on") + shift)
        pairs = _by(_SAME_DAY, mine.filter(~apart), moved, pairs)
    return pairs


def same_on_day(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of payments of one day of which something that both files say is equal."""
    return _by(_SAME_DAY, mine, theirs, NO_PAIRS)


def unknown(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of payments that may be the same, because nothing is known of one of them but day and amount."""
    return _by(_UNKNOWN, mine, theirs, NO_PAIRS)


def same_whatever_ids(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of the same payment where its money can be there only once, so that other ids say nothing."""
    return same(mine.with_columns(end_to_end_key=pl.lit(None, pl.String)), theirs)


def _shift(mine: pl.DataFrame, theirs: pl.DataFrame, pairs: pl.DataFrame) -> timedelta | None:
    """How much later mine are dated, if that is equal for all pairs."""
    found = pairs.join(mine.select("id", on="booked_on"), on="id")
    found = found.join(theirs.select("booked_on", money_id="id"), on="money_id")
    shifts = found.select((pl.col("on") - pl.col("booked_on")).unique()).to_series()
    return shifts.item() if len(shifts) == 1 else None


def all_shifted(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of all of my payments with ones that are dated by equally many days earlier or later; else none."""
    if mine.is_empty() or theirs.is_empty():
        return NO_PAIRS
    pairs = same(mine, theirs)
    return pairs if pairs.height == mine.height and _shift(mine, theirs, pairs) else NO_PAIRS


def on_other_days(
    pairs: pl.DataFrame, mine: pl.DataFrame, theirs: pl.DataFrame, known: Collection[timedelta]
) -> pl.DataFrame:
    """Those pairs of payments of different days that may be two payments: somebody may have paid again.

    They are the same if the files date differently: if all pairs are so many days apart, and at least one has not two
    payers. This must show in several pairs, all payments of one side on these days; or, unless the formats are `known`
    to agree on days (by how much later this format dated others), in all payments of mine.
    """
    found = pairs.join(mine.select("payer", "booked_on", id="id"), on="id")
    found = found.join(theirs.select(payer_there="payer", there="booked_on", money_id="id"), on="money_id")
    found = found.with_columns(later=pl.col("booked_on") - pl.col("there"))
    one_payer = found.select((pl.col("payer") == pl.col("payer_there")).fill_null(value=True).any()).item()
    on_days = theirs.filter(pl.col("booked_on").is_in(found["there"].implode())).height
    several = found.height > 1 and found.height == min(mine.height, on_days)
    alone = timedelta(0) not in known and (bool(known) or found.height == mine.height)
    if found["later"].n_unique() == 1 and one_payer and (several or alone):
        return pairs.clear()
    return found.filter(pl.col("later") != timedelta(0)).select(pairs.columns)


_Rules = tuple[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], ...]


def _by(rules: _Rules, mine: pl.DataFrame, theirs: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    groups = origins.ON_OTHER_DAYS if rules is _NEAR else origins.ON_A_DAY
    for ours, others in origins.apart(mine, theirs, groups):
        pairs = _within(rules, ours, others, pairs)
    return pairs


def _within(rules: _Rules, mine: pl.DataFrame, theirs: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    # Most files are small, and then each step costs as much as a hundred of its rows: steps over nothing are left out.
    mine, theirs = _left(mine, theirs, pairs)
    for columns, missing in rules:
        if not _both(mine, theirs):
            break
        for giro, needed in ((_GIRO, missing), ((), (*missing, _GIRO))):
            found = NO_PAIRS
            for ours, others in _sides(mine, theirs, needed):
                found = pl.concat([found, _joined(ours, others, ("amount_minor", *columns, *giro), found)])
            mine, theirs = _left(mine, theirs, found)
            pairs = pl.concat([pairs, found])
    return pairs


def _sides(
    mine: pl.DataFrame, theirs: pl.DataFrame, missing: tuple[tuple[str, ...], ...]
) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
    """The pairs of sides of which one lacks each of these groups of columns; sides without rows are left out."""
    sides = [(mine, theirs)]
    for names in missing:
        nothing = pl.all_horizontal(pl.col(name).is_null() for name in names)
        sides = [pair for a, b in sides for pair in ((a.filter(nothing), b), (a, b.filter(nothing))) if _both(*pair)]
    return [pair for pair in sides if _both(*pair)]


def _both(mine: pl.DataFrame, theirs: pl.DataFrame) -> bool:
    return not (mine.is_empty() or theirs.is_empty())


def _left(mine: pl.DataFrame, theirs: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is in none of these pairs."""
    if pairs.is_empty():
        return mine, theirs
    return mine.join(pairs, on="id", how="anti"), theirs.join(pairs, left_on="id", right_on="money_id", how="anti")


def _joined(mine: pl.DataFrame, theirs: pl.DataFrame, columns: tuple[str, ...], pairs: pl.DataFrame) -> pl.DataFrame:
    left, right = _left(mine, theirs, pairs)
    return in_order(left, right.select(*columns, money_id="id"), columns).select("id", "money_id")


def again(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Pairs (`id`, `money_id`) of payments that two files of one format show, by the bank's own ids of the payments.

    The lines may be other ones, for example a batch. On another day, also the reference or the payer must be the same,
    because banks reuse ids.
    """
    return _by(_BY_OWN_ID, mine, theirs, NO_PAIRS)


def repeated(mine: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of payments that two files of one format show, and of which one has no id that could tell them apart."""
    pairs = [NO_PAIRS, *(same(*both) for both in _sides(mine, theirs, (("own_id",),)))]
    return pl.concat(pairs).unique("id", keep="first", maintain_order=True).unique("money_id", keep="first")


def seen_before(mine: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Pairs of payments that an earlier file of the same feed has shown, and what they were seen as then.

    `seen` has money_id, line_key, bank_id_key and amount_minor. A file that is delivered again has the same keys, or at
    least the same ids.
    """
    by_key = mine.join(seen.select("money_id", id="line_key"), on="id", maintain_order="left").select("id", "money_id")
    pairs = by_key.unique("id", keep="first", maintain_order=True).unique("money_id", keep="first")
    left = seen.select(pl.col("money_id").alias("id"), "bank_id_key", "amount_minor").unique("id", maintain_order=True)
    return pl.concat([pairs, _joined(mine, left, ("bank_id_key", "amount_minor"), pairs)])
