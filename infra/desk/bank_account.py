"""The use cases of the provider's own bank accounts: declare one, and list all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final, NamedTuple

from infra.desk.desk import Desk, Done, Occasion
from infra.desk.problems import Problem, Stopped

# A bankgiro number as it is printed for people; in files it has only digits.
_BANKGIRO: Final = re.compile(r"\d{3,4}-\d{4}")


class BankAccounts(NamedTuple):
    """The accounts, and the day up to which the bank's files are loaded."""

    rows: list[dict[str, Any]]
    loaded_through: date | None
    position: int


def declare(
    desk: Desk,
    number: str,
    currency: str,
    booked_format: str,
    occasion: Occasion,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Done:
    """Declare a bank account by its printed number, and name the one format from which its lines are booked."""
    from ledger.domain.bank.account import BankAccount, DeclareBankAccount

    _require_provable(booked_format)
    number = "".join(number.split()).upper()
    number = number.replace("-", "") if _BANKGIRO.fullmatch(number) else number
    account = BankAccount(number, currency, booked_format, from_on, until_on)
    return desk.record(DeclareBankAccount(account=account), occasion, bank_account=number)


def declared(desk: Desk) -> BankAccounts:
    """Return all declared bank accounts."""
    books = desk.books
    through = books.bank_loaded_through()
    return BankAccounts(books.store.now.bank_accounts(), through, books.store.position())


def _require_provable(booked_format: str) -> None:
    """Refuse a format that does not prove its own totals, because an account's movements cannot be booked from it."""
    from reconciliation.statements import TRAITS

    found = TRAITS.get(booked_format)
    if found is None or not found.books:
        known = ", ".join(
            f"{one.format} (money received only)" if one.direction == "in" else one.format
            for one in TRAITS.values()
            if one.books
        )
        sentence = f"nothing is booked from files of {booked_format!r}; these formats can be booked: {known}"
        raise Stopped(Problem("booked_format_unknown", sentence, booked_format))
