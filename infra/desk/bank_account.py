"""The provider's own bank accounts at the desk."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final, NamedTuple

from infra.desk.desk import Desk, Done, Entry

# As bankgiro numbers are printed for people; files have their digits alone.
_BANKGIRO: Final = re.compile(r"\d{3,4}-\d{4}")


class BankAccounts(NamedTuple):
    """The accounts, and through which day the bank is loaded."""

    rows: list[dict[str, Any]]
    loaded_through: date | None
    position: int


def declare(
    desk: Desk,
    number: str,
    currency: str,
    source: str,
    entry: Entry,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Done:
    """Declare a bank account by its number as it is printed, and the one format that books its movements."""
    from ledger.domain.bank.account import BankAccount, DeclareBankAccount

    number = "".join(number.split()).upper()
    number = number.replace("-", "") if _BANKGIRO.fullmatch(number) else number
    account = BankAccount(number, currency, source, from_on, until_on)
    return desk.record(DeclareBankAccount(account=account), entry, bank_account=number)


def declared(desk: Desk) -> BankAccounts:
    """Those there are."""
    books = desk.books
    through = books.bank_loaded_through()
    return BankAccounts(books.store.now.bank_accounts(), through, books.store.position())
