"""The provider's own bank account: declared with its one source, which may change, and its currency, which may not."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from ledger.domain.bank.account import BankAccount, BankAccountDeclared, DeclareBankAccount
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised

ACCOUNT = BankAccount("b1", "SEK", "camt.053")
DECLARE = DeclareBankAccount(account=ACCOUNT)


def with_account(**changed: object) -> DeclareBankAccount:
    return DeclareBankAccount(account=replace(ACCOUNT, **changed))


def test_a_bank_account_is_declared_and_its_source_may_change() -> None:
    book = Book().when(DECLARE).then(NewFact("bankaccount-b1", BankAccountDeclared(account=ACCOUNT)))
    book.when(DECLARE).nothing_new()
    book.when(with_account(booked_format="camt.054")).then(
        BankAccountDeclared(account=replace(ACCOUNT, booked_format="camt.054"))
    )
    book.when(with_account(currency="EUR")).refused("bank_account_already_declared")


def test_declared_again_with_its_last_day_it_is_closed() -> None:
    closed = with_account(until_on=date(2024, 12, 31))
    book = Book().given(DECLARE).when(closed).then(BankAccountDeclared(account=closed.account))
    book.when(closed).nothing_new()


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "bank_account_already_declared": ((DECLARE,), with_account(currency="EUR")),
}
