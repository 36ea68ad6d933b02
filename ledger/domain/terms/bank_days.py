"""The days on which banks book: all except weekends, public holidays and the eves on which banks are closed.

A calendar is that of a country (ISO 3166), or that of TARGET, by which banks settle in euro. Source of the latter:
European Central Bank, TARGET closing days, a long-term calendar since 2002.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from holidays import HolidayBase

_DAY: Final = timedelta(days=1)
SWEDEN: Final = "SE"
TARGET: Final = "TARGET"


@cache
def _closed(calendar: str, year: int) -> HolidayBase | frozenset[date]:
    """A calendar's holidays of a year; none if the library does not know the country."""
    # Every command lists the reports, and few ask for a day.
    import holidays
    from holidays.constants import DE_FACTO, PUBLIC

    if calendar == TARGET:
        return holidays.financial_holidays("XECB", years=year)
    if calendar not in holidays.list_supported_countries():
        return frozenset()
    known = holidays.country_holidays(calendar, years=year)
    # DE_FACTO is the category of eves that are treated as holidays: Midsummer, Christmas, New Year.
    categories = [one for one in (PUBLIC, DE_FACTO) if one in known.supported_categories]
    return holidays.country_holidays(calendar, years=year, categories=categories)


def is_bank_day(day: date, calendar: str = SWEDEN) -> bool:
    """Return whether banks book on that day; in an unknown country, on each weekday."""
    return day.weekday() < 5 and day not in _closed(calendar, day.year)


def on_or_before(day: date) -> date:
    """Return the last bank day on or before that day."""
    while not is_bank_day(day):
        day -= _DAY
    return day


def on_or_after(day: date, calendar: str = SWEDEN) -> date:
    """Return the first bank day on or after the given day."""
    while not is_bank_day(day, calendar):
        day += _DAY
    return day


def after(day: date, count: int = 1, calendar: str = SWEDEN) -> date:
    """Return the bank day that comes `count` bank days after the given day."""
    for _ in range(count):
        day = on_or_after(day + _DAY, calendar)
    return day


def before(day: date, count: int = 1, calendar: str = SWEDEN) -> date:
    """Return the bank day that comes `count` bank days before the given day; a bank day itself if the count is zero."""
    for _ in range(count):
        day -= _DAY
        while not is_bank_day(day, calendar):
            day -= _DAY
    return day
