"""Days as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from infra.desk.days import DaysBack, said


def test_a_day_is_a_date_or_said_by_today():
    assert said("2026-02-28") == date(2026, 2, 28)
    today, yesterday = said("today"), said("yesterday")
    assert isinstance(today, DaysBack)
    assert isinstance(yesterday, DaysBack)
    assert (today.before(date(2026, 3, 1)), yesterday.before(date(2026, 3, 1))) == (date(2026, 3, 1), date(2026, 2, 28))


@pytest.mark.parametrize("text", ["2026-02-29", "20260228", "2026-2-8", "28/2/2026", "tomorrow", "Today", ""])
def test_what_is_no_day_is_refused(text: str):
    with pytest.raises(ValueError, match=r"form 2024-07-31|out of range"):
        said(text)
