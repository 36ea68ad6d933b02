"""Gives a domestic account number as the IBAN that contains it, so that files of all formats name the same account."""

from __future__ import annotations

from functools import lru_cache

from stdnum import iban

from ledger.domain.bank.account_number import Kind


@lru_cache(maxsize=1024)
def account_of(number: str, country: str) -> tuple[str, Kind]:
    """The IBAN of a domestic number, if its national check digits are right; otherwise the number as it is.

    In Belgium, Finland and Norway the domestic number, in the digits that machines use, is the whole national part of
    the IBAN, so nothing is looked up or guessed. Source: SWIFT, IBAN registry.
    """
    if not (number.isascii() and number.isdigit()):
        return number, "bban"
    whole = f"{country}{iban.calc_check_digits(f'{country}00{number}')}{number}"
    return (whole, "iban") if iban.is_valid(whole) else (number, "bban")
