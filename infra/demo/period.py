"""The month that the demo shows, the month before it, and the months of the older debts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from infra.demo import bank_days

_MONTHS_OF_OLD_DEBT = 4


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
    def days(self) -> tuple[date, ...]:
        """All days of the month."""
        return _days(self.first, self.last)

    @cached_property
    def bank_days(self) -> tuple[date, ...]:
        """Days of the month on which the banks book movements and send files."""
        return tuple(day for day in self.days if bank_days.is_bank_day(day))

    @cached_property
    def bankgiro_moves_on(self) -> date:
        """From this day on, payers use the new bankgiro; its bank sends camt.054, the old one's sent BgMax."""
        return self.first + timedelta(days=15)

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
