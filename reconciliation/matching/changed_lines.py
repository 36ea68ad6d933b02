"""Finds what comes again with the bank's id, day and amount, but with other payments, and so is not the same.

A deposit or a batch is known by its number and its sum. A bank or a clearing house that corrects it may keep both, and
name other payers, references or amounts. Nothing of it is booked again, because its money is in the book; whose the
money is, is a question for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from reconciliation.matching import details, identity
from reconciliation.matching.entries import PAYMENTS
from reconciliation.matching.occurrences import in_order
from reconciliation.matching.pairing import AGAIN, BOOK

if TYPE_CHECKING:
    from projections.store.matching_lookups import KnownStatement

Row = Mapping[str, Any]
Shown = Callable[[str], pl.DataFrame | None]

# What a line has in each file that has it, and what books it.
_LINE: Final = ("account", "bank_id_key", "booked_on", "line_minor")
_BOOKED: Final = ("account", "bank_id_key", "booked_on")
# Where a payment stands in its file.
_PLACE: Final = ("statement_no", "raw_position", "amount_minor")
# Payments are surely the same if all of this is; whoever's name a file writes otherwise, if the rest has a reference.
_QUOTED: Final = ("amount_minor", "plain", "payer_account")
_WHOLE: Final = (*_QUOTED, "payer")


class Changed(NamedTuple):
    """A line that comes again with other payments: all of them, and those that no file of before has.

    `before` is the number of payments that it had, and `gone` are the booked ones of them that it has no more.
    """

    payments: tuple[Row, ...]
    new: tuple[Row, ...]
    gone: tuple[Row, ...]
    before: int


def changed(
    entries: pl.DataFrame,
    booked: pl.DataFrame,
    stated: Sequence[KnownStatement],
    known: Sequence[KnownStatement],
    shown: Shown,
) -> tuple[Changed, ...]:
    """The lines of a file that are booked from other files of its format with other payments.

    `booked` is what is booked from files of this format, and `shown` gives the entries of such a file, if it can be
    read. `stated` are the statements of this file, `known` those of others.
    """
    entries = entries.filter(pl.col("part").is_in(PAYMENTS) & pl.col("decision").is_in([AGAIN, BOOK]))
    batches = tuple(_batches(entries, booked, stated, known, shown))
    keys = [row["key"] for one in batches for row in one.payments]
    proven = [one.number for one in stated if one.proven.opening_minor is not None]
    return batches + _lines(entries.filter(~pl.col("key").is_in(keys)), booked, proven, shown)


def _batches(
    entries: pl.DataFrame,
    booked: pl.DataFrame,
    stated: Sequence[KnownStatement],
    known: Sequence[KnownStatement],
    shown: Shown,
) -> Iterator[Changed]:
    """Batches without balances whose payments have ids of their own: one has the ids, days and sum of another one.

    An id alone says nothing, because banks use ids again.
    """
    new = entries.filter((pl.col("decision") == BOOK) & pl.col("bank_id_key").is_not_null())
    if new.is_empty() or booked.is_empty():
        return
    ids = booked.select("file", *_BOOKED[1:], account="bank_account", number="statement_no").drop_nulls().unique()
    met = new.select("statement_no", *_BOOKED).unique().join(ids, on=list(_BOOKED))
    found: set[int] = set()
    for number, file, before in met.select("statement_no", "file", "number").unique(maintain_order=True).iter_rows():
        mine = next(one for one in stated if one.number == number)
        other = next((one for one in known if one[:2] == (file, before)), None)
        there = shown(file) if number not in found and other and _are_alike(mine, other) else None
        if there is None:
            continue
        whole = {"bank_id_key": pl.lit(""), "line_minor": pl.lit(mine.proven.sum_minor)}
        theirs = _of_file(there.filter(pl.col("statement_no") == before)).with_columns(**whole)
        ours = entries.filter(pl.col("statement_no") == number).with_columns(**whole)
        of_batch = (pl.col("file") == file) & (pl.col("statement_no") == before)
        for _, made in _compared(ours, theirs, booked.filter(of_batch)):
            found.add(number)
            yield made


def _are_alike(mine: KnownStatement, other: KnownStatement) -> bool:
    one, two = mine.proven, other.proven
    of_both = [(said.bank_account, said.from_on, said.to_on, said.sum_minor, said.opening_minor) for said in (one, two)]
    return of_both[0] == of_both[1] and one.opening_minor is None


def _lines(entries: pl.DataFrame, booked: pl.DataFrame, proven: Collection[int], shown: Shown) -> tuple[Changed, ...]:
    """Lines with the bank's id, the day and the amount of a line of before.

    Of the statements with the numbers `proven`, only sums are compared: what else their balances prove is there once,
    whatever is said of it.
    """
    again = entries.filter(pl.col("decision") == AGAIN)
    again = again.filter(~pl.col("statement_no").is_in(list(proven)) | (pl.col("members") > 1))
    if again.is_empty():
        return ()
    places = booked.select("file", "bank_id_key", "booked_on", account="bank_account").drop_nulls().unique()
    files = again.select(_BOOKED).unique().join(places, on=list(_BOOKED))["file"].unique().sort()
    found: dict[tuple[Any, ...], Changed | None] = {}
    for sha256 in files:
        before = shown(sha256)
        if before is None:
            continue
        theirs = _of_file(before).join(again.select(_LINE).unique(), on=list(_LINE), how="semi", maintain_order="left")
        mine = again.join(theirs.select(_LINE).unique(), on=list(_LINE), how="semi", maintain_order="left")
        differing = dict(_compared(mine, theirs, booked.filter(pl.col("file") == sha256)))
        for line in mine.select(_LINE).unique(maintain_order=True).iter_rows():
            # What is the same as in one file is nothing new, whatever another file has of it.
            found[line] = found.get(line, differing.get(line)) and differing.get(line)
    return tuple(one for one in found.values() if one is not None)


def _of_file(shown: pl.DataFrame) -> pl.DataFrame:
    shown = (
        shown.filter(pl.col("part").is_in(PAYMENTS)).with_row_index("key").with_columns(pl.col("key").cast(pl.String))
    )
    ids = {"bank_id_key": identity.line_ids(shown), "end_to_end_key": identity.payers_ids(shown)}
    return shown.with_columns(**ids)


def _compared(
    mine: pl.DataFrame, theirs: pl.DataFrame, booked: pl.DataFrame
) -> Iterator[tuple[tuple[Any, ...], Changed]]:
    """The lines whose payments are not the same on both sides, and how they differ."""
    ours, others = _told(mine), _told(theirs)
    for columns in (_WHOLE, _QUOTED):
        sides = [one if columns is _WHOLE else one.filter(pl.col("plain").is_not_null()) for one in (ours, others)]
        left, right = (one.with_columns(pl.col(columns).cast(pl.String).fill_null("")) for one in sides)
        pairs = in_order(left, right.select(*_LINE, *columns, other="id"), (*_LINE, *columns))
        ours = ours.filter(~pl.col("id").is_in(pairs["id"].implode()))
        others = others.filter(~pl.col("id").is_in(pairs["other"].implode()))
    new, gone = _without_alike(ours.to_dicts(), others.to_dicts())
    lines = dict.fromkeys(tuple(row[name] for name in _LINE) for row in (*new, *gone))
    if not lines:
        return
    payments, before = (_by(one, _LINE, lines) for one in (mine, theirs))
    places = _by(booked, _PLACE)
    lacking, keys = {row["id"] for row in gone}, {row["id"] for row in new}
    for line in lines:
        lost = [tuple(row[name] for name in _PLACE) for row in before.get(line, ()) if row["key"] in lacking]
        left_over = [row for place in dict.fromkeys(lost) for row in places.get(place, ())]
        whole = payments.get(line, [])
        found = tuple(row for row in whole if row["key"] in keys)
        yield line, Changed(tuple(whole), found, tuple(left_over), len(before.get(line, ())))


def _by(
    entries: pl.DataFrame, columns: Sequence[str], wanted: Collection[tuple[Any, ...]] | None = None
) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """The entries by the values of some columns; only the `wanted` ones, if these are given."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in entries.iter_rows(named=True):
        values = tuple(row[name] for name in columns)
        if wanted is None or values in wanted:
            found.setdefault(values, []).append(row)
    return found


def _told(entries: pl.DataFrame) -> pl.DataFrame:
    """What entries say of their payments, and of which line they are."""
    said = details.said(entries.with_columns(own_id=details.own_id()), "key", pl.col("line_bank_ref"))
    return said.join(entries.select("account", "line_minor", id="key"), on="id", maintain_order="left")


def _without_alike(ours: Sequence[Row], others: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What is left of both sides without payments of which a file only says more, or writes a name otherwise."""
    places: dict[tuple[Any, ...], list[Row]] = {}
    for row in others:
        places.setdefault(_like(row), []).append(row)
    new: list[Row] = []
    for row in ours:
        there = places.get(_like(row), [])
        alike = next((one for one in there if _is_alike(row, one)), None)
        if alike is None:
            new.append(row)
        else:
            there.remove(alike)
    return new, [row for rows in places.values() for row in rows]


def _like(row: Row) -> tuple[Any, ...]:
    return *(row[name] for name in _LINE), row["amount_minor"], row["number"]


def _is_alike(one: Row, other: Row) -> bool:
    if _differ(one, other, "payer_account"):
        return False
    named = any(one[name] is not None and one[name] == other[name] for name in ("number", "own_id"))
    return named or not _differ(one, other, "payer")


def _differ(one: Row, other: Row, name: str) -> bool:
    return None not in (one[name], other[name]) and one[name] != other[name]
