"""Whatever provider a settlement is from: what changes its money is refused, and nothing handed in is raised."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.statements import read
from tests.kit.inspection import inspect
from tests.reconciliation.statements.provider_files import STOCKHOLM, adyen, judged, paypal, stripe

FILES = {"stripe": stripe(), "adyen": adyen(), "paypal": paypal()}
# The columns of money, by their place in the row, and the rows of transactions.
MONEY = {"stripe": (6, 8), "adyen": (14, 15), "paypal": (9,)}
ROWS = {"stripe": range(1, 7), "adyen": range(1, 7), "paypal": range(4, 10)}
places = pytest.mark.parametrize(("name", "row"), [(name, row) for name, rows in ROWS.items() for row in rows])


def changed(name: str, change: Callable[[list[list[str]]], object]) -> bytes:
    """A valid file after a change of its cells."""
    table = list(csv.reader(io.StringIO(FILES[name].decode())))
    change(table)
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


@pytest.mark.parametrize("name", FILES)
def test_the_unchanged_file_is_accepted_without_doubt(name: str):
    verdict = judged(changed(name, lambda table: None))
    assert (verdict.accepted, verdict.doubts) == (True, ())


@places
def test_a_lost_row_is_refused(name: str, row: int):
    assert not judged(changed(name, lambda table: table.pop(row))).accepted


@places
def test_a_repeated_row_is_refused(name: str, row: int):
    assert not judged(changed(name, lambda table: table.insert(row, table[row]))).accepted


@places
def test_a_changed_amount_is_refused(name: str, row: int):
    def more(table: list[list[str]]) -> None:
        for place in MONEY[name]:
            if table[row][place]:
                table[row][place] = f"1{table[row][place].lstrip('-')}"

    assert not judged(changed(name, more)).accepted


@places
def test_a_flipped_direction_is_refused(name: str, row: int):
    def flip(table: list[list[str]]) -> None:
        cells = table[row]
        if name == "adyen":
            cells[14], cells[15] = cells[15], cells[14]
        elif name == "paypal":
            cells[8] = {"CR": "DR", "DR": "CR"}[cells[8]]
        else:
            cells[6] = cells[6].removeprefix("-") if cells[6].startswith("-") else f"-{cells[6]}"

    assert not judged(changed(name, flip)).accepted


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_at_any_line_is_refused(name: str):
    lines = FILES[name].splitlines(keepends=True)
    for end in range(2, len(lines)):
        assert not judged(b"".join(lines[:end])).accepted, end


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_inside_a_row_is_refused(name: str):
    data = FILES[name]
    for end in range(len(data) // 2, len(data) - 12, 61):
        assert not judged(data[:end]).accepted or data[end - 1 : end] == b"\n", end


@pytest.mark.parametrize("name", FILES)
def test_a_header_that_cannot_be_parted_is_refused_at_its_line(name: str):
    header, *rest = FILES[name].splitlines(keepends=True)
    parsed = read(header.rstrip() + b',"x"y\n' + b"".join(rest))
    assert ("quoting_broken", "line 1") in [(problem.code, problem.raw_position) for problem in parsed.problems]


@pytest.mark.parametrize("name", FILES)
def test_more_money_than_books_can_have_is_refused(name: str):
    row = ROWS[name][0]

    def enrich(table: list[list[str]]) -> None:
        cells = [cell.replace("600.00", "9" * 13).replace("8.70", "0.00") for cell in table[row]]
        for place, most in {"stripe": {8: "9" * 13}, "adyen": {15: "9" * 13}, "paypal": {9: "9" * 15}}[name].items():
            cells[place] = most
        table[row : row + 1] = [cells] * 10_000

    assert not judged(changed(name, enrich)).accepted


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=12), st.floats(0, 1), st.integers(0, 20))
def test_bytes_put_anywhere_raise_nothing(name: str, put: bytes, where: float, over: int):
    data = FILES[name]
    at = int(where * len(data))
    parsed = read(data[:at] + put + data[at + over :], STOCKHOLM)
    assert parsed.format in (name, "stripe.activity", None)
    assert all(problem.raw_position for problem in parsed.problems)
    assert inspect(data[:at] + put)["problems"] is not None


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 30), st.integers(0, 30), st.text(max_size=12))
def test_any_text_in_any_cell_raises_nothing_and_is_not_said(name: str, row: int, column: int, text: str):
    def put(table: list[list[str]]) -> None:
        cells = table[row % len(table)]
        cells[column % len(cells)] = f"hemlig{text}"

    parsed = read(changed(name, put), STOCKHOLM)
    # The names of columns are nobody's secret.
    told = [problem for problem in parsed.problems if not problem.code.startswith("column_")]
    assert not [problem for problem in told if "hemlig" in problem.message]
