"""Only what is named is compared, all of it is, and what differs is shown as a person writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.scenarios.comparison import Comparison
from infra.scenarios.names import Names
from infra.scenarios.pairing import paired
from infra.scenarios.scenario import Expected
from infra.scenarios.tree import Fields, List, Text, read_tree

AGING: list[dict[str, Any]] = [
    {"currency": "SEK", "payer": "patient", "open_minor": 400_10, "items": 1},
    {"currency": "SEK", "payer": "total", "open_minor": 900_10, "items": 2},
]
ITEMS: list[dict[str, Any]] = [
    {"item_id": "i1.1", "account_id": "p1", "open_minor": 100_00, "currency": "SEK", "number": 7, "hold": False},
    {"item_id": "i2.1", "account_id": "p1", "open_minor": 5, "currency": "JPY", "number": None, "hold": True},
]
INVOICE: list[dict[str, Any]] = [
    {
        "status": "done",
        "invoice_id": "i1",
        "due_on": "2026-10-31",
        "recorded_at": "2026-10-01T10:00:00Z",
        "kinds": {"exact": 2},
        "codes": ["check_digit_wrong"],
        "items": [
            {"item_id": "i1.1", "amount_minor": 100_00, "currency": "SEK"},
            {"item_id": "i1.2", "amount_minor": 250_50, "currency": "SEK"},
        ],
        "nothing": [],
    }
]


def answer(rows: list[dict[str, Any]], *codes: str, totals: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    problems = [{"code": code, "sentence": f"It is {code}.", "about": None} for code in codes]
    return {"ok": not codes, "position": 12, "rows": rows, "totals": totals or [], "problems": problems}


def differing(expected: str, given: dict[str, Any], names: Names | None = None) -> list[str]:
    """What differs, in words."""
    fields = read_tree(Path("case.yaml"), expected)
    assert isinstance(fields, Fields)
    codes = fields.values.get("refused")
    listed = codes.items if isinstance(codes, List) else (codes,)
    refused = tuple(one for one in listed if isinstance(one, Text))
    found = Comparison("aging", given, names or Names()).differences(Expected(1, fields, refused))
    return [f"{one.what}: {one.expected} / {one.actual}" for one in found]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (AGING, "patient: {open: 400.10}"),
        (AGING, "total: {open_minor: 900.10, items: 2}"),
        (AGING, "insurer: none"),
        (AGING, "rows: [{payer: total}, {payer: patient, open: 400.1}]"),
        (AGING, "{count: 2, position: 12, ok: yes}"),
        (ITEMS, "i1.1: {open: 100.00, account: p1, number: 7, hold: no}"),
        (ITEMS, "i2.1: {open: 5, number: none, hold: true}"),
        (INVOICE, "{status: done, invoice: i1, due-on: 2026-10-31, position: 12, nothing: []}"),
        (INVOICE, "{kinds: {exact: 2}, codes: [check_digit_wrong], recorded_at: 2026-10-01T12:00+02:00}"),
        (INVOICE, "items: [{amount: 250.50, item: i1.2}, {amount: 100.00}]"),
        ([], "count: 0"),
    ],
)
def test_what_is_as_expected_is_no_difference(rows: list[dict[str, Any]], expected: str):
    assert differing(expected, answer(rows)) == []


@pytest.mark.parametrize(
    ("rows", "expected", "difference"),
    [
        (AGING, "patient: {open: 400.1, items: 2}", "patient: items: 2 / 1"),
        (AGING, "patient: {open: -400.10}", "patient: open: -400.10 / 400.10"),
        (AGING, "patient: {open: 400.100}", "patient: open: 400.100 / 400.10"),
        (AGING, "patient: {open: 40010}", "patient: open: 40010 / 400.10"),
        (AGING, "patient: {open: 4e2}", "patient: open: 4e2 / 400.10"),
        (AGING, "patient: {opn: 1}", "patient: opn: 1 / no such field; there are: currency, payer, open_minor, items"),
        (AGING, "patient: none", "row patient: none / 1 of 2 rows"),
        (AGING, "insurer: {open: 0.00}", "row insurer: {open: 0.00} / none of 2 rows"),
        (AGING, "SEK: {open: 0}", "row SEK: {open: 0} / 2 rows are called SEK; pick them with `rows`"),
        (AGING, "open: 400.10", "open: 400.10 / no such field; there are: ok, position"),
        (AGING, "count: 3", "count of rows: 3 / 2"),
        (AGING, "rows: [{payer: total, open: 1.00}]", "row payer total: open: 1.00 / 900.10"),
        (AGING, "rows: [{payer: region}]", "a row: {payer: region} / 2 rows with payer: patient, total"),
        (AGING, "rows: [{kind: x}]", "a row: {kind: x} / 2 rows with kind: no such field; there are: currency, payer, "
         "open_minor, items"),
        (AGING, "totals: [{name: x}]", "a row: {name: x} / no rows"),
        (AGING * 4, "rows: [{payer: x}]", "a row: {payer: x} / 8 rows with payer: patient, total and 3 more"),
        (INVOICE, "status: [done]", "status: [done] / done"),
        (INVOICE, "kinds: {exact: 1}", "kinds: exact: 1 / 2"),
        (INVOICE, "kinds: 1", "kinds: 1 / {exact: 2}"),
        (INVOICE, "codes: []", "codes: [] / [check_digit_wrong]"),
        (INVOICE, "codes: [a, b]", "codes: [a, b] / [check_digit_wrong]"),
        (INVOICE, "codes: [{code: a}]", "codes: [{code: a}] / [check_digit_wrong]"),
        (INVOICE, "items: [{amount: 100.00}, {amount: 100.00}]", "items: a row: {amount: 100.00} / 2 rows with amount: "
         "100.00, 250.50"),
        (INVOICE, "items: [{item: i1.2, amount: 1}]", "items: row item i1.2: amount: 1 / 250.50"),
        (INVOICE, "items: x", "items: x / [{item_id: i1.1, amount_minor: 100.00, currency: SEK}, {item_id: i1.2, "
         "amount_minor: 250.50, currency: SEK}]"),
        (INVOICE, "recorded_at: 2026-10-01T10:00:01Z", "recorded_at: 2026-10-01T10:00:01Z / 2026-10-01T10:00:00Z"),
    ],
)  # fmt: skip
def test_what_is_not_as_expected_is_shown(rows: list[dict[str, Any]], expected: str, difference: str):
    assert differing(expected, answer(rows)) == [f"aging: {difference}"]


def test_all_differences_are_found():
    assert len(differing("{count: 1, patient: {open: 1, items: 9}, rows: [{payer: x}]}", answer(AGING))) == 4


def test_a_row_that_differs_is_shown_for_one_expected_row_only():
    assert differing("rows: [{payer: total, open: 1}, {payer: total, open: 2}]", answer(AGING)) == [
        "aging: row payer total: open: 1 / 900.10",
        "aging: a row: {payer: total, open: 2} / 2 rows with payer: patient, total",
    ]


def test_totals_have_names_too_and_rows_come_first():
    totals = [{"name": "ar_patient", "book_minor": 50_00, "currency": "SEK"}, {"name": "patient", "count": 1}]
    given = answer(AGING, totals=totals)
    assert differing("{ar_patient: {book: 50.00}, patient: {items: 1}, totals: [{count: 1}]}", given) == []


def test_an_answer_with_a_problem_differs_unless_the_problem_is_expected():
    given = answer(AGING, "does_not_tie")
    assert differing("count: 2", given) == ["aging: done: yes / does_not_tie: It is does_not_tie."]
    assert differing("{count: 2, refused: does_not_tie}", given) == []
    assert differing("refused: other", given) == ["aging: refused: other / does_not_tie: It is does_not_tie."]
    assert differing("refused: other", answer(AGING)) == ["aging: refused: other / not refused"]


def test_of_several_expected_problems_each_must_be_found():
    assert differing("refused: [b, a]", answer(AGING, "a", "b", "c")) == []
    assert differing("refused: [a, b]", answer(AGING, "a")) == ["aging: refused: b / a: It is a."]


def named() -> Names:
    names = Names()
    names.give("A", INVOICE, 12)
    names.give("B", [{"item_id": "i2.1", "account_id": "p1"}])
    return names


def test_names_stand_for_ids_and_ids_are_shown_by_name():
    given = answer(ITEMS)
    assert (
        differing("{A.1: {open: 100.00}, A.2: none, B: {open: 5}, rows: [{item: A.1, account: B}]}", given, named())
        == []
    )
    assert differing("rows: [{open: 5, item: A.1}]", given, named()) == ["aging: row open 5: item: A.1 / B (i2.1)"]
    assert differing("A: {open: 1.00}", given, named()) == ["aging: A: open: 1.00 / 100.00"]


def test_an_account_counts_only_in_rows_without_a_closer_id():
    names = Names()
    names.give("A", [{"item_id": "i1.1", "account_id": "p1"}])
    names.give("B", [{"item_id": "i2.1", "account_id": "p1"}])
    of_b = [ITEMS[1]]
    assert differing("{A: none, A.1: none, B: {open: 5}}", answer(of_b), names) == []
    assert differing("A: {open: 5}", answer(of_b), names) == ["aging: row A: {open: 5} / none of 1 rows"]
    by_account = [{"account_id": "p1", "currency": "SEK", "open_minor": 1_00}]
    assert differing("{A: {open: 1.00}, B: {open: 1.00}}", answer(by_account), names) == []
    names.give("P", [{"account_id": "p1"}])
    assert differing("P: {open: 5}", answer(of_b), names) == []


def test_a_stream_is_called_by_the_name_of_what_it_is_about():
    rows = [{"document": "invoice-i1"}, {"document": "item-i2.1"}]
    assert differing("rows: [{document: A}, {document: item-B}]", answer(rows), named()) == []
    assert differing("{A: {document: item-B}, B: {document: A}}", answer(rows), named()) == [
        "aging: A: document: item-B / invoice-i1",
        "aging: B: document: A / item-i2.1",
    ]


@pytest.mark.parametrize(
    ("fits", "pairs"),
    [
        ([], {}),
        ([[True, True], [True, False]], {0: 1, 1: 0}),
        ([[True, False], [True, False]], {0: 0}),
        ([[False, False]], {}),
        ([[True, True, False], [True, False, True], [True, False, False]], {0: 1, 1: 2, 2: 0}),
    ],
)
def test_as_many_rows_as_possible_get_one_of_their_own(fits: list[list[bool]], pairs: dict[int, int]):
    assert paired(fits) == pairs
