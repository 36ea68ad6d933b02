"""The days that books can have: the first and the last of them, how people write a day, and the days of a command."""

from __future__ import annotations

import re
import typing
from datetime import date
from functools import cache
from typing import Any, Final

import msgspec

from ledger.domain.refusals import Refused

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


def require_days(*given: Any) -> None:
    """Refuse days that books cannot have, wherever they are in what is given: commands, envelopes, days, or nothing."""
    for one in given:
        wrong = impossible_day(one)
        if wrong is not None:
            raise Refused("day_impossible", wrong.isoformat())


def impossible_day(value: Any) -> date | None:
    """The first day within a value that books cannot have; None if there is none. Instants are no days."""
    kind = type(value)
    if kind is date:
        return None if FIRST_DAY <= value <= LAST_DAY else value
    # Every command passes here, so nothing is made on the way.
    if issubclass(kind, msgspec.Struct):
        for name in _fields_with_days(kind):
            wrong = impossible_day(getattr(value, name))
            if wrong is not None:
                return wrong
    elif kind is tuple:
        for one in value:
            wrong = impossible_day(one)
            if wrong is not None:
                return wrong
    return None


@cache
def _fields_with_days(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a struct that may have days in them."""
    return tuple(name for name, hint in typing.get_type_hints(kind).items() if _may_have_days(hint))


def _may_have_days(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return bool(_fields_with_days(hint))
    return hint is date or any(map(_may_have_days, typing.get_args(hint)))
