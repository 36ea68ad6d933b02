"""Bank accounts: the provider's own accounts, each with the one file format whose lines are booked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from ledger.domain.bank.account import BankAccountDeclared
from projections.read_models.model import Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class BankAccount(Row, frozen=True):
    """A declared bank account."""

    bank_account: Annotated[str, "The bank account."]
    currency: Annotated[str, "ISO 4217 code of the account's currency."]
    booked_format: Annotated[str, "Booked format: the one file format whose lines are booked."]
    from_on: Annotated[date | None, "First day for which statements are expected; null if there is no first day."]
    until_on: Annotated[date | None, "Last day for which statements are expected; null if there is no last day."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[BankAccount, ...]:
    """The newest declaration is the valid one."""
    fact = recorded.fact
    assert isinstance(fact, BankAccountDeclared)
    account = fact.account
    return (
        BankAccount(account.bank_account, account.currency, account.booked_format, account.from_on, account.until_on),
    )


BANK_ACCOUNTS: Final = Keyed(
    "bank_accounts", "The provider's own bank accounts.", BankAccount, ("bank_account",), (BankAccountDeclared,), evolve
)
