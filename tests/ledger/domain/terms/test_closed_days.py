"""Closed days: what would count on one counts on the first open day; only a soft close bends to a person's day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.refusals import Refused
from ledger.domain.terms.closed_days import (
    NONE_CLOSED,
    ClosedDays,
    counting_day,
    end_of_month,
    end_of_month_before,
    first_open_day,
    month_of,
    require_open,
)

MAY, JUNE = date(2024, 5, 31), date(2024, 6, 30)
SOFTLY = ClosedDays(MAY, JUNE)


@pytest.mark.parametrize(
    ("day", "asked", "counts"),
    [
        (date(2024, 7, 1), False, date(2024, 7, 1)),
        (JUNE, False, date(2024, 7, 1)),
        (date(2020, 1, 1), False, date(2024, 7, 1)),
        (JUNE, True, JUNE),
        (date(2024, 6, 1), True, date(2024, 6, 1)),
        (MAY, True, date(2024, 6, 1)),
    ],
)
def test_a_fact_counts_on_its_day_or_on_the_first_open_one(day: date, asked: bool, counts: date) -> None:
    assert counting_day(SOFTLY, day, asked=asked) == counts


def test_where_nothing_is_closed_every_day_is_open() -> None:
    assert counting_day(NONE_CLOSED, MAY) == MAY
    assert first_open_day(NONE_CLOSED) is None
    require_open(NONE_CLOSED, date.min)


def test_a_day_that_a_person_asks_for_is_refused_only_where_it_is_closed_hard() -> None:
    require_open(SOFTLY, JUNE)
    with pytest.raises(Refused) as caught:
        require_open(SOFTLY, MAY)
    assert caught.value.code == "period_closed"
    assert "the first open day is 2024-07-01" in caught.value.about


def test_a_softly_closed_day_is_open_to_finance_only_once_duties_are_known() -> None:
    require_open(SOFTLY, JUNE, "finance")
    for duty in ("billing", "approver", "integrator"):
        require_open(SOFTLY, date(2024, 7, 1), duty)
        with pytest.raises(Refused) as caught:
            require_open(SOFTLY, JUNE, duty)
        assert caught.value.code == "period_closed_softly"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_months_end_on_the_day_before_a_first(day: date) -> None:
    end = end_of_month(day)
    assert end >= day
    assert (end.year, end.month) == (day.year, day.month)
    assert (end + timedelta(1)).day == 1
    assert end_of_month_before(day) + timedelta(1) == day.replace(day=1)
    assert month_of(day) == day.isoformat()[:7]
