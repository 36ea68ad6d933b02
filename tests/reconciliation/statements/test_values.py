"""Amounts and dates are read as they are written, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.statements.values import to_date, to_minor, to_text


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
        ("92233720368547758.07", 2, 2**63 - 1, True),
        ("12345.678", 2, 1234568, False),
        ("1.005", 2, 101, False),
        ("1.004", 2, 100, False),
        ("1500.5", 0, 1501, False),
        ("92233720368547758.08", 2, None, False),
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


@given(st.integers(0, 2**63 - 1), st.sampled_from([0, 2, 3, 4]))
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
    assert to_date(written) == day
