"""The days on which Swedish banks book, and the holidays on which they do not, as dated data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple


class Closed(NamedTuple):
    """A working day of the week on which banks are closed."""

    on: date
    name: str


# Swedish Act on Public Holidays (1989:253), and the eves on which Bankgirot does not clear. Holidays that always
# fall on a Saturday or a Sunday need no row. Another year needs its rows here before a month of it can be made.
CLOSED: Final[tuple[Closed, ...]] = (
    Closed(date(2026, 1, 1), "New Year's Day"),
    Closed(date(2026, 1, 6), "Epiphany"),
    Closed(date(2026, 4, 3), "Good Friday"),
    Closed(date(2026, 4, 6), "Easter Monday"),
    Closed(date(2026, 5, 1), "First of May"),
    Closed(date(2026, 5, 14), "Ascension Day"),
    Closed(date(2026, 6, 6), "National Day"),
    Closed(date(2026, 6, 19), "Midsummer Eve"),
    Closed(date(2026, 12, 24), "Christmas Eve"),
    Closed(date(2026, 12, 25), "Christmas Day"),
    Closed(date(2026, 12, 26), "Second Day of Christmas"),
    Closed(date(2026, 12, 31), "New Year's Eve"),
    Closed(date(2027, 1, 1), "New Year's Day"),
    Closed(date(2027, 1, 6), "Epiphany"),
    Closed(date(2027, 3, 26), "Good Friday"),
    Closed(date(2027, 3, 29), "Easter Monday"),
    Closed(date(2027, 5, 1), "First of May"),
    Closed(date(2027, 5, 6), "Ascension Day"),
    Closed(date(2027, 6, 6), "National Day"),
    Closed(date(2027, 6, 25), "Midsummer Eve"),
    Closed(date(2027, 12, 24), "Christmas Eve"),
    Closed(date(2027, 12, 25), "Christmas Day"),
    Closed(date(2027, 12, 26), "Second Day of Christmas"),
    Closed(date(2027, 12, 31), "New Year's Eve"),
)
_CLOSED: Final = frozenset(row.on for row in CLOSED)
YEARS: Final = frozenset(day.year for day in _CLOSED)
_DAY: Final = timedelta(days=1)


def is_bank_day(day: date) -> bool:
    """Whether banks book on that day; ValueError for a year whose holidays are not listed."""
    if day.year not in YEARS:
        raise ValueError(f"bank holidays are listed for {sorted(YEARS)}, not for {day.year}: add its rows")
    return day.weekday() < 5 and day not in _CLOSED


def on_or_before(day: date) -> date:
    """The last bank day up to that day."""
    while not is_bank_day(day):
        day -= _DAY
    return day


def on_or_after(day: date) -> date:
    """The first bank day from that day on."""
    while not is_bank_day(day):
        day += _DAY
    return day


def after(day: date, count: int = 1) -> date:
    """The bank day that is `count` bank days later."""
    for _ in range(count):
        day = on_or_after(day + _DAY)
    return day
