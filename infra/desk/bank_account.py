"""The use cases of the provider's own bank accounts: declare one, and list all."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from infra.desk.desk import Desk, Done, Occasion
from infra.desk.problems import Problem, Stopped


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
    """Declare a bank account by its number, however written, and the one format from which its lines are booked."""
    from ledger.domain.bank.account import BankAccount, DeclareBankAccount
    from ledger.domain.bank.account_number import account_number

    _require_provable(booked_format)
    number = account_number(number)
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
