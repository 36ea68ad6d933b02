"""The number of a bank account in one form, however people, banks and files write it.

Two numbers are the same account if this form is equal. Only the way of writing is removed, so that no two accounts can
become one: an IBAN is recognised by its check digits, and a plusgiro keeps the hyphen before its last digit, because a
bankgiro may have the same digits. Nothing is concluded from one kind of number to another: whether a bankgiro and an
IBAN are the same account is said when the account is declared.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from stdnum import iban, luhn
from stdnum.iso7064 import mod_97_10

Kind = Literal["iban", "bban", "bankgiro", "plusgiro", "merchant"]

_HYPHENS: Final = dict.fromkeys(map(ord, "\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_KIND_BEFORE: Final = re.compile(
    r"(IBAN|BG|BANKGIRO|PG|PLUSGIRO):?(?=[A-Z]{2}[0-9]{2}|[0-9])", re.ASCII | re.IGNORECASE
)
_KINDS: Final[dict[str, Kind]] = {
    "IBAN": "iban",
    "BG": "bankgiro",
    "BANKGIRO": "bankgiro",
    "PG": "plusgiro",
    "PLUSGIRO": "plusgiro",
}
# Source: ISO 13616, the structure of an IBAN.
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_GROUPED_DIGITS: Final = re.compile(r"[0-9][0-9 .,-]*", re.ASCII)
# Source: Bankgirot, 7 or 8 digits, and Plusgirot, 2 to 8 digits; both end in a check digit of modulus 10 (Luhn).
_GIROS: Final[dict[Kind, re.Pattern[str]]] = {
    "bankgiro": re.compile(r"[0-9]{7,8}"),
    "plusgiro": re.compile(r"[0-9]{1,7}-[0-9]"),
}
# As it is printed on forms: pairs of digits, then a hyphen and the check digit; a bankgiro has four digits there.
_PRINTED_PLUSGIRO: Final = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)
_PRINTED_BANKGIRO: Final = re.compile(r"[0-9]{3,4}-[0-9]{4}", re.ASCII)


def account_number(written: str, kind: Kind | None = None) -> str:
    """The number in its one form; `kind` is bankgiro or plusgiro if the number is known to be one of these.

    An IBAN is written without blanks, in capitals. A bankgiro and a domestic number are their digits. A plusgiro is its
    digits with a hyphen before the last. Any other text, such as a provider's id, only loses its blanks.
    """
    closed, named = _without_kind(written)
    kind = named or kind
    if _is_iban(closed):
        return _bare(closed)
    if not _GROUPED_DIGITS.fullmatch(closed):
        return closed
    digits = re.sub("[^0-9]", "", closed)
    if kind == "plusgiro" or (kind is None and _PRINTED_PLUSGIRO.fullmatch(closed)):
        # Files pad giro numbers with zeros; a giro number does not begin with one.
        digits = digits.lstrip("0")
        return f"{digits[:-1]}-{digits[-1:]}"
    return digits.lstrip("0") if kind == "bankgiro" else digits


def kind_of(written: str) -> Kind:
    """The kind of an account number, as far as the way in which it is written says so; otherwise bban."""
    closed, named = _without_kind(written)
    if named is not None:
        return named
    if _is_iban(closed):
        return "iban"
    if _PRINTED_PLUSGIRO.fullmatch(closed):
        return "plusgiro"
    return "bankgiro" if _PRINTED_BANKGIRO.fullmatch(closed) else "bban"


def is_right(number: str, kind: Kind) -> bool:
    """Whether a number, in its one form, can be an account's: its length and check digits are right for its kind.

    A domestic number and a merchant's id have no check digits that hold everywhere, but neither is an IBAN with a wrong
    digit. This is asked where people type a number; what a bank writes is taken as it is.
    """
    if kind in _GIROS:
        return bool(_GIROS[kind].fullmatch(number)) and bool(luhn.is_valid(number.replace("-", "")))
    if kind == "iban" or _IBAN.fullmatch(_bare(number)):
        return bool(iban.is_valid(number))
    return True


def _without_kind(written: str) -> tuple[str, Kind | None]:
    """The number without blanks and without the kind that is written before it, and that kind."""
    closed = "".join(unicodedata.normalize("NFKC", written).split()).translate(_HYPHENS)
    named = _KIND_BEFORE.match(closed)
    if named is None or _is_iban(closed):
        return closed, None
    return closed[named.end() :], _KINDS[named[1].upper()]


def _bare(closed: str) -> str:
    return re.sub("[-.]", "", closed).upper()


def _is_iban(closed: str) -> bool:
    bare = _bare(closed)
    return bool(_IBAN.fullmatch(bare)) and bool(mod_97_10.is_valid(bare[4:] + bare[:4]))
