"""Days as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from infra.desk.days import DaysBack, last_day, said


def test_a_day_is_a_date_or_said_by_today():
    assert said("2026-02-28") == date(2026, 2, 28)
    today, yesterday = said("today"), said("yesterday")
    assert isinstance(today, DaysBack)
    assert isinstance(yesterday, DaysBack)
    assert (today.before(date(2026, 3, 1)), yesterday.before(date(2026, 3, 1))) == (date(2026, 3, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    "text", ["2026-02-29", "20260228", "2026-2-8", "28/2/2026", "tomorrow", "Today", "", "1899-12-31", "2200-01-01"]
)
def test_what_is_no_day_is_refused(text: str):
    with pytest.raises(ValueError, match=r"form 2024-07-31|out of range|from 1900-01-01"):
        said(text)


def test_a_month_is_its_last_day_and_no_month_is_beyond_the_ends():
    assert [str(last_day(month)) for month in ("1900-01", "2024-02", "2199-12")] == [
        "1900-01-31",
        "2024-02-29",
        "2199-12-31",
    ]
    for month in ("1899-12", "0202-05", "2200-01", "9999-12", "2026-13", "2026-9"):
        with pytest.raises(ValueError, match=r"form|month must|from 1900-01-01"):
            last_day(month)
