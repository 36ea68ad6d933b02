"""The days that books can have: the first and the last of them, and how people write a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

# No day of a command, a file or a report is outside these, so days and months around each of them can be computed.
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_possible(day: date) -> bool:
    """Whether books can have this day."""
    return FIRST_DAY <= day <= LAST_DAY


def day_of(text: str) -> date:
    """The day that is written as 2024-07-31; raises ValueError if the text is no day that books can have."""
    if not _DATE.fullmatch(text):
        raise ValueError("a day has the form 2024-07-31")
    day = date.fromisoformat(text)
    if not is_possible(day):
        raise ValueError(f"a day is from {FIRST_DAY} to {LAST_DAY}")
    return day
