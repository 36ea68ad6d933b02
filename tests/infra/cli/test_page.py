"""Pages for people: exact money, plain columns in a pipe, tables on a terminal, and no trick of a bank file's text."""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime

import pytest

from infra.cli.answer import Table
from infra.cli.page import MOST_ON_TERMINAL, console, money, print_page, progress, readable
from ledger.domain.terms.entity import Terms
from projections.reports.registry import REPORTS
from projections.reports.report import Column
from projections.store.lists.registry import LISTS

ROWS = [
    {"name": "a", "currency": "SEK", "amount_minor": 123456789, "items": 3, "day": None},
    {"name": "long name", "currency": "JPY", "amount_minor": -7, "items": 12, "day": None},
]
COLUMNS = (("name", "name"), ("currency", "currency"), ("amount", "amount_minor"), ("items", "items"), ("day", "day"))


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (0, "SEK", "0.00"),
        (5, "SEK", "0.05"),
        (-5, "SEK", "-0.05"),
        (123456789012345678901, "SEK", "1234567890123456789.01"),
        (-1234, "JPY", "-1234"),
        (1234, "KWD", "1.234"),
        (1234, "XYZ", "1234 minor"),
        (None, "SEK", "-"),
    ],
)
def test_money_is_shown_exactly(minor: int | None, currency: str, shown: str):
    assert money(minor, currency) == shown


def test_in_a_pipe_columns_are_plain_and_amounts_stand_to_the_right(capsys: pytest.CaptureFixture[str]):
    print_page(["title", Table(COLUMNS, ROWS)])
    assert capsys.readouterr().out.splitlines() == [
        "title",
        "name       currency      amount  items  day",
        "a          SEK       1234567.89      3    -",
        "long name  JPY               -7     12    -",
    ]


def test_on_a_terminal_long_lists_are_cut_and_amounts_grouped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    console.cache_clear()
    rows = ROWS[:1] * (MOST_ON_TERMINAL + 1)
    print_page([Table(COLUMNS, rows, long=True)])
    cut = capsys.readouterr().out
    assert f"these are the first {MOST_ON_TERMINAL} of {MOST_ON_TERMINAL + 1} lines; --all lists all of them" in cut
    assert "1\u202f234\u202f567.89" in cut
    print_page([Table(COLUMNS, rows, long=True)], everything=True)
    assert capsys.readouterr().out.count("1\u202f234\u202f567.89") == MOST_ON_TERMINAL + 1


def shown(table: Table, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a terminal of this width shows."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(width))
    console.cache_clear()
    print_page([table])
    console.cache_clear()
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)


ID = "0193a1b2-0000-7000-8000-0000a5b6c7d8"


def test_a_terminal_folds_running_text_and_never_an_amount_or_an_id(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    row = {"id": ID, "currency": "SEK", "amount_minor": 10**12, "why": "word " * 20}
    columns = (("id", "id"), ("currency", "currency"), ("amount", "amount_minor"), ("why", "why"))
    out = shown(Table(columns, [row]), 80, capsys, monkeypatch)
    assert "10\u202f000\u202f000\u202f000.00" in out
    assert out.count("word") == 20
    assert len(out.splitlines()) > 4
    assert max(map(len, out.splitlines())) <= 80


def test_a_terminal_shows_ids_by_their_ends_and_a_pipe_shows_them_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    texts = [ID, f"{ID}.2", f"receipt-{ID}", "20261110-0123456789abcdef01234567", "p1", f"1001 = {ID}.1 (same amount)"]
    table = Table((("text", "text"),), [{"text": text} for text in texts])
    print_page([table])
    assert capsys.readouterr().out.splitlines()[1:] == texts
    lines = [line.strip() for line in shown(table, 120, capsys, monkeypatch).splitlines()[2:]]
    mark = "\N{HORIZONTAL ELLIPSIS}"
    assert lines == [
        f"{mark}a5b6c7d8",
        f"{mark}a5b6c7d8.2",
        f"receipt-{mark}a5b6c7d8",
        f"{mark}01234567",
        "p1",
        f"1001 = {mark}a5b6c7d8.1 (same amount)",
    ]


def test_what_does_not_fit_is_told_without_empty_columns_turned_or_as_records(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    row: dict[str, object] = {"currency": "SEK", **{f"a{index}_minor": 10**13 for index in range(9)}}
    columns = [(f"amount {index}", f"a{index}_minor") for index in range(9)] + [("none", "none")]
    turned = shown(Table(columns, [row] * 2), 120, capsys, monkeypatch)
    assert re.split(" +", turned.splitlines()[0]) == ["amount", "0", *["100\u202f000\u202f000\u202f000.00"] * 2]
    assert "left out because nothing is in them: none" in turned
    records = shown(Table(columns, [row] * 9), 120, capsys, monkeypatch)
    assert records.count("amount 8  100\u202f000\u202f000\u202f000.00") == 9
    for out in (turned, records):
        assert max(map(len, out.splitlines())) <= 120


def test_what_every_row_says_is_said_once_if_the_table_is_too_wide(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    rows = [{"currency": "SEK", "amount_minor": 10**13 * n, "a": "x" * 60, "b": f"{n}" * 40} for n in (1, 2)]
    columns = (("currency", "currency"), ("amount", "amount_minor"), ("a", "a"), ("b", "b"))
    out = shown(Table(columns, rows), 120, capsys, monkeypatch)
    assert f"the same in every line: currency SEK, a {'x' * 60}" in out
    assert out.count("SEK") == 1
    assert "1" * 40 in out
    assert "2" * 40 in out


def wide(column: Column) -> object:
    """As wide a value as a column of this kind may have."""
    text = f"the approver decides what person:{ID} asked for, see bank_difference and the documents of the month"
    given: dict[str, object] = {
        "money": 10**15,
        "count": 10**9,
        "position": 10**9,
        "day": date(2026, 12, 31),
        "instant": datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        "id": f"{ID}.1",
        "code": "protected_registration",
        "text": text,
        "flag": True,
    }
    return "SEK" if column.name == "currency" else given[column.kind]


COLUMNS_OF = {name: one.columns for name, one in LISTS.items()} | {
    name: one.columns(Terms()) for name, one in REPORTS.items()
}


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize("name", sorted(COLUMNS_OF))
def test_every_list_and_report_fits_120_columns_with_nothing_cut(
    name: str, rows: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    columns = [one for one in COLUMNS_OF[name] if one.listed]
    row = {one.name: wide(one) for one in columns} | {"currency": "SEK"}
    # Rows that differ in everything, so that no column may be left out.
    other: dict[str, object] = {one.name: None for one in columns} | {"currency": "EUR"}
    table = Table([(one.heading, one.name) for one in columns], [row] * rows + [other])
    out = shown(table, 120, capsys, monkeypatch)
    assert max(map(len, out.splitlines())) <= 120
    assert out.count("10\u202f000\u202f000\u202f000\u202f000.00") == rows * sum(one.kind == "money" for one in columns)
    assert out.count("2026-12-31") == rows * sum(one.kind in ("day", "instant") for one in columns)
    assert out.count("\N{HORIZONTAL ELLIPSIS}a5b6c7d8") == rows * sum(one.kind in ("id", "text") for one in columns)
    for one in columns:
        assert one.heading.split()[-1] in out


def test_text_of_a_bank_file_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]):
    assert (
        readable("a\x1b[31mb\nc\u202ed")
        == "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}d"
    )
    assert readable("3\u202f735\u202f028,00\u00a0SEK") == "3\u202f735\u202f028,00\u00a0SEK"
    print_page([Table((("text", "text"),), [{"text": "[bold]\x1b]0;x\x07[/bold]"}])])
    assert (
        capsys.readouterr().out.splitlines()[1] == "[bold]\N{REPLACEMENT CHARACTER}]0;x\N{REPLACEMENT CHARACTER}[/bold]"
    )


def test_without_a_terminal_there_is_no_bar(capsys: pytest.CaptureFixture[str]):
    with progress(3, "working") as advance:
        advance(3)
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_there_is_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    console.cache_clear()
    with progress(3, "working") as advance:
        advance(3)
    said = capsys.readouterr()
    assert said.out == ""
    assert "working" in said.err
    console.cache_clear()
