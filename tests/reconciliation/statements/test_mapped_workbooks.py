"""Workbooks (XLSX) that a file mapping reads: exact amounts, days, sheets, and what of them is refused."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date
from typing import Any, Final

import pytest

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements import Parsed, read
from tests.kit.mappings import columns, figure, of_bank
from tests.kit.workbooks import Cell, Raw, workbook
from tests.reconciliation.statements.damaged_files import unhelpful
from tests.reconciliation.statements.test_mapped import by, codes

DAY: Final = date(2024, 7, 3)
TOTAL: Final = of_bank(
    header=("Day", "Id", "Amount"),
    columns=columns(day="Day", id="Id", amount="Amount"),
    proof="total",
    figures=(figure("total", "Sum", "Amount"),),
    decimal=",",
    thousands=".",
    day_format="DD.MM.YYYY",
)
HEAD: Final[tuple[Cell, ...]] = ("Day", "Id", "Amount")


def listed(*rows: tuple[Cell, ...], total: Cell = 1.5, **said: Any) -> bytes:
    """A workbook with a title, a blank row, a header, rows and a sum."""
    return workbook([("A lender",), (), HEAD, *rows, ("Sum", None, total)], **said)


def one(amount: Cell, id: Cell = "a", day: Cell = DAY, total: Cell = 1.5, **said: Any) -> Parsed:
    """A workbook with one row, as the mapping reads it."""
    return by(TOTAL, listed((day, id, amount), total=total, **said))


def test_a_sheet_is_read_like_a_table_of_cells():
    parsed = by(TOTAL, listed((DAY, "a", 100.1), (DAY, 1001171, -0.2), total=99.9))
    assert (parsed.format, parsed.encoding, codes(parsed)) == ("mapped.payments", "XLSX", [])
    lines = parsed.lines.to_pylist()
    assert [(row["booked_on"], row["bank_ref"], row["amount_minor"], row["raw_position"]) for row in lines] == [
        (DAY, "a", 100_10, "row 4"),
        (DAY, "1001171", -20, "row 5"),
    ]


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("100.09999999999999", 100_10),
        ("0.30000000000000004", 30),
        ("1.2345E3", 1234_50),
        ("-0", 0),
        ("99999999999.99", 99999999999_99),
    ],
)
def test_the_fifteen_digits_that_a_program_keeps_are_the_amount(written: str, minor: int):
    cell = Raw(f"<c{{}}><v>{written}</v></c>")
    parsed = one(cell, total=cell)
    assert (codes(parsed), parsed.lines["amount_minor"].to_pylist()) == ([], [minor])


@pytest.mark.parametrize("written", ["0.125", "33.333333333333336", "1E999999", "1E-999999", "NaN", "1" * 70, "x"])
def test_a_number_that_is_no_amount_is_refused(written: str):
    parsed = one(Raw(f"<c{{}}><v>{written}</v></c>"))
    (problem,) = (problem for problem in parsed.problems if problem.code.startswith("amount_"))
    assert problem.raw_position == "row 4, column Amount"


def test_a_long_id_that_became_a_number_has_lost_its_end():
    assert "number_rounded" in codes(one(1.5, id=Raw("<c{}><v>1234567890123456</v></c>")))
    assert "number_rounded" in codes(one(1.5, id=Raw("<c{}><v>1.23456789012345E+15</v></c>")))
    assert codes(one(1.5, id="1234567890123456")) == []


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (Raw('<c{} s="1"><v>45476.99</v></c>'), DAY),
        (Raw('<c{} s="2"><v>45476</v></c>'), DAY),
        (Raw('<c{} t="d"><v>2024-07-03T10:00:00</v></c>'), DAY),
        ("03.07.2024", DAY),
        (Raw("<c{}><v>45476</v></c>"), None),
        (Raw('<c{} s="3"><v>45476</v></c>'), None),
        (Raw('<c{} s="2"><v>60</v></c>'), None),
        ("2024-07-03", None),
    ],
)
def test_a_day_is_a_number_that_the_cell_shows_as_a_day(cell: Cell, day: date | None):
    parsed = one(1.5, day=cell)
    assert parsed.lines["booked_on"].to_pylist() == [day]
    assert ("date_unreadable" in codes(parsed)) == (day is None)


def test_days_since_1904_are_told_by_the_workbook():
    parsed = one(1.5, day=Raw('<c{} s="1"><v>44014</v></c>'), properties='<workbookPr date1904="1"/>')
    assert parsed.lines["booked_on"].to_pylist() == [DAY]


def test_texts_may_be_written_in_the_cell_in_pieces_or_escaped():
    rich = Raw('<c{} t="inlineStr"><is><r><t>L_x002D_</t></r><r><t>1</t></r><rPh><t>x</t></rPh></is></c>')
    assert one(1.5, id=rich).lines["bank_ref"].to_pylist() == ["L-1"]
    assert codes(one("1.000,50", total=1000.5)) == []


def test_a_formula_is_not_calculated_and_hidden_rows_are_told():
    summed = Raw("<c{}><f>SUM(C4)</f><v>1.5</v></c>")
    assert codes(one(1.5, total=summed)) == ["cells_calculated"]
    assert "amount_unreadable" in codes(one(Raw("<c{}><f>NOW()</f></c>")))
    parsed = by(TOTAL, listed((DAY, "a", 1), (DAY, "b", 0.5), hidden=(5,)))
    assert (codes(parsed), parsed.lines.num_rows) == (["rows_hidden"], 2)


def test_only_merged_cells_above_the_header_are_taken():
    title = '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'
    assert codes(one(1.5, after=title)) == []
    assert codes(one(1.5, after=title.replace("A1:C1", "A3:A4"))) == ["cells_merged"]


def test_the_only_visible_sheet_is_read_or_the_one_that_the_mapping_names():
    several = (("List", "visible"), ("Notes", "visible"), ("Old", "hidden"))
    assert codes(one(1.5, sheets=several)) == ["sheet_unclear"]
    assert codes(one(1.5, sheets=(several[0], several[2]))) == []
    assert codes(by(_of(sheet="List"), listed((DAY, "a", 1.5), sheets=several))) == []
    assert codes(by(_of(sheet="Old"), listed((DAY, "a", 1.5), sheets=several))) == ["sheet_unclear"]


def _of(**said: Any) -> FileMapping:
    kept = {name: getattr(TOTAL, name) for name in FileMapping.__struct_fields__}
    return of_bank(**(kept | said))


def test_a_workbook_that_takes_values_of_others_is_refused():
    assert codes(one(1.5, parts={"xl/externalLinks/externalLink1.xml": "<x/>"})) == ["workbook_linked"]


def test_a_bomb_is_not_unpacked():
    assert codes(one(1.5, parts={"xl/sharedStrings.xml": b" " * 50_000_000})) == ["workbook_too_large"]
    many = {f"x{number}": "" for number in range(2_001)}
    assert codes(one(1.5, parts=many)) == ["workbook_too_large"]
    wide = "".join(f"<c><v>{number}</v></c>" for number in range(1, 1_100))
    sheet = f"<worksheet><sheetData><row>{wide}</row></sheetData></worksheet>"
    assert codes(one(1.5, parts={"xl/worksheets/sheet1.xml": sheet})) == ["columns_too_many"]


def test_a_part_with_a_document_type_is_refused():
    entity = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
    assert codes(one(1.5, parts={"xl/sharedStrings.xml": entity})) == ["xml_document_type"]


def test_a_workbook_is_refused_without_a_mapping_or_with_another_header():
    assert codes(read(listed((DAY, "a", 1.5)))) == ["file_is_document"]
    other = workbook([("Id", "Day", "Amount"), ("a", DAY, 1.5)])
    assert codes(by(TOTAL, other)) == ["mapping_header_differs"]
    assert codes(by(TOTAL, workbook([("x", "y"), (1, 2)]))) == ["file_is_document"]


def test_a_damaged_workbook_is_refused_and_never_raises():
    data, dice = listed(*((DAY, f"id {number}", number / 4) for number in range(20)), total=47.5), random.Random(7)
    assert codes(by(TOTAL, data)) == []
    for _ in range(200):
        at = dice.randrange(len(data))
        parsed = by(TOTAL, data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :])
        assert unhelpful(parsed) == []
        assert parsed.refused or parsed.lines.num_rows == 20
        assert by(TOTAL, data[:at]).refused


def test_a_size_that_lies_is_not_believed():
    stream = io.BytesIO(listed((DAY, "a", 1.5)))
    with zipfile.ZipFile(stream) as package:
        about = package.getinfo("xl/sharedStrings.xml")
        size = about.file_size.to_bytes(4, "little")
    data = stream.getvalue()
    lying = data.replace(size, (10).to_bytes(4, "little"))
    assert lying != data
    assert by(TOTAL, lying).refused
