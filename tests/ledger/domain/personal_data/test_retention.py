"""How long accounts are kept: by the law that holds today, from the calendar year in which the fiscal year ended."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.personal_data.retention import RETENTIONS, kept_through, retention_in
from ledger.domain.terms.entity import Terms

SEVEN = RETENTIONS[-1]


@pytest.mark.parametrize(
    ("today", "years"),
    [(date(2010, 12, 31), 10), (date(2011, 1, 1), 7), (date(2034, 1, 1), 7)],
)
def test_the_law_of_the_day_decides(today: date, years: int) -> None:
    law = retention_in("SE", today)
    assert law is not None
    assert law.years == years


def test_of_other_countries_and_times_no_law_is_known() -> None:
    assert retention_in("NO", date(2026, 1, 1)) is None
    assert retention_in("SE", date(1999, 12, 31)) is None


@pytest.mark.parametrize(
    ("last_on", "first_month", "kept"),
    [
        (date(2026, 1, 1), 1, date(2033, 12, 31)),
        (date(2026, 12, 31), 1, date(2033, 12, 31)),
        # A fiscal year from May 2026 to April 2027 ended in 2027.
        (date(2026, 5, 1), 5, date(2034, 12, 31)),
        (date(2026, 12, 31), 5, date(2034, 12, 31)),
        (date(2026, 4, 30), 5, date(2033, 12, 31)),
    ],
)
def test_seven_years_after_the_calendar_year_in_which_the_fiscal_year_ended(
    last_on: date, first_month: int, kept: date
) -> None:
    assert kept_through(SEVEN, last_on, Terms(fiscal_year_from=first_month)) == kept
