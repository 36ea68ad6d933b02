"""A bank account that was declared by mistake is taken out of use, if nothing was ever loaded or booked on it."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec.structs import replace

from ledger.domain.bank.account import BankAccountDeclared, DeclareBankAccount, RecordBankOpening
from ledger.domain.bank.alias import Alias, BankAliasGiven, BankAliasWithdrawn
from ledger.domain.bank.withdrawal import WithdrawBankAccount
from ledger.domain.bank.withdrawn import BankAccountWithdrawn
from ledger.domain.fact import NewFact
from ledger.domain.terms.measured import MEASURED, Measured
from tests.kit.book import Book, Raised
from tests.kit.care import bank_account
from tests.kit.currencies import keeping

GIRO: Final = Alias("5050109", "bankgiro")
ACCOUNT: Final = bank_account("b1", "SEK", "camt.053", aliases=(GIRO,))
DECLARE: Final = DeclareBankAccount(account=ACCOUNT)
WITHDRAW: Final = WithdrawBankAccount(bank_account="b1", reason_code="MISTAKE")
WITHDRAWN: Final = BankAccountWithdrawn(bank_account="b1", reason_code="MISTAKE")


def opening(balance_minor: int) -> RecordBankOpening:
    return RecordBankOpening(
        bank_account="b1", as_of=date(2024, 6, 30), balance_minor=balance_minor, source="statement"
    )


def declared() -> Book:
    """A book with the account, of which no file was loaded."""
    book = Book().given(DECLARE)
    book.states[MEASURED] = Measured()
    return book


def test_it_is_out_of_use_and_its_numbers_are_free() -> None:
    book = declared()
    book.when(WITHDRAW).then(
        NewFact("bankaccount-b1", WITHDRAWN),
        NewFact("bankalias-5050109.SEK", BankAliasWithdrawn(bank_account="b1")),
    )
    book.when(WITHDRAW).nothing_new()
    book.when(opening(1)).refused("bank_account_undeclared")
    other = bank_account("b2", "SEK", "camt.053", aliases=(GIRO,))
    book.given(DeclareBankAccount(account=other))


def test_it_can_be_declared_again_also_in_another_currency() -> None:
    book = declared().given(opening(50_00), opening(0), WITHDRAW)
    book.given(keeping("EUR"))
    euros = bank_account("b1", "EUR", "camt.053", aliases=(GIRO,))
    book.when(DeclareBankAccount(account=euros)).then(
        NewFact("bankaccount-b1", BankAccountDeclared(account=euros)),
        NewFact("bankalias-5050109.EUR", BankAliasGiven(alias=GIRO, currency="EUR", bank_account="b1")),
    )
    # Nothing is left of its former opening balance, not even the day.
    book.given(RecordBankOpening(bank_account="b1", as_of=date(2024, 7, 1), balance_minor=5_00, source="letter"))


def test_an_account_with_files_was_in_use() -> None:
    book = Book().given(DECLARE)
    book.when(WITHDRAW).refused("bank_account_has_files")
    book.states[MEASURED] = Measured(loaded_accounts=("b1",))
    book.when(WITHDRAW).refused("bank_account_has_files")
    book.states[MEASURED] = Measured(loaded_accounts=("b2",))
    book.given(opening(5_00)).when(WITHDRAW).refused("bank_account_has_opening")
    Book().when(WITHDRAW).refused("bank_account_undeclared")


OTHER: Final = DeclareBankAccount(account=bank_account("b2", "SEK", "camt.053"))

RAISED: Raised = {
    "bank_account_has_files": ((DECLARE,), WITHDRAW),
    "bank_account_has_opening": (
        (OTHER, replace(opening(5_00), bank_account="b2")),
        replace(WITHDRAW, bank_account="b2"),
    ),
}
