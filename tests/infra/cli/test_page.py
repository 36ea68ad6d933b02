"""Pages for people: exact money, plain columns in a pipe, tables on a terminal, and no trick of a bank file's text."""

from __future__ import annotations

import sys

import pytest

from infra.cli.answer import Table
from infra.cli.page import MOST_ON_TERMINAL, console, money, print_page, progress, readable

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


def test_a_narrow_terminal_folds_running_text_and_never_an_amount_or_an_id(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    console.cache_clear()
    row = {"id": "0193a1b2-0000-7000-8000-000000000001", "currency": "SEK", "amount_minor": 10**12, "why": "word " * 20}
    columns = (("id", "id"), ("currency", "currency"), ("amount", "amount_minor"), ("why", "why"))
    print_page([Table(columns, [row])])
    out = capsys.readouterr().out
    console.cache_clear()
    assert row["id"] in out
    assert "10\u202f000\u202f000\u202f000.00" in out
    assert out.count("word") == 20
    assert len(out.splitlines()) > 4


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
