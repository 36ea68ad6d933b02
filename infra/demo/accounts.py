"""The group's own bank accounts, and the booked format of each."""

from __future__ import annotations

from typing import Final, NamedTuple

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from ledger.domain.bank.account_number import Kind


class OwnAccount(NamedTuple):
    """A bank account, named by the number in its files; movements are booked only from files of `booked_format`."""

    number: str
    kind: Kind
    name: str
    booked_format: str
    opening_minor: int


def _iban(country: str, digits: str) -> str:
    return f"{country}{mod_97_10.calc_check_digits(digits + country)}{digits}"


def _bankgiro(digits: str) -> str:
    return digits + str(luhn.calc_check_digit(digits))


# The numbers are made up; only their check digits are right. No Swedish bank has the bank code 999.
STATEMENT_ACCOUNT: Final = OwnAccount(_iban("SE", "99900000001234567890"), "iban", "Account", "camt.053", 3_412_908_55)
OLD_BANKGIRO: Final = OwnAccount(_bankgiro("9990001"), "bankgiro", "Old bankgiro", "bgmax", 0)
NEW_BANKGIRO: Final = OwnAccount(_bankgiro("9990002"), "bankgiro", "New bankgiro", "camt.054", 120_000_00)
BANK_ACCOUNTS: Final = (STATEMENT_ACCOUNT, OLD_BANKGIRO, NEW_BANKGIRO)
# The account that receives the old bankgiro's deposits.
DEPOSIT_ACCOUNT: Final = "999000000001234"
