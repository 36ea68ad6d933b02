"""Reads the dates, amounts and balances of SWIFT's fields without guessing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from ledger.domain.money import decimals_of
from reconciliation.statements.values import to_minor

# SWIFT allows 15 characters, with the comma; banks fill them up with zeros. Some write a point.
_AMOUNT: Final = re.compile(r"0*([0-9]+)(?:[.,]([0-9]*))?")
_LONGEST_AMOUNT: Final = 15
_LONGEST_FILLED: Final = 40
_BALANCE: Final = re.compile(r"\s*([CD])([0-9]{6})([A-Z]{3})\s*([0-9.,]+)\s*", re.IGNORECASE)
# The messages are not older than that: a year above 79 is of the century before.
_LAST_YEAR: Final = 79
_FEBRUARY: Final = 2


class Day(NamedTuple):
    """A date, and whether the calendar has no such day: banks that count 30 days in each month write 30 February."""

    on: date | None
    moved: bool = False


class Balance(NamedTuple):
    """A balance with its sign; None if ISO 4217 does not list the currency. Its day is None if it is no date."""

    minor: int | None
    currency: str
    on: date | None


def to_day(written: str) -> Day:
    """A date written YYMMDD; 29 and 30 February are the last day of that month."""
    if not (written.isascii() and written.isdigit()):
        return Day(None)
    short = int(written[:2])
    return _day((1900 if short > _LAST_YEAR else 2000) + short, written[2:])


def to_entry_day(written: str, near: date) -> Day:
    """A date written MMDD, in the year in which it is nearest to another day: at the end of a year, the two differ."""
    if not (written.isascii() and written.isdigit()):
        return Day(None)
    days = [_day(near.year + years, written) for years in (0, -1, 1)]
    found = [(abs((day.on - near).days), day) for day in days if day.on is not None]
    return min(found)[1] if found else Day(None)


def amount(written: str) -> str | None:
    """An amount with a point and without leading zeros, or None if it is no amount that SWIFT's field can hold."""
    match = _AMOUNT.fullmatch(written) if len(written) <= _LONGEST_FILLED else None
    if match is None:
        return None
    plain = f"{match[1]}.{match[2] or ''}"
    return plain if len(plain) <= _LONGEST_AMOUNT else None


def balance(written: str) -> Balance | None:
    """A balance (`C260304EUR1000,00`), or None if it is none, or not exact in its currency."""
    match = _BALANCE.fullmatch(written)
    plain = amount(match[4]) if match else None
    if match is None or plain is None:
        return None
    currency, on = match[3].upper(), to_day(match[2]).on
    decimals = decimals_of(currency)
    if decimals is None:
        return Balance(None, currency, on)
    minor, exact = to_minor(plain, decimals)
    if minor is None or not exact:
        return None
    return Balance(-minor if match[1].upper() == "D" else minor, currency, on)


def _day(year: int, month_and_day: str) -> Day:
    month, day = int(month_and_day[:2]), int(month_and_day[2:])
    if month == _FEBRUARY and day in (29, 30):
        last = (date(year, month + 1, 1) - timedelta(days=1)).day
        return Day(date(year, month, min(day, last)), moved=day > last)
    try:
        return Day(date(year, month, day))
    except ValueError:
        return Day(None)
