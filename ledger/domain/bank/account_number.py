"""The number of a bank account in one form, however people, banks and files write it.

Two numbers are the same account if this form is equal. Only the way of writing is removed, so that no two accounts can
become one: an IBAN is recognised by its check digits, and a plusgiro keeps the hyphen before its last digit, because a
bankgiro may have the same digits. Nothing is concluded from one kind of number to another: whether a bankgiro and an
IBAN are the same account is said when the account is declared.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from stdnum.iso7064 import mod_97_10

_HYPHENS: Final = dict.fromkeys(map(ord, "\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_KIND_BEFORE: Final = re.compile(
    r"(IBAN|BG|BANKGIRO|PG|PLUSGIRO):?(?=[A-Z]{2}[0-9]{2}|[0-9])", re.ASCII | re.IGNORECASE
)
_KINDS: Final = {"BG": "bankgiro", "BANKGIRO": "bankgiro", "PG": "plusgiro", "PLUSGIRO": "plusgiro"}
# Source: ISO 13616, the structure of an IBAN.
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_GROUPED_DIGITS: Final = re.compile(r"[0-9][0-9 .,-]*", re.ASCII)
# As it is printed on forms: pairs of digits, then a hyphen and the check digit; a bankgiro has four digits there.
_PRINTED_PLUSGIRO: Final = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)


def account_number(written: str, kind: str | None = None) -> str:
    """The number in its one form; `kind` is bankgiro or plusgiro if the number is known to be one of these.

    An IBAN is written without blanks, in capitals. A bankgiro and a domestic number are their digits. A plusgiro is its
    digits with a hyphen before the last. Any other text, such as a provider's id, only loses its blanks.
    """
    closed = "".join(unicodedata.normalize("NFKC", written).split()).translate(_HYPHENS)
    named = _KIND_BEFORE.match(closed)
    if named is not None and not _is_iban(closed):
        closed, kind = closed[named.end() :], _KINDS.get(named[1].upper(), kind)
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


def _bare(closed: str) -> str:
    return re.sub("[-.]", "", closed).upper()


def _is_iban(closed: str) -> bool:
    bare = _bare(closed)
    return bool(_IBAN.fullmatch(bare)) and bool(mod_97_10.is_valid(bare[4:] + bare[:4]))
