"""Rows of delimited files are told apart by their quotation marks, and their cells by the names in the header."""

from __future__ import annotations

import pytest

from reconciliation.statements.delimited import (
    LONGEST_CELL,
    Columns,
    Dialect,
    first_row,
    fitted,
    lacks,
    rows,
    write_rows,
)
from reconciliation.statements.findings import Findings

PLAIN = Dialect()


def read(data: bytes) -> tuple[list[tuple[int, list[str]]], list[tuple[str, str]], str]:
    findings = Findings()
    encoding, table = rows(data, PLAIN, findings)
    return [tuple(row) for row in table], [(one.code, one.raw_position) for one in findings.told()], encoding


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_shows_the_delimiter(delimiter: str):
    data = write_rows([["a", "b, c; d"], ["1", 'said "x"\r\nand y'], ["2", "=1+1"]], delimiter).encode()
    assert first_row(data, PLAIN) == ["a", "b, c; d"]
    found, problems, encoding = read(data)
    assert found == [(1, ["a", "b, c; d"]), (2, ["1", 'said "x"\r\nand y']), (4, ["2", "=1+1"])]
    assert (problems, encoding) == ([], "UTF-8")


@pytest.mark.parametrize(
    ("codec", "shown", "codes"),
    [
        ("utf-8", "UTF-8", []),
        ("utf-8-sig", "UTF-8", []),
        ("utf-16", "UTF-16", []),
        ("cp1252", "cp1252", ["encoding_changed"]),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_is_in(codec: str, shown: str, codes: list[str]):
    data = "namn,ort\r\nÅsa,Malmö\r\n".encode(codec)
    found, problems, encoding = read(data)
    assert [cells for _, cells in found] == [["namn", "ort"], ["Åsa", "Malmö"]]
    assert ([code for code, _ in problems], encoding) == (codes, shown)


def test_bytes_of_no_encoding_are_told():
    assert [code for code, _ in read(b"a,b\n1,\x81\n")[1]] == ["encoding_changed", "characters_damaged"]
    assert [code for code, _ in read(b"\xef\xbb\xbfa,b\n1,\xff\n")[1]] == ["encoding_wrong"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'a,b\n1,"open\n2,3\n', ("file_truncated", "line 2")),
        (b'a,b\n1,2\n3,"x"y\n', ("quoting_broken", "line 3")),
        (b"a,b\n1," + b"x" * (LONGEST_CELL + 1) + b"\n", ("cell_too_long", "line 2")),
        (b'a,b\n1,"' + b"x\n" * 100_000, ("cell_too_long", "line 2")),
        (b"a,b\n" + b"1," * 1_001 + b"\n", ("columns_too_many", "line 2")),
    ],
)
def test_what_cannot_be_told_apart_is_refused_at_its_line(data: bytes, problem: tuple[str, str]):
    assert read(data)[1] == [problem]


def test_cells_are_picked_by_name_in_any_order_and_an_absent_column_is_empty():
    columns, findings = Columns(["B ", "a"]), Findings()
    pick = columns.picker(["a", "b", "c"])
    table = rows(b"b,a\n2,1\n\n4,3\n5\n6,7,\n", PLAIN, findings)[1]
    next(table)
    assert [pick(row.cells) for row in fitted(table, columns, findings)] == [("1", "2", ""), ("3", "4", "")]
    assert [(one.code, one.raw_position) for one in findings.told()] == [
        ("row_width_differs", "line 5"),
        ("row_width_differs", "line 6"),
    ]


def test_a_header_that_comes_again_is_told_as_what_it_is():
    findings = Findings()
    table = rows(b"1,2\na, B\n3,4\n", PLAIN, findings)[1]
    assert [row.cells[0] for row in fitted(table, Columns(["A", "b"]), findings)] == ["1", "3"]
    assert [(one.code, one.raw_position) for one in findings.told()] == [("header_repeated", "line 2")]


def test_missing_and_repeated_columns_are_told():
    findings = Findings()
    assert lacks(Columns(["a", "A", "b"]), ["a", "c"], "line 1", findings)
    assert [one.code for one in findings.told()] == ["column_missing", "column_repeated"]
    assert not lacks(Columns(["a", "b"]), ["b"], "line 1", findings)


def test_of_many_equal_problems_only_the_first_are_listed():
    findings = Findings()
    list(fitted(rows(b"1\n" * 50, PLAIN, findings)[1], Columns(["a", "b"]), findings))
    told = findings.told()
    assert (len(told), told[-1].message) == (21, "30 more problems of this kind were found")
