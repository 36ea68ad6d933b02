"""The days on which Swedish banks book: all except weekends, public holidays and the eves when banks are closed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

import holidays
from holidays.constants import DE_FACTO, PUBLIC

_DAY: Final = timedelta(days=1)
# In the library `holidays`, DE_FACTO is the category of eves that are treated as holidays: Midsummer, Christmas, New
# Year.
_CATEGORIES: Final = (PUBLIC, DE_FACTO)


@cache
def _closed(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("SE", years=year, categories=_CATEGORIES)


def is_bank_day(day: date) -> bool:
    """Return whether banks book on that day."""
    return day.weekday() < 5 and day not in _closed(day.year)


def on_or_before(day: date) -> date:
    """Return the last bank day on or before that day."""
    while not is_bank_day(day):
        day -= _DAY
    return day


def on_or_after(day: date) -> date:
    """Return the first bank day on or after the given day."""
    while not is_bank_day(day):
        day += _DAY
    return day


def after(day: date, count: int = 1) -> date:
    """Return the bank day that comes `count` bank days after the given day."""
    for _ in range(count):
        day = on_or_after(day + _DAY)
    return day
