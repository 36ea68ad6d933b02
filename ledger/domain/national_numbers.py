"""The personal numbers of Sweden, Finland, Norway and Denmark in an id, a code or a text, however they are written.

Whoever is refused a number types it again with a letter before it, or with other separators, so both are looked
through. What is random, a UUID or a hash, is taken out before, because its digits are nobody's.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from stdnum import luhn
from stdnum.fi import hetu
from stdnum.iso7064 import mod_97_10
from stdnum.no import fodselsnummer

from ledger.domain.identifier import has_personal_number

# The fewest digits of a personal number, and the digits that a Swedish one has, without and with its century.
_FEWEST: Final = 9
_NO_DIGITS: Final = re.compile(r"[^0-9]+")
_FEW_DIGITS: Final = re.compile(r"(?:[^0-9]*[0-9]){0,8}[^0-9]*")
_SWEDISH: Final = (10, 12)
# A UUID, or hexadecimal digits of which one at least is a letter.
_RANDOM: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=\d*[a-f])[0-9a-f]{16,})(?![0-9A-Za-z])",
    re.ASCII | re.IGNORECASE,
)
_SWEDISH_DATE: Final = re.compile(
    r"(?:18|19|20)?(\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])\d{4})", re.ASCII
)
# Digits with one sign between them, or a number as it is usually written. No point is such a sign: it comes between an
# id and the number of its part, and a part has no personal number if its whole has none.
_CHAIN: Final = re.compile(r"\d(?:[ _/+-]?\d)+", re.ASCII)
_USUAL: Final = re.compile(r"(?<!\d)(?:18|19|20)?\d\d(?:[ ./-]?\d\d){2}[ .+/-]{0,3}\d{4}(?!\d)", re.ASCII)
# Source: Finnish Population Information Act (661/2009) 11 §, Decree 128/2010 2 § with the signs added in 2023.
_FINNISH: Final = re.compile(r"(?<!\d)\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![0-9A-Za-z])", re.ASCII | re.IGNORECASE)
# The month of a synthetic person is 80 later, and the day of a D number 40 later. Source: Norwegian Regulation on
# Population Registration (FOR-2017-07-14-1201) 2-2, and the Tax Administration on synthetic test data.
_NORWEGIAN: Final = re.compile(
    r"(?<!\d)(?:[04][1-9]|[1256]\d|[37][01])(?:[08][1-9]|[19][0-2])\d\d[ -]?\d{5}(?!\d)", re.ASCII
)
# Many newer Danish numbers have no right check digit, so the form alone decides. Source: Danish Act on the Civil
# Registration System (no. 1010 of 2024) 3 §, and the CPR office on numbers without check digit since 2007.
_DANISH: Final = re.compile(r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d-\d{4}(?!\d)", re.ASCII)
# An IBAN or a creditor reference, and a domestic number of an account. Sources: ISO 13616, ISO 11649.
_CHECKED: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_GROUPED: Final = re.compile(r"[0-9][0-9 .,-]*")
# A hyphen as keyboards and word processors also write it.
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")


@lru_cache(maxsize=16_384)
def has_national_number(text: str) -> bool:
    """Whether a personal number is in a text, alone or beside letters, with whatever separators."""
    if len(text) < _FEWEST:
        return False
    plain = text if text.isascii() else _DASHES.sub("-", "".join(map(_ascii, unicodedata.normalize("NFKC", text))))
    rest = _RANDOM.sub("x", plain)
    if _FEW_DIGITS.fullmatch(rest):
        return False
    return _is_swedish(rest) or _is_of_a_neighbour(rest)


@lru_cache(maxsize=4096)
def has_number_of_a_person(text: str) -> bool:
    """Whether a personal number is in what may be, or be called by, a number of a bank account or a reference.

    An IBAN or a creditor reference with right check digits, and digits alone, are such numbers and may look like a
    personal number of another country; in anything else, every personal number is looked for.
    """
    if _is_checked(text):
        return has_personal_number(text)
    return _is_swedish(text) if _GROUPED.fullmatch(text) else has_national_number(text)


def _is_checked(text: str) -> bool:
    closed = text.replace(" ", "")
    return _CHECKED.fullmatch(closed) is not None and bool(mod_97_10.is_valid(closed[4:] + closed[:4]))


def _is_swedish(text: str) -> bool:
    found = [one[0] for pattern in (_USUAL, _CHAIN) for one in pattern.finditer(text)]
    return any(_has_right_digits(_digits(one)) for one in found if len(one) >= _SWEDISH[0])


def _has_right_digits(digits: str) -> bool:
    """Whether the digits are a date of birth, as in a personal or coordination number, and end with its check digit."""
    if len(digits) not in _SWEDISH:
        return False
    date = _SWEDISH_DATE.fullmatch(digits)
    return date is not None and bool(luhn.is_valid(date[1]))


def _is_of_a_neighbour(text: str) -> bool:
    finnish = any(hetu.is_valid(one[0], allow_temporary=True) for one in _FINNISH.finditer(text))
    return finnish or _DANISH.search(text) is not None or any(map(_is_norwegian, _found(_NORWEGIAN, text)))


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [_digits(one[0]) for one in pattern.finditer(text)]


def _is_norwegian(digits: str) -> bool:
    """Whether both check digits are right."""
    first = fodselsnummer.calc_check_digit1(digits)
    return bool(digits[9:] == first + fodselsnummer.calc_check_digit2(digits[:9] + first))


def _digits(text: str) -> str:
    return _NO_DIGITS.sub("", text)


def _ascii(character: str) -> str:
    """The digit of any script as 0 to 9, and every other character as it is."""
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
