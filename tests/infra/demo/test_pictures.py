"""The two pictures: every amount is written beside its bar, and age reads without colour."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from lxml import etree

from infra.demo.pictures import draw_aging, draw_cash

AS_OF = date(2026, 10, 31)
BUCKETS = ("current", "1-30", "31-60", "61-90", "91+")
AGING: list[dict[str, Any]] = [
    {"payer": payer, "bucket": bucket, "amount_minor": place * (who + 1) * 61_234_00}
    for who, payer in enumerate(("Patients", "Regions"))
    for place, bucket in enumerate(BUCKETS)
]
CASH = [
    {"day": date(2026, 10, 1), "matched_minor": 1_234_567_89, "unexplained_minor": 0},
    {"day": date(2026, 10, 2), "matched_minor": 25_499_00, "unexplained_minor": 400_00},
]


def texts(path: Path) -> list[str]:
    root = etree.parse(str(path)).getroot()
    return [(text.text or "").replace("\u202f", " ") for text in root.iter("{*}text")]


def lightness(path: Path) -> list[int]:
    """Of each filled bar, from 0 (black) to 255 (white), in the order of the drawing."""
    fills = re.findall(r'aria-roledescription="bar"[^>]*fill="#([0-9a-f]{2})[0-9a-f]{4}"', path.read_text())
    return [int(fill, 16) for fill in fills]


def test_each_amount_is_written_beside_its_bar(tmp_path: Path) -> None:
    drawn = texts(draw_aging(AGING, tmp_path / "aging.svg", BUCKETS, as_of=AS_OF))
    assert "Open receivables by payer on 2026-10-31" in drawn
    assert {"Patients, 612 in all", "Regions, 1 225 in all", "–", "61", "245", "490", *BUCKETS} <= set(drawn)
    drawn = texts(draw_cash(CASH, tmp_path / "cash.svg"))
    assert {"1 235", "25", "–", "<1", "01", "02", "Cash received 2026-10-01 to 2026-10-02"} <= set(drawn)


def test_the_older_the_darker(tmp_path: Path) -> None:
    shades = lightness(draw_aging(AGING, tmp_path / "aging.svg", BUCKETS, as_of=AS_OF))
    assert len(shades) == len(AGING)
    assert shades[: len(BUCKETS)] == sorted(set(shades), reverse=True)
    assert min(lighter - darker for lighter, darker in pairwise(shades[: len(BUCKETS)])) >= 30


def test_the_same_rows_give_the_same_bytes_as_a_table_or_as_rows(tmp_path: Path) -> None:
    ways: tuple[Any, ...] = (AGING, AGING, pa.Table.from_pylist(AGING))
    drawn = {draw_aging(way, tmp_path / "aging.svg", BUCKETS, as_of=AS_OF).read_bytes() for way in ways}
    assert len(drawn) == 1
    assert draw_cash(CASH, tmp_path / "a").read_bytes() == draw_cash(CASH[::-1], tmp_path / "b").read_bytes()


def test_several_rows_of_one_payer_and_bucket_are_one_bar(tmp_path: Path) -> None:
    halves = [{**row, "amount_minor": row["amount_minor"] // 2} for row in AGING for _ in range(2)]
    whole = draw_aging(AGING, tmp_path / "whole.svg", BUCKETS, as_of=AS_OF).read_bytes()
    assert draw_aging(halves, tmp_path / "halves.svg", BUCKETS, as_of=AS_OF).read_bytes() == whole


def test_a_picture_that_cannot_be_drawn_leaves_the_old_one(tmp_path: Path) -> None:
    path = draw_aging(AGING, tmp_path / "aging.svg", BUCKETS, as_of=AS_OF)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="31-61"):
        draw_aging([{"payer": "Patients", "bucket": "31-61", "amount_minor": 1}], path, BUCKETS, as_of=AS_OF)
    with pytest.raises(ValueError, match="no rows"):
        draw_aging([], path, BUCKETS, as_of=AS_OF)
    with pytest.raises(ValueError, match="no rows"):
        draw_cash([], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_no_half_of_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        draw_cash(CASH, tmp_path / "cash.svg")
    assert list(tmp_path.iterdir()) == []
