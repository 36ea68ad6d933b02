"""Each doubt has an identity of its own, and the same one in every file that shows the line."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl

from reconciliation.gate import Doubt
from reconciliation.steps.doubts import doubted

LINE = {"key": "k", "movement_key": "m", "amount_minor": 300, "line_minor": 300, "statement_no": 1, "line_no": 1}
MONEY = {"account": "b1", "currency": "SEK", "booked_on": date(2026, 10, 5)}
WHOLE = pl.DataFrame([{"detail_no": 0, **LINE, **MONEY}])


def doubt(detail_no: int, line_no: int | None = 1, code: str = "currency_foreign") -> Doubt:
    return Doubt(1, line_no, detail_no, code, "Why.", None)


def ids(*doubts: Doubt, sha256: str = "a", entries: pl.DataFrame = WHOLE) -> list[str]:
    loading: Any = SimpleNamespace(sha256=sha256)
    return [one.doubt_id for one in doubted(loading, entries, doubts)]


def test_doubts_about_several_details_of_a_line_that_is_booked_whole_are_several() -> None:
    assert len(set(ids(doubt(0), doubt(1), doubt(2), doubt(2, code="other")))) == 4


def test_a_doubt_about_a_line_is_the_same_in_another_file_and_about_a_place_it_is_not() -> None:
    assert ids(doubt(2)) == ids(doubt(2), sha256="b")
    assert ids(doubt(0, line_no=None)) != ids(doubt(0, line_no=None), sha256="b")
    later = WHOLE.with_columns(line_no=pl.lit(7, pl.Int64))
    assert ids(doubt(2)) == ids(doubt(2, line_no=7), entries=later)
