"""Parses the amounts and dates of files without guessing."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Final

from ledger.domain.grammar import MOST_MINOR
from ledger.domain.money import decimals_of

_DECIMAL = re.compile(r"([+-]?)([0-9]{0,19})(?:\.([0-9]*))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*|Z|[+-][0-9]{2}:[0-9]{2})?")
_INSTANT = re.compile(r"[^T]*T.*[Z+-].*")
# What is said of a text of which `to_minor` makes nothing.
NO_AMOUNT: Final = "is not a number, or is larger than books can have (10^15 of the currency's smallest unit)"
# A number with at most this many characters is an amount that books can have, whatever the currency's decimals.
_SURE = 11


# In many files the same prices come again and again, and a movement's only detail has its amount.
@lru_cache(maxsize=4096)
def to_minor(text: str, decimals: int) -> tuple[int | None, bool]:
    """The minor units of a decimal number, and whether they are exact.

    A number with more decimals than the currency is rounded, halves away from zero, and marked as inexact. The result
    is None if the text is not a number, or is beyond what books can have. As in XML Schema's decimal, there is no
    exponent and no thousands separator.
    """
    if text.isdecimal() and text.isascii() and len(text) <= _SURE:
        return int(text) * 10**decimals, True
    whole, _, fraction = text.partition(".")
    if len(fraction) == decimals and len(text) <= _SURE and (whole + fraction).isdecimal() and text.isascii():
        return int(whole + fraction), True  # Nearly every amount has exactly as many decimals as its currency.
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None, False
    sign, whole, fraction = match[1], match[2], match[3] or ""
    kept, rest = fraction[:decimals].ljust(decimals, "0"), fraction[decimals:]
    minor = int(whole + kept or "0") + (rest[:1] >= "5")
    if minor > MOST_MINOR:
        return None, False
    return (-minor if sign == "-" else minor), not rest.strip("0")


def from_implied(number: int, places: int, decimals: int) -> tuple[int, bool]:
    """The minor units of an amount whose last digits are decimals without a point, and whether they are exact.

    More decimals than the currency has are rounded as in `to_minor`.
    """
    if places <= decimals:
        return number * 10 ** (decimals - places), True
    unit = 10 ** (places - decimals)
    whole, rest = divmod(abs(number), unit)
    minor = whole + (2 * rest >= unit)
    return (-minor if number < 0 else minor), not rest


def to_text(minor: int, decimals: int) -> str:
    """Write an amount as a decimal number, without a sign, with a point and all decimals of its currency."""
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def in_currency(minor: int, currency: str) -> str:
    """Write an amount as a decimal number, with a minus if it is negative; raises ValueError if ISO 4217 lacks it."""
    decimals = decimals_of(currency)
    if decimals is None:
        raise ValueError(f"ISO 4217 does not list {currency}")
    return f"{'-' if minor < 0 else ''}{to_text(minor, decimals)}"


@lru_cache(maxsize=4096)
def to_day(text: str, zone: tzinfo | None) -> date | None:
    """The civil day in `zone` of an ISO 8601 date or date-time; None if the text is no date.

    Only an instant, which is a date-time with an offset from UTC, is converted. A date without a time, or a time
    without an offset, has the day that is written. That is also so if no zone is given.
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text[:10])
        if zone is None or not _INSTANT.fullmatch(text):
            return day
        # The end of a day belongs to that day, and Python knows neither 24:00 nor a leap second.
        time = text[10:].replace("T24:00:00", "T23:59:59").replace("T24:00", "T23:59").replace(":60", ":59")
        return datetime.fromisoformat(text[:10] + time).astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def in_one_line(text: str | None, most: int) -> str | None:
    """What a bank says, as a fact may have it: up to so many characters, without those that cannot be seen."""
    if text is None:
        return None
    seen = "".join(character for character in " ".join(text.split()) if character.isprintable())
    return seen[:most] or None


@lru_cache(maxsize=4096)
def short_day(text: str) -> date | None:
    """The day of a date YYMMDD, which has no century: formats that write it are read as of this century.

    None if the text is no date.
    """
    return to_day(f"20{text[:2]}-{text[2:4]}-{text[4:]}", None)
