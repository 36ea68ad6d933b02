"""The numbers of statements: one that is left out is a statement that is missing, unless the numbers do not count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from projections.reports.statement_numbers import Numbered, skipped

OCTOBER, DECEMBER, JANUARY = date(2026, 10, 12), date(2026, 12, 30), date(2027, 1, 4)


def of(on: date, sequence: str | None, days: int = 1) -> Numbered:
    return Numbered(on, on + timedelta(days - 1), sequence)


def row(one: Numbered) -> dict[str, Any]:
    return one._asdict()


LATER = OCTOBER + timedelta(2)
COUNTED: dict[str, tuple[Numbered, Numbered, bool]] = {
    "the next number": (of(OCTOBER, "9"), of(LATER, "10"), False),
    "a number left out": (of(OCTOBER, "9"), of(LATER, "11"), True),
    "a number left out among zeros": (of(OCTOBER, "0009"), of(LATER, "0011"), True),
    "the same number": (of(OCTOBER, "9"), of(LATER, "9"), False),
    "a lower number in the same year": (of(OCTOBER, "9"), of(LATER, "3"), False),
    "no number": (of(OCTOBER, None), of(LATER, "11"), False),
    "no numbers but words": (of(OCTOBER, "A1"), of(LATER, "A3"), False),
    "a new year begins with one": (of(DECEMBER, "250"), of(JANUARY, "1"), False),
    "the first ones of a new year are left out": (of(DECEMBER, "250"), of(JANUARY, "3"), True),
    "the numbers go on in a new year": (of(DECEMBER, "250"), of(JANUARY, "251"), False),
    "one is left out over a new year": (of(DECEMBER, "250"), of(JANUARY, "252"), True),
    "numbers that begin with their year": (of(DECEMBER, "2026250"), of(JANUARY, "2027001"), False),
    "numbers that begin with a short year": (of(DECEMBER, "26250"), of(JANUARY, "27001"), False),
    "one is left out of the new year": (of(DECEMBER, "2026250"), of(JANUARY, "2027003"), True),
    "one is left out within a year": (of(OCTOBER, "2026200"), of(LATER, "2026202"), True),
    "numbers that are days": (of(OCTOBER, "20261012"), of(LATER, "20261014"), False),
    "numbers that are days of the year": (of(OCTOBER, "285"), of(LATER, "287"), False),
}


@pytest.mark.parametrize(("before", "after", "missing"), COUNTED.values(), ids=COUNTED)
def test_a_number_that_is_left_out_is_missing_if_the_numbers_count(before: Numbered, after: Numbered, missing: bool):
    assert skipped(before, after, [row(before), row(after)]) is missing


def test_a_number_that_is_loaded_for_these_days_is_not_left_out():
    before, after = of(OCTOBER, "9", days=2), of(LATER, "11")
    again = of(OCTOBER, "10", days=2)
    assert not skipped(before, after, [row(before), row(again), row(after)])
    assert not skipped(before, after, [row(before), row(again) | {"from_on": None}, row(after)])
    # A statement of other days may have the number of another year.
    assert skipped(before, after, [row(before), row(of(DECEMBER, "10")), row(after)])
    assert skipped(before, after, [row(before), row(of(OCTOBER - timedelta(1), "10")), row(after)])
