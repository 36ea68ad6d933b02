"""The group's own accounts at two banks: the numbers under which files name each of them, and its opening balance."""

from __future__ import annotations

from typing import Final, NamedTuple

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from ledger.domain.bank.alias import Alias


class OwnAccount(NamedTuple):
    """A bank account; its first number is its id."""

    aliases: tuple[Alias, ...]
    name: str
    opening_minor: int

    @property
    def number(self) -> str:
        """The number under which statements name the account."""
        return self.aliases[0].number


def _iban(country: str, digits: str) -> Alias:
    return Alias(f"{country}{mod_97_10.calc_check_digits(digits + country)}{digits}", "iban")


def _bankgiro(digits: str) -> Alias:
    return Alias(digits + str(luhn.calc_check_digit(digits)), "bankgiro")


# The banks and numbers are made up; only the check digits are right. No Swedish bank has the bank code 999.
_GIRO_DIGITS: Final = "99900000009876543210"
STATEMENT_ACCOUNT: Final = OwnAccount((_iban("SE", "99900000001234567890"),), "Sagobanken, account", 3_412_908_55)
BANKGIRO: Final = _bankgiro("9990001")
# The account that the bankgiro pays; deposits and notifications name it by the bankgiro.
GIRO_ACCOUNT: Final = OwnAccount((_iban("SE", _GIRO_DIGITS), BANKGIRO), "Sjöbanken, bankgiro", 120_000_00)
# Swish payments to this number are on the account at once; no provider holds them.
SWISH_ACCOUNT: Final = OwnAccount((_iban("SE", "99900000005555555550"),), "Sjöbanken, Swish", 8_000_00)
SWISH_NUMBER: Final = "1239990001"
BANK_ACCOUNTS: Final = (STATEMENT_ACCOUNT, GIRO_ACCOUNT, SWISH_ACCOUNT)
# The account's number as deposits (BgMax) state it.
DEPOSIT_ACCOUNT: Final = _GIRO_DIGITS
