"""The numbers that a bank gives an account's statements: a number that is left out is a statement that is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

# A number that is a day says no more than the day: such numbers leave out every day without a statement.
_DAYS: Final = ("%Y%m%d", "%y%m%d", "%Y%j", "%y%j", "%j")
_YEARS: Final = ("%Y", "%y")


class Numbered(NamedTuple):
    """A statement's days and the number that the bank gave it, if any."""

    from_on: date
    to_on: date
    sequence: str | None


def skipped(before: Numbered, after: Numbered, loaded: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a number between those of two statements is of no statement that is loaded for their days.

    The numbers may begin with 1 again in another year. `loaded` are the account's statements, with from_on, to_on and
    sequence: the same money may have come under several numbers.
    """
    form = _form_of_years(before, after)
    first, last = _number(before, form), _number(after, form)
    if first is None or last is None or _are_days(before, after):
        return False
    again = before.to_on.year != after.to_on.year and last < first
    between = range(1 if again else first + 1, last)
    if not between:
        return False
    rows = (Numbered(one["from_on"] or one["to_on"], one["to_on"], one["sequence"]) for one in loaded)
    known = {_number(one, form) for one in rows if one.from_on >= before.from_on and one.to_on <= after.to_on}
    return any(number not in known for number in between)


def _form_of_years(before: Numbered, after: Numbered) -> str | None:
    """The form of the years with which both numbers begin, if the year has changed between them."""
    for form in _YEARS:
        years = [f"{one.to_on:{form}}" for one in (before, after)]
        if years[0] != years[1] and all(map(_begins, (before, after), years)):
            return form
    return None


def _begins(one: Numbered, year: str) -> bool:
    said = one.sequence or ""
    return said.startswith(year) and len(said) > len(year)


def _number(one: Numbered, form: str | None) -> int | None:
    """The number of a statement, without the year with which it begins; None if it is no number."""
    said = one.sequence or ""
    if form is not None and _begins(one, year := f"{one.to_on:{form}}"):
        said = said.removeprefix(year)
    return int(said) if said.isascii() and said.isdigit() else None


def _are_days(before: Numbered, after: Numbered) -> bool:
    """Whether both numbers are the days of their statements."""
    return any(all(_is_day(one, form) for one in (before, after)) for form in _DAYS)


def _is_day(one: Numbered, form: str) -> bool:
    days = {f"{day:{form}}".lstrip("0") for day in (one.from_on, one.to_on)}
    return (one.sequence or "").lstrip("0") in days
