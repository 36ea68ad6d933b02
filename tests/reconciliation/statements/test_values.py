"""Amounts and dates are read as they are written, or not at all."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.grammar import MOST_MINOR
from reconciliation.statements.values import in_one_line, to_day, to_minor, to_text


@pytest.mark.parametrize(
    ("written", "decimals", "minor", "exact"),
    [
        ("12.34", 2, 1234, True),
        ("200000", 2, 20000000, True),
        ("3.1", 2, 310, True),
        ("5442.09000", 2, 544209, True),
        (".5", 2, 50, True),
        ("12.", 2, 1200, True),
        ("-3", 0, -3, True),
        ("10000000000000.00", 2, 10**15, True),
        ("12345.678", 2, 1234568, False),
        ("1.005", 2, 101, False),
        ("1.004", 2, 100, False),
        ("1500.5", 0, 1501, False),
        ("10000000000000.01", 2, None, False),
        ("1,00", 2, None, False),
        ("1 000.00", 2, None, False),
        ("1e5", 2, None, False),
        ("1.2.3", 2, None, False),
        ("\u0661\u0662", 2, None, False),  # digits, but not of ASCII
        (".", 2, None, False),
        ("", 2, None, False),
        ("NaN", 2, None, False),
    ],
)
def test_an_amount_is_its_minor_units_or_is_said_to_be_inexact(written, decimals, minor, exact):
    assert to_minor(written, decimals) == (minor, exact)


@given(st.integers(0, MOST_MINOR), st.sampled_from([0, 2, 3, 4]))
def test_an_amount_that_is_written_is_read_back_to_the_unit(minor: int, decimals: int):
    assert to_minor(to_text(minor, decimals), decimals) == (minor, True)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-04", date(2026, 3, 4)),
        ("2026-03-04T23:59:59+01:00", date(2026, 3, 4)),
        ("2019-08-09T11:17:11:735", date(2019, 8, 9)),
        ("2026-03-04Z", date(2026, 3, 4)),
        ("2026-03-04+01:00", date(2026, 3, 4)),
        ("2199-01-01", date(2199, 1, 1)),
        ("2026-02-30", None),
        ("0000-01-01", None),
        ("20260304", None),
        ("2026-W10-3", None),
        ("04.03.2026", None),
        ("", None),
    ],
)
def test_a_date_is_the_day_its_writer_meant(written, day):
    assert to_day(written, None) == day


INSTANTS = {
    # Winter: an hour before UTC's midnight it is midnight in Stockholm; a date or a local time stays as it is.
    "2026-10-31T23:30:00Z": date(2026, 11, 1),
    "2026-10-31T22:59:59Z": date(2026, 10, 31),
    "2026-10-31T23:00:00.000+00:00": date(2026, 11, 1),
    "2026-11-01T00:30:00+02:00": date(2026, 10, 31),
    "2026-10-31T18:30:00-05:00": date(2026, 11, 1),
    "2026-11-01T00:30:00+0200": date(2026, 10, 31),
    "2026-11-01T00:30+02": date(2026, 10, 31),
    "2026-10-31T23:30:00": date(2026, 10, 31),
    "2026-10-31": date(2026, 10, 31),
    "2026-10-31Z": date(2026, 10, 31),
    "2026-10-31-05:00": date(2026, 10, 31),
    # Summer, and the nights on which the clocks change: 29 March 2026 and 25 October 2026.
    "2026-07-01T21:59:59Z": date(2026, 7, 1),
    "2026-07-01T22:00:00Z": date(2026, 7, 2),
    "2026-03-28T22:59:59Z": date(2026, 3, 28),
    "2026-03-28T23:00:00Z": date(2026, 3, 29),
    "2026-03-29T21:59:59Z": date(2026, 3, 29),
    "2026-03-29T22:00:00Z": date(2026, 3, 30),
    "2026-10-24T22:00:00Z": date(2026, 10, 25),
    "2026-10-25T22:30:00Z": date(2026, 10, 25),
    "2026-10-25T23:00:00Z": date(2026, 10, 26),
    # The end of a day belongs to it; a leap second is a second of its minute.
    "2026-10-31T24:00:00": date(2026, 10, 31),
    "2026-10-31T24:00:00+01:00": date(2026, 10, 31),
    "2026-12-31T22:59:60Z": date(2026, 12, 31),
    "2026-12-31T22:59:59.123456789Z": date(2026, 12, 31),
    # An offset that cannot be read leaves the day open.
    "2026-10-31T23:30:00+99:99": None,
    "2026-10-31T25:00:00Z": None,
    "0001-01-01T00:00:00+05:00": None,
}


def test_an_instant_has_the_civil_day_of_the_zone_and_anything_else_the_day_that_is_written():
    for written, day in INSTANTS.items():
        assert to_day(written, ZoneInfo("Europe/Stockholm")) == day, written
        assert to_day(written, None) == date.fromisoformat(written[:10]), written
    assert to_day("2026-10-31T23:30:00Z", ZoneInfo("America/New_York")) == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("said", "kept"),
    [(None, None), ("S-1", "S-1"), (" S\n 1\t", "S 1"), ("S\u202e1", "S1"), ("\u2066", None), ("Sx" * 9, "SxSxS")],
)
def test_what_a_bank_says_is_kept_in_one_line(said, kept):
    assert in_one_line(said, 5) == kept
