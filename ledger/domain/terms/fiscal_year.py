"""The fiscal year of a day, by the first month that the entity's terms name."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.domain.days import FIRST_DAY, LAST_DAY


def fiscal_year(on: date, first_month: int) -> tuple[date, date]:
    """The first and the last day of the fiscal year that has this day, without days that books cannot have."""
    on = min(on, LAST_DAY)
    first = date(on.year if on.month >= first_month else on.year - 1, first_month, 1)
    last = date(first.year + 1, first_month, 1) - timedelta(days=1)
    return max(first, FIRST_DAY), min(last, LAST_DAY)
