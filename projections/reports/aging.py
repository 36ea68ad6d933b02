"""Aging: what is open by how long it is past due, with unallocated receipts and customer credit beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ledger.domain.chart import control_roles
from projections.reports.report import Control

# Days past due from which a bucket begins, after the first, which is not yet due.
# Source: the usual receivables aging; "91+" is often printed "over 90".
BUCKETS: Final = (
    ("current_minor", None),
    ("d1_30_minor", 1),
    ("d31_60_minor", 31),
    ("d61_90_minor", 61),
    ("d91_plus_minor", 91),
)
UNIDENTIFIED: Final = "unidentified"
TOTAL: Final = "total"

_AMOUNTS: Final = (*(name for name, _ in BUCKETS), "open_minor", "unallocated_minor", "credit_minor", "total_minor")
# What is no item has a column of its own, by the role of its control account.
_COLUMN_OF: Final = {
    **dict.fromkeys(control_roles("receipt"), "unallocated_minor"),
    **dict.fromkeys(control_roles("credit"), "credit_minor"),
}
_SUMMED: Final = (*_AMOUNTS, "items")
COLUMNS: Final = ("currency", "payer", *_SUMMED)


def aging(due: pa.Table, unallocated: pa.Table, credits: pa.Table, as_of: date) -> pa.Table:
    """By currency and kind of payer, then a total of each currency.

    `due` has payer, currency, due_on, open_minor, items; `unallocated` and `credits` have payer, currency,
    amount_minor, below zero. The buckets sum to `open_minor`, and that with `unallocated_minor` and
    `credit_minor` to `total_minor`, row by row. Money without a due date, or of nobody known, has its place.
    """
    parts = (_of_items(due, as_of), _beside(unallocated, "unallocated_minor"), _beside(credits, "credit_minor"))
    rows = pa.concat_tables(parts)
    by_payer = _summed(rows, ["currency", "payer"]).sort_by([("currency", "ascending"), ("payer", "ascending")])
    totals = _summed(rows, ["currency"])
    totals = totals.append_column("payer", pa.repeat(pa.scalar(TOTAL), totals.num_rows))
    shown = pa.concat_tables([by_payer.select(COLUMNS), totals.sort_by("currency").select(COLUMNS)])
    order = pc.sort_indices(
        shown.append_column("last", pc.equal(shown["payer"], TOTAL)),
        sort_keys=[("currency", "ascending"), ("last", "ascending"), ("payer", "ascending")],
    )
    return shown.take(order)


def controls(table: pa.Table, shown: Mapping[tuple[str, str], int]) -> tuple[Control, ...]:
    """The totals as printed beside what was summed for them, by control role and currency."""
    book: Counter[tuple[str, str]] = Counter()
    for (role, currency), amount in shown.items():
        book[_COLUMN_OF.get(role, "open_minor"), currency] += amount
        book["total_minor", currency] += amount
    rows = table.to_pylist()
    printed: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["payer"] == TOTAL:
            buckets = sum(row[name] for name, _ in BUCKETS)
            printed["open_minor", row["currency"]] += buckets
            printed["total_minor", row["currency"]] += buckets + row["unallocated_minor"] + row["credit_minor"]
        else:
            for column in ("unallocated_minor", "credit_minor"):
                printed[column, row["currency"]] += row[column]
    return tuple(
        Control(column, currency, book[column, currency], printed[column, currency])
        for column, currency in sorted(book.keys() | printed.keys())
    )


def days_past_due(due_on: pa.ChunkedArray, as_of: date) -> pa.ChunkedArray:
    """Whole days from the due date to the day, below zero before it; zero where there is no due date."""
    on = pa.scalar(as_of, pa.date32()).cast(pa.int32())
    days = pc.subtract(on, due_on.cast(pa.date32()).cast(pa.int32()))
    return pc.fill_null(days, 0).cast(pa.int64())


def bucket_of(days: pa.ChunkedArray) -> pa.ChunkedArray:
    """The bucket's column name for each number of days past due."""
    starts = [start for _, start in BUCKETS if start is not None]
    reached = [pc.greater_equal(days, start).cast(pa.int64()) for start in starts]
    index = reached[0]
    for one in reached[1:]:
        index = pc.add(index, one)
    return pc.take(pa.array([name for name, _ in BUCKETS]), index)


def _of_items(due: pa.Table, as_of: date) -> pa.Table:
    bucket = bucket_of(days_past_due(due["due_on"], as_of))
    opened = due["open_minor"].cast(pa.int64())
    nothing = pa.scalar(0, pa.int64())
    columns = {name: pc.if_else(pc.equal(bucket, name), opened, nothing) for name, _ in BUCKETS}
    given = columns | {"open_minor": opened, "total_minor": opened, "items": due["items"].cast(pa.int64())}
    return _row(due, given)


def _beside(table: pa.Table, column: str) -> pa.Table:
    amount = table["amount_minor"].cast(pa.int64())
    return _row(table, {column: amount, "total_minor": amount})


def _row(table: pa.Table, given: dict[str, pa.ChunkedArray]) -> pa.Table:
    zeros = pa.chunked_array([pa.repeat(pa.scalar(0, pa.int64()), table.num_rows)])
    payer = pc.fill_null(table["payer"].cast(pa.string()), UNIDENTIFIED)
    columns = {"currency": table["currency"].cast(pa.string()), "payer": payer}
    return pa.table(columns | {name: given.get(name, zeros) for name in _SUMMED})


def _summed(rows: pa.Table, keys: list[str]) -> pa.Table:
    summed = rows.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in _SUMMED])
    return summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names])
