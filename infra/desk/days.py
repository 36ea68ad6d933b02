"""Parses days as people type them: a date, today or yesterday; and months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from infra.desk.problems import Problem, Stopped

_BACK: Final = {"today": 0, "yesterday": 1}


class DaysBack(NamedTuple):
    """A number of days before the entity's current day, which is looked up only when the day itself is needed."""

    days: int

    def before(self, today: date) -> date:
        """Return the day that is this many days before `today`."""
        return today - timedelta(days=self.days)


def said(text: str) -> date | DaysBack:
    """Parse a day; raises ValueError if the text is not a day that books can have."""
    from ledger.domain.days import day_of

    if text in _BACK:
        return DaysBack(_BACK[text])
    return day_of(text)


def last_day(text: str) -> date:
    """Parse a month such as 2026-09 and return its last day; raises ValueError if the text is not a month."""
    from ledger.domain.days import day_of
    from ledger.domain.terms.closed_days import end_of_month

    return end_of_month(day_of(f"{text}-01"))


def require_order(first: date | None, last: date | None) -> None:
    """Raise Stopped if no day is between these two: an answer would only seem to show that nothing happened."""
    if first is not None and last is not None and first > last:
        sentence = f"the first day, {first}, is after the last one, {last}; give the earlier one as the first"
        raise Stopped(Problem("days_reversed", sentence))
