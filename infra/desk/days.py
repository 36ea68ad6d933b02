"""Parses days as people type them: a date, today or yesterday; and months."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_BACK: Final = {"today": 0, "yesterday": 1}


class DaysBack(NamedTuple):
    """A number of days before the entity's current day, which is looked up only when the day itself is needed."""

    days: int

    def before(self, today: date) -> date:
        """Return the day that is this many days before `today`."""
        return today - timedelta(days=self.days)


def said(text: str) -> date | DaysBack:
    """Parse a day; raises ValueError if the text is not a day."""
    if text in _BACK:
        return DaysBack(_BACK[text])
    if not _DATE.fullmatch(text):
        raise ValueError("a day has the form 2024-07-31")
    return date.fromisoformat(text)


def last_day(text: str) -> date:
    """Parse a month such as 2026-09 and return its last day; raises ValueError if the text is not a month."""
    from ledger.domain.terms.closed_days import end_of_month

    if not _MONTH.fullmatch(text):
        raise ValueError("a month has the form 2026-09")
    return end_of_month(date.fromisoformat(f"{text}-01"))
