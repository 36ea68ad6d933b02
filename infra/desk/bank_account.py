"""The provider's own bank accounts at the desk."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final, NamedTuple

from infra.desk.desk import Desk, Done, Entry
from infra.desk.problems import Problem, Stopped

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

    _require_source(source)
    number = "".join(number.split()).upper()
    number = number.replace("-", "") if _BANKGIRO.fullmatch(number) else number
    account = BankAccount(number, currency, source, from_on, until_on)
    return desk.record(DeclareBankAccount(account=account), entry, bank_account=number)


def declared(desk: Desk) -> BankAccounts:
    """Those there are."""
    books = desk.books
    through = books.bank_loaded_through()
    return BankAccounts(books.store.now.bank_accounts(), through, books.store.position())


def _require_source(source: str) -> None:
    """Only a format that proves itself can be what an account's movements are booked from."""
    from reconciliation.statements import TRAITS

    found = TRAITS.get(source)
    if found is None or not found.books:
        known = ", ".join(
            f"{one.format} (money received only)" if one.direction == "in" else one.format
            for one in TRAITS.values()
            if one.books
        )
        sentence = f"no movements are booked from {source!r}; the formats that can be a source are {known}"
        raise Stopped(Problem("source_unknown", sentence, source))
