"""Gives a domestic account number as the IBAN that contains it, so that files of all formats name the same account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from stdnum import iban, luhn
from stdnum.no import kontonr

from ledger.domain.bank.account_number import Kind

# Whether the check digits of a domestic number are right. In Belgium the last two are the rest of the others by 97.
_HOLDS: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        "BE": lambda number: (int(number[:-2]) % 97 or 97) == int(number[-2:]),
        "FI": luhn.is_valid,
        "NO": kontonr.is_valid,
    }
)


@lru_cache(maxsize=1024)
def account_of(number: str, country: str) -> tuple[str, Kind]:
    """The IBAN of a domestic number, if its national check digits are right; otherwise the number as it is.

    In Belgium, Finland and Norway the domestic number, in the digits that machines use, is the whole national part of
    the IBAN, so nothing is looked up or guessed. Source: SWIFT, IBAN registry.
    """
    if not (number.isascii() and number.isdigit() and len(number) > 2):
        return number, "bban"
    whole = f"{country}{iban.calc_check_digits(f'{country}00{number}')}{number}"
    holds = iban.is_valid(whole, check_country=False) and _HOLDS[country](number)
    return (whole, "iban") if holds else (number, "bban")
