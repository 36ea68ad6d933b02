"""Entries: what of a bank's file is booked, how a line divides, and on which day."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from reconciliation.matching import entries as entries_module
from reconciliation.matching.entries import entries
from reconciliation.statements.kept import Kept
from tests.reconciliation.matching.written_files import DAY, EARLIEST, LATEST, BankFile, quoted

OCR = quoted("1234566")
OTHER = quoted("7654329")
A_FILE = ("part", "amount_minor")


def booked(file: BankFile, *columns: str) -> list[tuple[object, ...]]:
    return file.entries().select(columns or A_FILE).rows()


def test_a_line_without_members_is_one_entry() -> None:
    assert booked(BankFile().line(250_00).line(-30_00)) == [("line", 250_00), ("line", -30_00)]


def test_a_batch_is_booked_by_its_members() -> None:
    file = BankFile().line(700_00, {"amount_minor": 500_00, **OCR}, {"amount_minor": 200_00, **OTHER})
    assert booked(file, *A_FILE, "reference") == [("detail", 500_00, "1234566"), ("detail", 200_00, "7654329")]


def test_a_deduction_within_a_deposit_is_an_entry_below_zero() -> None:
    file = BankFile().line(1900_00, {"amount_minor": 1000_00}, {"amount_minor": 1400_00}, {"amount_minor": -500_00})
    assert booked(file) == [("detail", 1000_00), ("detail", 1400_00), ("detail", -500_00)]


def test_a_deposit_of_nothing_still_has_its_payments() -> None:
    file = BankFile().line(0, {"amount_minor": 500_00, **OCR}, {"amount_minor": -500_00})
    assert booked(file) == [("detail", 500_00), ("detail", -500_00)]


def test_a_line_of_nothing_is_no_entry() -> None:
    assert booked(BankFile().line(0).line(0, {**OCR}).line(0, {"amount_minor": 0})) == []


@pytest.mark.parametrize("status", ["pending", "info", "future", None])
def test_what_is_not_booked_is_no_entry(status: str | None) -> None:
    assert booked(BankFile().line(250_00, {"amount_minor": 250_00}, status=status)) == []


def test_a_single_member_without_amount_speaks_for_its_line() -> None:
    member = {**OCR, "end_to_end_id": "E1", "counterparty": "P", "return_reason": "AC04"}
    file = BankFile().line(250_00, member, bank_ref="B1", text="Deposit")
    columns = (*A_FILE, "reference", "reference_valid", "end_to_end_id", "counterparty", "return_reason", "bank_ref")
    assert booked(file, *columns) == [("line", 250_00, "1234566", True, "E1", "P", "AC04", "B1")]
    assert not file.entries()["unsplit"].any()


def test_several_references_of_a_single_member_are_those_of_its_line() -> None:
    further = [{"reference": "1234566", "kind": "ocr", "valid": True, "amount_minor": None, "found_as": None}]
    rows = BankFile().line(250_00, {"further_references": further}).entries()
    assert rows["further_references"].to_list() == [further]


def test_what_a_line_says_of_references_itself_comes_first() -> None:
    hints = [{"reference": "1234566", "kind": "ocr", "valid": True, "amount_minor": None, "found_as": None}]
    rows = BankFile().line(250_00, {**OTHER}, further_references=hints).entries()
    assert rows.select("reference", "further_references").rows() == [(None, hints)]


def test_a_single_member_in_another_currency_speaks_but_does_not_count() -> None:
    file = BankFile().line(260_00, {"amount_minor": 25_00, "currency": "EUR", **OCR})
    assert booked(file, *A_FILE, "currency", "reference") == [("line", 260_00, "SEK", "1234566")]


@pytest.mark.parametrize(
    "member",
    [
        {"amount_minor": None},
        {"amount_minor": 450_00, "currency": "EUR"},
        {"amount_minor": 450_00, "currency": None},
        {"amount_minor": 450_00, "amount_exact": False},
    ],
)
def test_one_member_that_does_not_say_what_it_is_worth_keeps_the_line_whole(member: dict[str, object]) -> None:
    file = BankFile().line(700_00, {"amount_minor": 250_00, **OCR}, {**member, **OTHER})
    assert booked(file, *A_FILE, "reference", "unsplit") == [("line", 700_00, None, True)]


def test_members_of_nothing_do_not_divide_a_line() -> None:
    file = BankFile().line(700_00, {"amount_minor": 0, **OCR})
    assert booked(file, *A_FILE, "reference") == [("line", 700_00, "1234566")]


def test_a_line_and_its_single_member_with_different_references_contradict_each_other() -> None:
    assert booked(BankFile().line(250_00, {**OTHER}, **OCR), "contradicted") == [(True,)]
    assert booked(BankFile().line(250_00, {**OCR}, **OCR), "contradicted") == [(False,)]


def test_what_members_leave_over_is_an_entry_of_its_own() -> None:
    file = BankFile().line(970_00, {"amount_minor": 900_00, **OCR}, {"amount_minor": 40_00})
    assert booked(file, *A_FILE, "detail_no", "reference", "is_charge") == [
        ("detail", 900_00, 1, "1234566", False),
        ("detail", 40_00, 2, None, False),
        ("rest", 30_00, -1, None, False),
    ]


@pytest.mark.parametrize(("of_line", "of_member"), [(30_00, None), (None, 30_00), (30_00, 30_00), (10_00, 20_00)])
def test_the_rest_is_the_charges_where_the_bank_states_them(of_line: int | None, of_member: int | None) -> None:
    member = {"amount_minor": 1000_00, "charges_minor": of_member, **OCR}
    rows = BankFile().line(970_00, member, charges_minor=of_line).entries()
    assert rows["amount_minor"].to_list() == [1000_00, -30_00]
    assert rows["is_charge"].to_list() == [False, True]


WHOLE = {
    "a detail of far more than the line": BankFile().line(8_85, {"amount_minor": 105_00}),
    "a fee that the bank does not state": BankFile().line(970_00, {"amount_minor": 1000_00}),
    "a fee of another amount": BankFile().line(970_00, {"amount_minor": 1000_00, "charges_minor": 29_00}),
    "a fee in the wrong direction": BankFile().line(970_00, {"amount_minor": 1000_00}, charges_minor=-30_00),
    "a single detail of less": BankFile().line(970_00, {"amount_minor": 900_00}),
    "the whole amount in each": BankFile().line(300_00, {"amount_minor": 300_00}, {"amount_minor": 300_00}),
    "the other direction": BankFile().line(970_00, {"amount_minor": -970_00}),
    "a deduction too few": BankFile().line(970_00, {"amount_minor": 1000_00}, {"amount_minor": -20_00}),
    "a payment too few beside a deduction": BankFile().line(970_00, {"amount_minor": 900_00}, {"amount_minor": -1_00}),
    "more than went out": BankFile().line(-564_05, {"amount_minor": -594_05}),
    "the direction of a missing detail": BankFile().line(-9_00, {"amount_minor": 4_00}, {"amount_minor": 5_00}),
}


@pytest.mark.parametrize("file", WHOLE.values(), ids=WHOLE.keys())
def test_details_that_claim_something_else_than_the_line_divide_nothing(file: BankFile) -> None:
    ((amount,),) = [(line.amount_minor,) for line in file.lines if line.detail_no == 0]
    assert booked(file, *A_FILE, "contradicted") == [("line", amount, True)]


def test_details_that_are_missing_of_a_debit_leave_a_rest_as_well() -> None:
    file = BankFile().line(-9_00, {"amount_minor": -4_00}, {"amount_minor": -3_00})
    assert booked(file) == [("detail", -4_00), ("detail", -3_00), ("rest", -2_00)]


def test_a_rest_as_large_as_a_member_makes_that_member_doubtful() -> None:
    one_missing = BankFile().line(900_00, {"amount_minor": 100_00}, {"amount_minor": 500_00})
    assert booked(one_missing, *A_FILE, "contradicted") == [
        ("detail", 100_00, True),
        ("detail", 500_00, False),
        ("rest", 300_00, False),
    ]


def test_a_rest_that_equals_a_member_makes_that_member_doubtful() -> None:
    one_missing = BankFile().line(600_00, {"amount_minor": 199_99}, {"amount_minor": 200_01})
    assert booked(one_missing, *A_FILE, "contradicted") == [
        ("detail", 199_99, True),
        ("detail", 200_01, False),
        ("rest", 200_00, False),
    ]
    both_alike = BankFile().line(600_00, {"amount_minor": 200_00}, {"amount_minor": 200_00})
    assert booked(both_alike, *A_FILE, "contradicted") == [
        ("detail", 200_00, True),
        ("detail", 200_00, True),
        ("rest", 200_00, False),
    ]


@pytest.mark.parametrize("amount", [4, 225_00, -450_00])
def test_a_single_member_worth_less_than_what_it_leaves_over_does_not_divide_its_line(amount: int) -> None:
    file = BankFile().line(450_00, {"amount_minor": amount, **OCR})
    assert booked(file, *A_FILE, "reference", "contradicted", "unsplit") == [("line", 450_00, "1234566", True, False)]


INSTRUCTED = {"instructed_minor": 50_20, "instructed_currency": "SEK"}


def test_a_fee_within_the_amount_of_a_return_is_the_rest_of_its_line() -> None:
    file = BankFile().line(-52_70, {"amount_minor": -52_70, "charges_minor": 2_50, **INSTRUCTED})
    assert booked(file, *A_FILE, "is_charge") == [("detail", -50_20, False), ("rest", -2_50, True)]


@pytest.mark.parametrize(
    "said",
    [
        {"charges_minor": 2_00},
        {"charges_minor": None},
        {"charges_minor": 2_50, "instructed_currency": "EUR"},
        {"charges_minor": -2_50, "instructed_minor": 55_20},
    ],
)
def test_what_was_instructed_is_the_amount_only_if_the_charges_are_all_that_differs(said: dict[str, Any]) -> None:
    assert booked(BankFile().line(-52_70, {"amount_minor": -52_70, **INSTRUCTED, **said})) == [("detail", -52_70)]


def test_charges_that_a_payer_bore_are_not_in_what_came_to_us() -> None:
    file = BankFile().line(52_70, {"amount_minor": 52_70, "charges_minor": 2_50, **INSTRUCTED})
    assert booked(file) == [("detail", 52_70)]


def test_what_a_line_says_of_an_order_and_in_words_is_said_of_its_only_detail() -> None:
    said = {"order_id": "o1", "declared_details": 2, "text": "of the line"}
    row = BankFile().line(250_00, {"amount_minor": 250_00, "text": "of the detail"}, **said).entries()
    columns = ("order_id", "declared_details", "text", "further_text")
    assert row.select(columns).rows() == [("o1", 2, "of the detail", "of the line")]
    two = BankFile().line(250_00, {"amount_minor": 200_00}, {"amount_minor": 50_00}, **said).entries()
    assert two.select(columns).rows() == [(None, None, None, None)] * 2


def test_a_rest_that_is_the_stated_charges_makes_no_member_doubtful() -> None:
    member = {"amount_minor": 10_00, "charges_minor": 30_00}
    # A payment smaller than its fee.
    assert booked(BankFile().line(-20_00, member), *A_FILE, "contradicted") == [
        ("detail", 10_00, False),
        ("rest", -30_00, False),
    ]


def test_a_reversal_of_the_line_is_one_of_its_members() -> None:
    rows = BankFile().line(-500_00, {"amount_minor": -300_00}, {"amount_minor": -200_00}, reversal=True).entries()
    assert rows["reversal"].to_list() == [True, True]


@pytest.mark.parametrize(
    ("line", "statement", "day"),
    [
        ({"booked_on": DAY}, {}, DAY),
        ({"booked_on": None, "value_on": date(2024, 7, 9)}, {}, date(2024, 7, 9)),
        ({"booked_on": date(2199, 1, 1), "value_on": date(2024, 7, 9)}, {}, date(2024, 7, 9)),
        ({"booked_on": date(1924, 7, 10), "value_on": None}, {"to_on": date(2024, 7, 8)}, date(2024, 7, 8)),
        ({"booked_on": None, "value_on": date(2199, 1, 1)}, {"to_on": date(2024, 7, 8)}, date(2024, 7, 8)),
        ({"booked_on": None}, {"to_on": None, "created_on": date(2024, 7, 7)}, date(2024, 7, 7)),
        ({"booked_on": None}, {"to_on": date(2199, 1, 1), "created_on": None}, None),
    ],
)
def test_a_day_not_believed_gives_way_to_the_next_best(
    line: dict[str, Any], statement: dict[str, Any], day: date | None
) -> None:
    file = BankFile().statement(**statement).line(250_00, **line)
    assert booked(file, "booked_on") == [(day,)]


def test_members_are_booked_on_the_believed_day_of_their_line() -> None:
    file = BankFile().line(5_00, {"amount_minor": 2_00}, {"amount_minor": 3_00}, booked_on=date(2199, 1, 1))
    assert booked(file, "booked_on", "dated_on") == [(DAY, date(2199, 1, 1))] * 2


def test_entries_stand_in_the_order_of_the_file() -> None:
    file = BankFile().statement()
    file.line(90_00, {"amount_minor": 60_00}, {"amount_minor": 20_00}).line(1_00).statement().line(2_00)
    places = file.entries().select("statement_no", "line_no", "detail_no").rows()
    assert places == [(1, 1, 1), (1, 1, 2), (1, 1, -1), (1, 2, 0), (2, 1, 0)]


def test_a_file_without_lines_has_no_entries() -> None:
    rows = BankFile().statement().entries()
    assert rows.is_empty()
    assert rows.schema["amount_minor"] == pl.Int64


def test_lines_of_different_statements_do_not_mix() -> None:
    file = BankFile().statement().line(5_00, {"amount_minor": 5_00, **OCR}).statement().line(9_00)
    assert booked(file, "statement_no", *A_FILE) == [(1, "detail", 5_00), (2, "line", 9_00)]


@pytest.mark.parametrize("at_once", [entries_module.AT_ONCE, 1, 2, 3, 5])
@pytest.mark.parametrize("backwards", [False, True])
def test_entries_depend_neither_on_the_order_of_the_rows_nor_on_how_many_are_read_at_once(
    at_once: int, backwards: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = BankFile().line(7_00, {"amount_minor": 5_00}, {"amount_minor": 2_00}).line(9_00)
    file.line(3_00, {"amount_minor": 1}).line(-5_00)
    file.statement().line(4_00, {"amount_minor": 1_00}, {"amount_minor": 1_00}, {"amount_minor": 2_00, **OCR})
    expected = file.entries()
    monkeypatch.setattr(entries_module, "AT_ONCE", at_once)
    lines, statements = file.tables()
    rows = lines.table()
    step = -1 if backwards else 1
    # Batches of two rows, as a reader hands them on.
    ordered = rows.take(list(range(rows.num_rows))[::step]).combine_chunks().to_batches(max_chunksize=2)
    found = entries(Kept.from_batches(ordered, rows.schema), statements, EARLIEST, LATEST)
    assert found.equals(expected)
