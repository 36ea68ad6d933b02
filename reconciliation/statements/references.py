"""References that payers quote: checks their check digits, says of which kind they are, and makes such references."""

from __future__ import annotations

import re

import msgspec
from stdnum import iso11649
from stdnum.ch import esr

from ledger.domain.references import luhn_digit

# The sum of the digits of twice a digit.
_TWICE = bytes.maketrans(b"0123456789", b"0246813579")
_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_LONGEST_OCR = 25
_LONGEST_KID = 25
# If the country is unknown, digits in a reference field are read as an OCR reference, as if the country were Sweden.
_OCR_COUNTRIES = (None, "SE")
_SWISS = ("CH", "LI")
_SWISS_PROPRIETARY = frozenset({"QRR", "ISR REFERENCE"})


class Reference(msgspec.Struct, frozen=True):
    """A reference: its kind, whether its check digit is right (None if the kind has none), and its stated amount.

    `found_as` is null for what a reference field contains. In a text, it is `reference` for what is said to be one, by
    its form or a label, and `number` for any other number that could be one.
    """

    reference: str
    kind: str
    valid: bool | None = None
    amount_minor: int | None = None
    found_as: str | None = None


def is_ocr(reference: str, with_length: bool = False) -> bool:
    """Whether 2 to 25 digits end in the correct Luhn digit, preceded by the correct length digit if one is agreed.

    Zeros alone are no reference: programs fill empty fields with them. Source: Bankgirot, Bankgiro Inbetalningar, OCR
    reference control.
    """
    if not (_is_digits(reference) and _ends_in_check_digit(reference)):
        return False
    return not with_length or int(reference[-2]) == len(reference) % 10


def _ends_in_check_digit(digits: str) -> bool:
    return 2 <= len(digits) <= _LONGEST_OCR and _is_luhn(digits) and digits.strip("0") != ""


def _is_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn digit of those before it.

    Each reference and each number in a text is checked, so this must be fast. Source: ISO/IEC 7812-1, annex B.
    """
    written = digits.encode("ascii")
    return (sum(written[-1::-2]) + sum(written[-2::-2].translate(_TWICE)) - ord("0") * len(written)) % 10 == 0


def is_rf(reference: str) -> bool:
    """Whether the two check digits of an ISO 11649 creditor reference are right."""
    return bool(_RF.fullmatch(reference)) and bool(iso11649.is_valid(reference))


def is_viite(reference: str) -> bool:
    """Whether the check digit of a Finnish reference of 4 to 20 digits is right (weights 7, 3, 1 from the right)."""
    stripped = reference.lstrip("0")
    return _is_digits(stripped) and 4 <= len(stripped) <= 20 and viite_from(stripped[:-1]) == stripped


def is_kid(reference: str) -> bool:
    """Whether a Norwegian KID of 2 to 25 characters ends in its check digit, by modulus 10 (Luhn) or modulus 11.

    By modulus 11, a hyphen stands for a check digit of 10. Which of the two a payee uses is agreed with its bank, and
    no file says it. Source: Nets, OCR giro, system specification, KID.
    """
    number, check = reference[:-1], reference[-1:]
    if not (_is_digits(number) and len(reference) <= _LONGEST_KID and (check == "-" or _is_digits(check))):
        return False
    return check in (luhn_digit(number), _modulus_11(number))


def _modulus_11(number: str) -> str:
    """The check digit by modulus 11, with the weights 2 to 7 from the right."""
    weighted = sum(int(digit) * (2 + index % 6) for index, digit in enumerate(reversed(number)))
    return "0123456789-"[-weighted % 11]


def is_ogm(reference: str) -> bool:
    """Whether a Belgian structured communication of 12 digits ends in its two check digits (modulus 97; 97 for 0).

    Source: Febelfin, structured communication of credit transfers.
    """
    return bool(
        _is_digits(reference) and len(reference) == 12 and (int(reference[:10]) % 97 or 97) == int(reference[10:])
    )


def kind_of(digits: str, country: str | None) -> str | None:
    """The kind of reference whose check digit these digits have in a country, or None.

    It is viite in Finland and KID in Norway, and OCR anywhere: we ask for money with the same references in every
    country.
    """
    if country == "FI" and is_viite(digits):
        return "viite"
    if country == "NO" and is_kid(digits):
        return "kid"
    return "ocr" if is_ocr(digits) else None


def viite_from(number: str) -> str:
    """Make a Finnish reference from a number."""
    weighted = sum(int(digit) * (7, 3, 1)[index % 3] for index, digit in enumerate(reversed(number)))
    return number + str(-weighted % 10)


def classify(reference: str, stated: str | None, country: str | None) -> Reference:
    """Read a reference field; its form, the country and the kind stated in the file decide the reference's kind."""
    compact = "".join(reference.split())
    digits = _is_digits(compact)
    if country == "NO" and len(compact) >= 2 and (digits or is_kid(compact)):
        return Reference(compact, "kid", is_kid(compact))
    if not digits:
        compact = compact.upper()
        return Reference(compact, "rf", is_rf(compact)) if _RF.fullmatch(compact) else Reference(reference, "text")
    if (stated is not None and stated.upper() in _SWISS_PROPRIETARY) or (country in _SWISS and len(compact) == 27):
        return Reference(compact, "qrr", bool(esr.is_valid(compact)))
    if country == "FI":
        # SCOR pads national references with zeros to 20 digits; the payer's invoice shows no padding. Our own OCR
        # references are quoted there too.
        unfilled, kind = compact.lstrip("0") or compact, kind_of(compact, country)
        return Reference(unfilled, kind or "viite", kind is not None)
    if country == "BE" and is_ogm(compact):
        return Reference(compact, "ogm", True)
    holds = _ends_in_check_digit(compact)
    if holds or (country in _OCR_COUNTRIES and 2 <= len(compact) <= _LONGEST_OCR):
        return Reference(compact, "ocr", holds)
    return Reference(compact, "text")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
