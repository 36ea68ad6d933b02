"""Days that books can have: at both ends they and the months and years around them hold, and none beyond is taken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.days import FIRST_DAY, LAST_DAY, day_of, is_possible
from ledger.domain.refusals import REFUSALS
from ledger.domain.terms.closed_days import end_of_month, end_of_month_before, month_of
from ledger.domain.terms.fiscal_year import fiscal_year

DAY = timedelta(days=1)


def test_a_day_is_within_both_ends() -> None:
    assert [is_possible(one) for one in (FIRST_DAY - DAY, FIRST_DAY, LAST_DAY, LAST_DAY + DAY)] == [
        False,
        True,
        True,
        False,
    ]
    assert str(FIRST_DAY) in REFUSALS["day_impossible"]
    assert str(LAST_DAY) in REFUSALS["day_impossible"]


@pytest.mark.parametrize("text", ["1899-12-31", "0202-05-01", "2200-01-01", "9999-12-31"])
def test_a_day_beyond_the_ends_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="from 1900-01-01 to 2199-12-31"):
        day_of(text)


@pytest.mark.parametrize("first_month", range(1, 13))
def test_fiscal_years_and_months_hold_at_both_ends(first_month: int) -> None:
    for on in (FIRST_DAY, LAST_DAY):
        first, last = fiscal_year(on, first_month)
        assert FIRST_DAY <= first <= on <= last <= LAST_DAY
        assert (end_of_month_before(on) + DAY).day == 1
        assert end_of_month(on).month == on.month
    assert (month_of(FIRST_DAY), month_of(LAST_DAY), month_of(date(202, 5, 31))) == ("1900-01", "2199-12", "0202-05")
