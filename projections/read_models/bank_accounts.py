"""Bank accounts: the provider's own, and which files are the one source of their movements."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.domain.bank_account import BankAccountDeclared
from projections.read_models.model import Keyed, Row, Rows

if TYPE_CHECKING:
    from ledger import Recorded


class BankAccount(Row, frozen=True):
    """A declared bank account."""

    bank_account: str
    currency: str
    source: str
    from_on: date | None
    until_on: date | None


def evolve(rows: Rows, recorded: Recorded) -> tuple[BankAccount, ...]:
    """The newest declaration holds."""
    fact = recorded.fact
    assert isinstance(fact, BankAccountDeclared)
    return (BankAccount(fact.bank_account, fact.currency, fact.source, fact.from_on, fact.until_on),)


BANK_ACCOUNTS: Final = Keyed("bank_accounts", BankAccount, ("bank_account",), (BankAccountDeclared,), evolve)
