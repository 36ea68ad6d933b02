"""Identifiers in the book: ids, and codes of legal entities; a personal identity number is never accepted."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from stdnum import luhn

# Ids become parts of stream names, of file names, and of what people type, such as inv-7.2=12500.
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ENTITY_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
# The date of birth (with 60 added to the day in a coordination number) and four digits, of which the last is a check
# digit. Sources: Swedish Population Registration Act (1991:481) 18 §, Act on Coordination Numbers (2022:1697).
_PERSONAL: Final = re.compile(
    r"(?:18|19|20)?(\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]))[-+]?(\d{4})", re.ASCII
)
# Source: the Swedish numbering plan of the Post and Telecom Authority.
_MOBILE: Final = re.compile(r"(?:0|0?0?46)7\d{8}", re.ASCII)
# The shortest text that can have a personal number in it.
_SHORTEST: Final = 10
# A number within a text stands alone, between characters that are neither letters nor digits: random ids and hashes
# have longer runs.
_WITHIN: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:18|19|20)?(\d\d)[ ./-]?(0[1-9]|1[0-2])[ ./-]?(0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
    r"[ .+/-]{0,3}(\d{4})(?![0-9A-Za-z])",
    re.ASCII,
)
# The same numbers, and dates, as people write them: with separators, after zeros, with or without a century. A date
# alone has a day of the calendar, since the end of one of our references may look like the day of a coordination
# number.
_MONTH: Final = r"(?:18|19|20)?\d\d[ ./-]?(?:0[1-9]|1[0-2])[ ./-]?"
_WRITTEN: Final = re.compile(
    rf"(?<!\d)0*({_MONTH}(?:(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[ .+/-]{{0,3}}\d{{4}}|(?:0[1-9]|[12]\d|3[01]))"
    r"|(?:(?:00|\+)?46[ -]?(?:\(0\) ?)?|0)7\d(?:[ -]?\d){7})(?!\d)",
    re.ASCII,
)


def is_id(text: str) -> bool:
    """Whether the text has the form of an id: up to 64 letters, digits, points, underscores and hyphens."""
    return _ID.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_code(text: str) -> bool:
    """Whether the text has the form of a code, which is that of an id, and cannot name a person."""
    return is_id(text) and not may_name_a_person(text)


def entity_code(code: str) -> str:
    """The code of a legal entity, also the name of its schema; raises ValueError if the text cannot be such a code."""
    if not _ENTITY_CODE.fullmatch(code):
        raise ValueError(
            f"{code!r} is not an entity code; give a lower-case letter, then up to 30 lower-case letters, digits or "
            "underscores, such as clinic_north"
        )
    return code


@lru_cache(maxsize=16_384)
def has_personal_number(text: str) -> bool:
    """Whether a Swedish personal identity number or coordination number with a right check digit is in a text.

    Check digits are looked at, because ids are often random: without them, ten times as many would be refused by
    chance. The check in python-stdnum is not used: it depends on today's date and does not know coordination numbers.
    """
    return len(text) >= _SHORTEST and any(luhn.is_valid("".join(found.groups())) for found in _WITHIN.finditer(text))


def may_name_a_person(text: str) -> bool:
    """Whether the text looks like a mobile number, or a personal identity or coordination number, even a wrong one.

    This is used for the reference field; payers sometimes write such a number there, correctly or not. Many of these
    numbers would pass as an OCR reference, but we must not keep any of them.
    """
    return bool(_PERSONAL.fullmatch(text) or _MOBILE.fullmatch(text))


def personal_digits(text: str) -> frozenset[str]:
    """The digits of everything in a text that looks like a personal number, a birth date or a mobile number.

    Check digits are not looked at, because people also mistype these numbers.
    """
    return frozenset("".join(filter(str.isdigit, found[1])) for found in _WRITTEN.finditer(text))


def is_written_as_personal(text: str) -> bool:
    """Whether the whole text looks like a personal number, a birth date or a mobile number, as people write them."""
    return _WRITTEN.fullmatch(text) is not None
