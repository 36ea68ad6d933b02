"""Aging: every unit of money in one bucket or one column, and the totals that prove it."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.reports.aging_buckets import UNIDENTIFIED, buckets
from projections.reports.aging_table import TOTAL, aging, controls
from projections.reports.tie_out import shown_by_role

AS_OF = date(2024, 9, 30)
BY = buckets((30, 60, 90))

DUE = pa.schema(
    [
        ("payer", pa.string()),
        ("role", pa.string()),
        ("currency", pa.string()),
        ("due_on", pa.date32()),
        ("open_minor", pa.int64()),
        ("items", pa.int64()),
    ]
)
BESIDE = pa.schema([("payer", pa.string()), ("currency", pa.string()), ("amount_minor", pa.int64())])


def due(*rows: tuple[str | None, int | None, int], currency: str = "SEK") -> pa.Table:
    """Items by payer, days past due (None without a due date) and open amount."""
    return pa.Table.from_pylist(
        [
            {
                "payer": payer,
                "role": "ar_payer" if payer == "region" else "ar_patient",
                "currency": currency,
                "due_on": None if days is None else AS_OF - timedelta(days=days),
                "open_minor": amount,
                "items": 1,
            }
            for payer, days, amount in rows
        ],
        schema=DUE,
    )


def beside(*rows: tuple[str | None, int], currency: str = "SEK") -> pa.Table:
    """Receipts or credits by payer and amount, below zero."""
    return pa.Table.from_pylist(
        [{"payer": payer, "currency": currency, "amount_minor": amount} for payer, amount in rows], schema=BESIDE
    )


NOTHING = beside()


def rows(table: pa.Table) -> dict[tuple[str, str], dict[str, int]]:
    return {(row["currency"], row["payer"]): row for row in table.to_pylist()}


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-1, "current_minor"),
        (0, "current_minor"),
        (1, "d1_30_minor"),
        (30, "d1_30_minor"),
        (31, "d31_60_minor"),
        (60, "d31_60_minor"),
        (61, "d61_90_minor"),
        (90, "d61_90_minor"),
        (91, "d91_plus_minor"),
        (4000, "d91_plus_minor"),
    ],
)
def test_days_past_due_decide_the_bucket(days: int, bucket: str):
    row = rows(aging(due(("patient", days, 100)), NOTHING, NOTHING, AS_OF, BY))["SEK", "patient"]
    assert {one.name: row[one.name] for one in BY} == {one.name: 100 if one.name == bucket else 0 for one in BY}


def test_the_edges_make_the_buckets():
    assert [(one.name, one.heading) for one in buckets((14,))] == [
        ("current_minor", "current"),
        ("d1_14_minor", "1-14"),
        ("d15_plus_minor", "15+"),
    ]


def test_receipts_and_credit_have_columns_of_their_own_and_need_no_due_date():
    table = aging(due(("patient", 5, 100)), beside(("patient", -30)), beside(("patient", -7)), AS_OF, BY)
    row = rows(table)["SEK", "patient"]
    assert (row["open_minor"], row["unallocated_minor"], row["credit_minor"], row["total_minor"]) == (100, -30, -7, 63)


def test_money_of_nobody_known_has_a_row():
    table = aging(due(), beside((None, -30)), NOTHING, AS_OF, BY)
    assert rows(table)["SEK", UNIDENTIFIED]["unallocated_minor"] == -30
    assert rows(table)["SEK", TOTAL]["total_minor"] == -30


def test_an_item_without_a_due_date_does_not_fall_out():
    table = aging(due((None, None, -50)), NOTHING, NOTHING, AS_OF, BY)
    assert rows(table)["SEK", UNIDENTIFIED]["current_minor"] == -50


def test_currencies_are_never_added_together():
    euros = due(("patient", 5, 40), currency="EUR")
    table = aging(pa.concat_tables([due(("patient", 5, 100)), euros]), NOTHING, NOTHING, AS_OF, BY)
    assert [(row["currency"], row["payer"], row["total_minor"]) for row in table.to_pylist()] == [
        ("EUR", "patient", 40),
        ("EUR", TOTAL, 40),
        ("SEK", "patient", 100),
        ("SEK", TOTAL, 100),
    ]


def test_an_empty_book_ages_to_nothing():
    assert aging(due(), NOTHING, NOTHING, AS_OF, BY).num_rows == 0


PAYERS = st.sampled_from(["patient", "region", "guardian", None])
AMOUNTS = st.integers(-(10**12), 10**12)


@given(
    st.lists(st.tuples(PAYERS, st.none() | st.integers(-400, 400), AMOUNTS)),
    st.lists(st.tuples(PAYERS, AMOUNTS)),
    st.lists(st.tuples(PAYERS, AMOUNTS)),
)
def test_buckets_and_columns_tie_in_every_row_and_to_what_was_given(items, receipts, credits):
    given_ = due(*items), beside(*receipts), beside(*credits)
    table = aging(*given_, AS_OF, BY)
    for row in table.to_pylist():
        assert sum(row[one.name] for one in BY) == row["open_minor"]
        assert row["open_minor"] + row["unallocated_minor"] + row["credit_minor"] == row["total_minor"]
    total = sum(row["total_minor"] for row in table.to_pylist() if row["payer"] == TOTAL)
    assert total == sum(one[-1] for one in (*items, *receipts, *credits))
    assert sum(row["items"] for row in table.to_pylist() if row["payer"] != TOTAL) == len(items)
    assert all(control.difference_minor == 0 for control in controls(table, shown_by_role(*given_), BY))


def test_a_table_that_lost_money_does_not_tie():
    given_ = due(("patient", 5, 100), ("region", 5, 40)), NOTHING, NOTHING
    table = aging(*given_, AS_OF, BY)
    off = [row | ({"d1_30_minor": 139} if row["payer"] == TOTAL else {}) for row in table.to_pylist()]
    found = controls(pa.Table.from_pylist(off, schema=table.schema), shown_by_role(*given_), BY)
    assert {one.name: one.difference_minor for one in found if one.difference_minor} == {
        "open_minor": 1,
        "total_minor": 1,
    }
