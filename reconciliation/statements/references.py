"""References that payers quote: checks the check digits, makes such references, and finds them in free text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from stdnum import iso11649, luhn
from stdnum.ch import esr

from ledger.domain.identifier import personal_digits

_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_RF_START = re.compile(r"RF[0-9]{2}[A-Z0-9]*", re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
# Shorter numbers in a text are ignored: they may be years, floor numbers or days, and ten per cent of them pass the
# Luhn check.
_SHORTEST_IN_TEXT = 5
_LONGEST_OCR = 25
# If the country is unknown, digits in a reference field are read as an OCR reference, as if the country were Sweden.
_OCR_COUNTRIES = (None, "SE")
_SWISS = ("CH", "LI")
_SWISS_PROPRIETARY = frozenset({"QRR", "ISR REFERENCE"})


class Reference(msgspec.Struct, frozen=True):
    """A reference: its kind, whether its check digit is right (None if the kind has none), and its stated amount."""

    reference: str
    kind: str
    valid: bool | None = None
    amount_minor: int | None = None


def is_ocr(reference: str, with_length: bool = False) -> bool:
    """Whether 2 to 25 digits end in the correct Luhn digit, preceded by the correct length digit if one is agreed.

    Source: Bankgirot, Bankgiro Inbetalningar, OCR reference control.
    """
    if not (_is_digits(reference) and 2 <= len(reference) <= _LONGEST_OCR and luhn.is_valid(reference)):
        return False
    return not with_length or int(reference[-2]) == len(reference) % 10


def is_rf(reference: str) -> bool:
    """Whether the two check digits of an ISO 11649 creditor reference are right."""
    return bool(_RF.fullmatch(reference)) and bool(iso11649.is_valid(reference))


def is_viite(reference: str) -> bool:
    """Whether the check digit of a Finnish reference of 4 to 20 digits is right (weights 7, 3, 1 from the right)."""
    stripped = reference.lstrip("0")
    return _is_digits(stripped) and 4 <= len(stripped) <= 20 and viite_from(stripped[:-1]) == stripped


def viite_from(number: str) -> str:
    """Make a Finnish reference from a number."""
    weighted = sum(int(digit) * (7, 3, 1)[index % 3] for index, digit in enumerate(reversed(number)))
    return number + str(-weighted % 10)


def classify(reference: str, stated: str | None, country: str | None) -> Reference:
    """Read a reference field; its form, the country and the kind stated in the file decide the reference's kind."""
    compact = "".join(reference.split())
    if not _is_digits(compact):
        compact = compact.upper()
        return Reference(compact, "rf", is_rf(compact)) if _RF.fullmatch(compact) else Reference(reference, "text")
    if (stated is not None and stated.upper() in _SWISS_PROPRIETARY) or (country in _SWISS and len(compact) == 27):
        return Reference(compact, "qrr", bool(esr.is_valid(compact)))
    if country == "FI":
        # SCOR pads national references with zeros to 20 digits; the payer's invoice shows no padding.
        return Reference(compact.lstrip("0") or compact, "viite", is_viite(compact))
    holds = is_ocr(compact)
    if holds or (country in _OCR_COUNTRIES and 2 <= len(compact) <= _LONGEST_OCR):
        return Reference(compact, "ocr", holds)
    return Reference(compact, "text")


def in_text(parts: Sequence[str], country: str | None) -> list[Reference]:
    """Find references with valid check digits in free text; returns them without duplicates, in the order of the text.

    Each bank breaks texts at a width of its own, even inside words. So the parts are first searched one by one; if
    nothing is found, they are joined without spaces and searched again.
    """
    for searched in (parts, [_joined(parts)]):
        found = dict.fromkeys(reference for part in searched for reference in _in_part(part.upper(), country))
        if found:
            return list(found)
    return []


def is_personal(reference: str, parts: Sequence[str]) -> bool:
    """Whether a reference from free text is, contains or belongs to what looks like a person's number or birth date.

    It may be one of our own all the same; if it is not, it must not be kept.
    """
    digits = reference[4:] if _RF_START.fullmatch(reference) else reference
    named = {one for text in (" ".join(parts), _joined(parts)) for one in personal_digits(text)}
    return any(one in digits or (len(digits) >= _SHORTEST_IN_TEXT and digits in one) for one in named)


def _joined(parts: Sequence[str]) -> str:
    """The text without spaces, and so without the breaks of lines."""
    return "".join("".join(parts).split())


def _in_part(part: str, country: str | None) -> list[Reference]:
    words = part.split()
    creditor = [_creditor_reference(words[index:]) for index, word in enumerate(words) if _RF_START.fullmatch(word)]
    found = [reference for reference in creditor if reference]
    if found:
        return found  # No national reference is looked for in the digits of a creditor reference.
    holds, kind = (is_viite, "viite") if country == "FI" else (is_ocr, "ocr")
    return [
        Reference(digits, kind, True)
        for digits in _DIGITS.findall(part)
        if _SHORTEST_IN_TEXT <= len(digits) <= _LONGEST_OCR and holds(digits)
    ]


def _creditor_reference(words: Sequence[str]) -> Reference | None:
    """The shortest run of words that forms a correct creditor reference when joined without spaces."""
    joined = ""
    for word in words:
        joined += word
        if len(joined) > 25:
            return None
        if is_rf(joined):
            return Reference(joined, "rf", True)
    return None


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
