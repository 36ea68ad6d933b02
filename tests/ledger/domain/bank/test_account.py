"""Our own bank account: declared with numbers that no other account of its currency has; opened with a balance."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.domain.bank.account import (
    LEDGER_ACCOUNTS,
    BankAccountDeclared,
    BankOpeningRecorded,
    DeclareBankAccount,
    Feed,
    RecordBankOpening,
    free_ledger_account,
)
from ledger.domain.bank.alias import Alias, BankAliasGiven, BankAliasWithdrawn
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised
from tests.kit.care import bank_account

AS_OF = date(2024, 6, 30)
GIRO = Alias("5050105", "bankgiro")
ACCOUNT = bank_account("b1", "SEK", "camt.053", aliases=(GIRO,))
DECLARE = DeclareBankAccount(account=ACCOUNT)
GIVEN = BankAliasGiven(alias=GIRO, currency="SEK", bank_account="b1")


def with_account(**changed: Any) -> DeclareBankAccount:
    return DeclareBankAccount(account=replace(ACCOUNT, **changed))


def opening(balance_minor: int, **said: Any) -> RecordBankOpening:
    about: dict[str, Any] = {"bank_account": "b1", "as_of": AS_OF, "source": "statement"} | said
    return RecordBankOpening(balance_minor=balance_minor, **about)


def test_a_bank_account_is_declared_with_its_numbers_and_its_feeds_may_change() -> None:
    book = (
        Book()
        .when(DECLARE)
        .then(NewFact("bankaccount-b1", BankAccountDeclared(account=ACCOUNT)), NewFact("bankalias-5050105.SEK", GIVEN))
    )
    book.when(DECLARE).nothing_new()
    changed = with_account(feeds=(Feed("camt.053"), Feed("camt.054")))
    book.when(changed).then(BankAccountDeclared(account=changed.account))
    book.when(with_account(currency="EUR")).refused("bank_account_already_declared")


def test_declared_again_with_its_last_day_it_is_closed() -> None:
    closed = with_account(until_on=date(2024, 12, 31))
    book = Book().given(DECLARE).when(closed).then(BankAccountDeclared(account=closed.account))
    book.when(closed).nothing_new()


def test_one_number_in_two_currencies_is_two_accounts() -> None:
    euros = with_account(bank_account="b2", currency="EUR", ledger_account="1931")
    Book().given(DECLARE).when(euros).then(
        BankAccountDeclared(account=euros.account), replace(GIVEN, currency="EUR", bank_account="b2")
    )


def test_a_number_moves_to_another_account_once_it_was_withdrawn() -> None:
    iban, other = with_account(aliases=(Alias("SE1", "iban"),)), with_account(bank_account="b2")
    book = Book().given(DECLARE).when(other).refused("bank_number_taken")
    book.when(iban).then(
        BankAccountDeclared(account=iban.account),
        NewFact("bankalias-SE1.SEK", BankAliasGiven(alias=Alias("SE1", "iban"), currency="SEK", bank_account="b1")),
        NewFact("bankalias-5050105.SEK", BankAliasWithdrawn(bank_account="b1")),
    )
    book.when(other).then(BankAccountDeclared(account=other.account), replace(GIVEN, bank_account="b2"))


def test_the_opening_balance_is_posted_on_its_day_and_a_corrected_one_posts_the_difference() -> None:
    book = (
        Book()
        .given(DECLARE)
        .when(opening(-100_00))
        .then(NewFact("bankaccount-b1", opened(-100_00, posted_minor=-100_00), AS_OF))
    )
    book.when(opening(-100_00)).nothing_new()
    book.when(opening(50_00, source="letter")).then(opened(50_00, posted_minor=150_00, source="letter"))
    assert book.balances() == {"bank": 50_00, "opening": -50_00}
    book.given(with_account(name="Giro")).when(opening(50_00, source="letter")).nothing_new()


def opened(balance_minor: int, posted_minor: int, source: str = "statement") -> BankOpeningRecorded:
    return BankOpeningRecorded(
        bank_account="b1",
        as_of=AS_OF,
        balance_minor=balance_minor,
        posted_minor=posted_minor,
        currency="SEK",
        source=source,
    )


@pytest.mark.parametrize(
    ("taken", "free"), [((), "1930"), (("1930", "1932"), "1931"), (("1940",), "1930"), (LEDGER_ACCOUNTS, None)]
)
def test_a_new_account_gets_the_first_ledger_account_that_is_free(taken: tuple[str, ...], free: str | None) -> None:
    assert free_ledger_account(taken) == free


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "bank_account_already_declared": ((DECLARE,), with_account(currency="EUR")),
    "bank_account_undeclared": ((), opening(1)),
    "bank_account_without_number": ((), with_account(aliases=())),
    "bank_number_taken": ((DECLARE,), with_account(bank_account="b2")),
    "bank_opening_of_other_day": ((DECLARE, opening(1)), opening(1, as_of=date(2024, 7, 1))),
    "ledger_account_not_of_banks": ((), with_account(ledger_account="1510")),
}
