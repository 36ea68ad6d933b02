"""The month that the demo shows, the month before it, and the months of the older debts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from ledger.domain.terms import bank_days

_MONTHS_OF_OLD_DEBT = 4
# The number of bank days before the middle of the month for which both BgMax and camt.054 come.
_WITH_BOTH = 3
_FRIDAY = 4
# Bank days of the month, counted from zero.
_CLOSING_ON = 1
_MISSING_ON = 2
_FOUND_ON = 4


@dataclass(frozen=True)
class Period:
    """One calendar month and the time before it; the books are opened on the first day of the preceding month."""

    year: int
    month: int

    @cached_property
    def first(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    @cached_property
    def last(self) -> date:
        """Last day of the month."""
        return _months_from(self.first, 1) - timedelta(days=1)

    @cached_property
    def opening_on(self) -> date:
        """The day on which the books are opened and invoicing begins."""
        return _months_from(self.first, -1)

    @cached_property
    def oldest_on(self) -> date:
        """The earliest issue day of debts brought from the former books."""
        return _months_from(self.opening_on, -_MONTHS_OF_OLD_DEBT)

    @cached_property
    def lead_days(self) -> tuple[date, ...]:
        """Days before the month; on these days invoices are issued, but no bank file comes."""
        return _days(self.opening_on, self.first - timedelta(days=1))

    @cached_property
    def closing_on(self) -> date:
        """The day on whose evening the months before are closed, when their statements have come."""
        return self.bank_days[_CLOSING_ON]

    @cached_property
    def days(self) -> tuple[date, ...]:
        """All days of the month."""
        return _days(self.first, self.last)

    @cached_property
    def bank_days(self) -> tuple[date, ...]:
        """Days of the month on which the banks book movements and send files."""
        return tuple(day for day in self.days if bank_days.is_bank_day(day))

    @cached_property
    def notified_from(self) -> date:
        """From this day on, camt.054 notifies every payment to the bankgiro; BgMax has only some of them."""
        return self.bank_days[self.bank_days.index(self.bgmax_until) - _WITH_BOTH + 1]

    @cached_property
    def bgmax_until(self) -> date:
        """The last day for which BgMax comes."""
        middle = self.first + timedelta(days=15)
        return max(day for day in self.bank_days if day < middle)

    @cached_property
    def missing_on(self) -> date:
        """The day whose statement does not come on that day."""
        return self.bank_days[_MISSING_ON]

    @cached_property
    def found_on(self) -> date:
        """The day on which the missing statement comes."""
        return self.bank_days[_FOUND_ON]

    @cached_property
    def stated_on(self) -> tuple[date, ...]:
        """The days on which accounts with a weekly statement get it: Fridays, and the last bank day."""
        days = self.bank_days
        return tuple(day for day in days if day.weekday() == _FRIDAY or day == days[-1])

    def stated_week(self, day: date) -> tuple[int, tuple[date, ...]]:
        """The number of a weekly statement in the month, and the bank days that it covers."""
        earlier = [one for one in self.stated_on if one < day]
        week = (one for one in self.bank_days if (not earlier or one > earlier[-1]) and one <= day)
        return len(earlier) + 1, tuple(week)

    def known_on(self, booked_on: date) -> date:
        """The day from which all money of a booking day is surely known."""
        return self.found_on if booked_on == self.missing_on else booked_on

    def within(self, day: date) -> bool:
        """Whether a movement booked on that day is in the month's files."""
        return self.bank_days[0] <= day <= self.bank_days[-1]

    def clipped(self, day: date) -> date:
        """The given day or, if it is outside the month's bank days, the nearest of them."""
        return min(max(day, self.bank_days[0]), self.bank_days[-1])


def _months_from(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=count) for count in range((last - first).days + 1))
