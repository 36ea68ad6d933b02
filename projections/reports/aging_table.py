"""The aging as an Arrow table, each amount in exactly one bucket or column; and the totals that prove the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ledger.domain.chart_of_accounts import control_roles
from projections.reports.aging_buckets import UNIDENTIFIED, Bucket
from projections.reports.report import Control

SUMMED: Final = ("open_minor", "unallocated_minor", "credit_minor", "total_minor", "items")
TOTAL: Final = "total"
# The columns for receipts and customer credit, by the role of the control account.
_COLUMN_OF: Final = {
    **dict.fromkeys(control_roles("receipt"), "unallocated_minor"),
    **dict.fromkeys(control_roles("credit"), "credit_minor"),
}


def aging(due: pa.Table, unallocated: pa.Table, credits: pa.Table, as_of: date, by: Sequence[Bucket]) -> pa.Table:
    """Return one row per currency and kind of payer, then a total for each currency.

    `due` has payer, currency, due_on, open_minor and items. `unallocated` and `credits` have payer, currency and
    amount_minor, which is below zero. In each row the buckets sum to `open_minor`, and `total_minor` is the sum of
    `open_minor`, `unallocated_minor` and `credit_minor`. Money without a due date, or from unknown payers, is included.
    """
    summed = (*(bucket.name for bucket in by), *SUMMED)
    parts = (
        _row(due, _of_items(due, as_of, by), summed),
        _row(unallocated, _beside(unallocated, "unallocated_minor"), summed),
        _row(credits, _beside(credits, "credit_minor"), summed),
    )
    rows, shown_columns = pa.concat_tables(parts), ["currency", "payer", *summed]
    by_payer = _summed(rows, ["currency", "payer"], summed)
    totals = _summed(rows, ["currency"], summed)
    totals = totals.append_column("payer", pa.repeat(pa.scalar(TOTAL), totals.num_rows))
    shown = pa.concat_tables([by_payer.select(shown_columns), totals.select(shown_columns)])
    order = pc.sort_indices(
        shown.append_column("last", pc.equal(shown["payer"], TOTAL)),
        sort_keys=[("currency", "ascending"), ("last", "ascending"), ("payer", "ascending")],
    )
    return shown.take(order)


def controls(table: pa.Table, shown: Mapping[tuple[str, str], int], by: Sequence[Bucket]) -> tuple[Control, ...]:
    """Compare the printed totals with the sums they were made from, by control role and currency."""
    book: Counter[tuple[str, str]] = Counter()
    for (role, currency), amount in shown.items():
        book[_COLUMN_OF.get(role, "open_minor"), currency] += amount
        book["total_minor", currency] += amount
    rows = table.to_pylist()
    printed: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["payer"] == TOTAL:
            aged = sum(row[bucket.name] for bucket in by)
            printed["open_minor", row["currency"]] += aged
            printed["total_minor", row["currency"]] += aged + row["unallocated_minor"] + row["credit_minor"]
        else:
            for column in ("unallocated_minor", "credit_minor"):
                printed[column, row["currency"]] += row[column]
    return tuple(
        Control(column, currency, book[column, currency], printed[column, currency])
        for column, currency in sorted(book.keys() | printed.keys())
    )


def days_past_due(due_on: pa.ChunkedArray, as_of: date) -> pa.ChunkedArray:
    """Return the days from each due date to `as_of`: below zero before the due date, zero if there is no due date."""
    on = pa.scalar(as_of, pa.date32()).cast(pa.int32())
    days = pc.subtract(on, due_on.cast(pa.date32()).cast(pa.int32()))
    return pc.fill_null(days, 0).cast(pa.int64())


def bucket_of(days: pa.ChunkedArray, by: Sequence[Bucket]) -> pa.ChunkedArray:
    """Return, for each number of days past due, the column name of its bucket."""
    reached = [pc.greater_equal(days, one.first).cast(pa.int64()) for one in by if one.first is not None]
    index = reached[0]
    for one in reached[1:]:
        index = pc.add(index, one)
    return pc.take(pa.array([one.name for one in by]), index)


def _of_items(due: pa.Table, as_of: date, by: Sequence[Bucket]) -> dict[str, pa.ChunkedArray]:
    bucket = bucket_of(days_past_due(due["due_on"], as_of), by)
    opened = due["open_minor"].cast(pa.int64())
    nothing = pa.scalar(0, pa.int64())
    columns = {one.name: pc.if_else(pc.equal(bucket, one.name), opened, nothing) for one in by}
    return columns | {"open_minor": opened, "total_minor": opened, "items": due["items"].cast(pa.int64())}


def _beside(table: pa.Table, column: str) -> dict[str, pa.ChunkedArray]:
    amount = table["amount_minor"].cast(pa.int64())
    return {column: amount, "total_minor": amount}


def _row(table: pa.Table, given: dict[str, pa.ChunkedArray], summed: Sequence[str]) -> pa.Table:
    zeros = pa.chunked_array([pa.repeat(pa.scalar(0, pa.int64()), table.num_rows)])
    payer = pc.fill_null(table["payer"].cast(pa.string()), UNIDENTIFIED)
    columns = {"currency": table["currency"].cast(pa.string()), "payer": payer}
    return pa.table(columns | {name: given.get(name, zeros) for name in summed})


def _summed(rows: pa.Table, keys: list[str], summed: Sequence[str]) -> pa.Table:
    sums = rows.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in summed])
    return sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
