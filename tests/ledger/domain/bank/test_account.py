"""Our own bank account: declared with numbers that no other account of its currency has; opened with a balance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from ledger.domain.bank.account import (
    BankAccountDeclared,
    BankOpeningRecorded,
    DeclareBankAccount,
    RecordBankOpening,
)
from ledger.domain.bank.alias import Alias, BankAliasGiven, BankAliasWithdrawn, alias_stream
from ledger.domain.bank.declaration import Feed
from ledger.domain.bank.ledger_account import LEDGER_ACCOUNTS
from ledger.domain.days import FIRST_DAY
from ledger.domain.fact import NewFact
from ledger.domain.terms.chart import Chart
from ledger.domain.terms.mapping_facts import AccountMapped, AccountMappingEnded, Dimension
from ledger.domain.terms.measured import MEASURED, Measured
from tests.kit.book import DAY, Book, Raised
from tests.kit.care import bank_account
from tests.kit.currencies import keeping

AS_OF = date(2024, 6, 30)
GIRO = Alias("5050109", "bankgiro")
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
        .then(
            NewFact("bankaccount-b1", BankAccountDeclared(account=ACCOUNT)),
            NewFact("bankalias-5050109.SEK", GIVEN),
            NewFact("mapping-bank", mapped("1930")),
        )
    )
    book.when(DECLARE).nothing_new()
    changed = with_account(feeds=(Feed("camt.053"), Feed("camt.054")))
    book.when(changed).then(BankAccountDeclared(account=changed.account))
    book.when(with_account(currency="EUR")).refused("bank_account_already_declared")


def test_declared_again_with_its_last_day_it_is_closed() -> None:
    closed = with_account(until_on=date(2024, 12, 31))
    book = Book().given(DECLARE)
    book.states[MEASURED] = Measured(last_days=(("b1", date(2024, 12, 31)), ("b2", date(2025, 1, 1))))
    book.when(closed).then(BankAccountDeclared(account=closed.account))
    book.when(closed).nothing_new()


def test_its_last_day_is_none_before_a_day_of_which_it_has_statements_or_money() -> None:
    closed = with_account(until_on=date(2024, 12, 31))
    Book().when(closed).then(
        BankAccountDeclared(account=closed.account), NewFact("bankalias-5050109.SEK", GIVEN), mapped("1930")
    )
    book = Book().given(DECLARE)
    book.when(closed).refused("bank_account_open_later")
    book.states[MEASURED] = Measured(last_days=(("b1", date(2025, 1, 1)),))
    book.when(closed).refused("bank_account_open_later")
    later = with_account(until_on=date(2025, 1, 1))
    book.given(later).when(closed).refused("bank_account_open_later")
    # What else is said of an account that is closed asks for no day again.
    book.states[MEASURED] = Measured(last_days=(("b1", date(2025, 2, 1)),))
    renamed = with_account(until_on=date(2025, 1, 1), name="Giro")
    book.when(renamed).then(BankAccountDeclared(account=renamed.account))


def test_one_number_in_two_currencies_is_two_accounts() -> None:
    euros = with_account(bank_account="b2", currency="EUR")
    book = Book().given(DECLARE)
    book.when(euros).refused("currency_not_kept")
    book.given(keeping("EUR")).when(euros).then(
        BankAccountDeclared(account=euros.account),
        replace(GIVEN, currency="EUR", bank_account="b2"),
        mapped("1931", "b2"),
    )


def test_a_number_moves_to_another_account_once_it_was_withdrawn() -> None:
    number = Alias("SE4550000000058398257466", "iban")
    iban, other = with_account(aliases=(number,)), with_account(bank_account="b2")
    book = Book().given(DECLARE).when(other).refused("bank_number_taken")
    book.when(iban).then(
        BankAccountDeclared(account=iban.account),
        NewFact(alias_stream(number, "SEK"), BankAliasGiven(alias=number, currency="SEK", bank_account="b1")),
        NewFact("bankalias-5050109.SEK", BankAliasWithdrawn(bank_account="b1")),
    )
    book.when(other).then(
        BankAccountDeclared(account=other.account), replace(GIVEN, bank_account="b2"), mapped("1931", "b2")
    )


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
    corrected = book.when(opening(70_00, source="letter")).then(opened(70_00, posted_minor=20_00, source="letter"))
    assert corrected.balances() == {"bank": 70_00, "opening": -70_00}
    book.given(opening(50_00, source="letter"))
    book.given(with_account(name="Giro")).when(opening(50_00, source="letter")).nothing_new()


def test_the_day_of_the_opening_balance_is_corrected_until_a_file_is_loaded() -> None:
    book, other = Book().given(DECLARE, opening(100_00)), date(2024, 7, 1)
    book.when(opening(90_00, as_of=other)).refused("bank_opening_of_other_day")
    book.states[MEASURED] = Measured(loaded_accounts=("b1",))
    book.when(opening(90_00, as_of=other)).refused("bank_opening_of_other_day")
    book.states[MEASURED] = Measured(loaded_accounts=("b2",))
    book.when(opening(90_00, as_of=other)).then(
        NewFact("bankaccount-b1", opened(0, posted_minor=-100_00), AS_OF),
        NewFact("bankaccount-b1", replace(opened(90_00, posted_minor=90_00), as_of=other), other),
    )
    assert book.balances() == {"bank": 90_00, "opening": -90_00}
    book.when(opening(90_00, as_of=other)).nothing_new()


def opened(balance_minor: int, posted_minor: int, source: str = "statement") -> BankOpeningRecorded:
    return BankOpeningRecorded(
        bank_account="b1",
        as_of=AS_OF,
        balance_minor=balance_minor,
        posted_minor=posted_minor,
        currency="SEK",
        source=source,
    )


def mapped(account: str, bank_account: str = "b1", from_on: date = FIRST_DAY, **said: Any) -> AccountMapped:
    about: dict[str, Any] = {"name": "b1", "until_on": None, "source": f"bank account {bank_account}"} | said
    dimensions = (Dimension("bank_account", bank_account),)
    return AccountMapped(role="bank", dimensions=dimensions, account=account, from_on=from_on, confirmed=True, **about)


def accounts(book: Book, *ids: str, on: date = DAY) -> list[str]:
    """The ledger account of each bank account on a day."""
    return [Chart(book.states).account("bank", on, bank_account=id, currency="SEK") for id in ids]


def other(id: str, ledger_account: str | None = None) -> DeclareBankAccount:
    return DeclareBankAccount(account=bank_account(id, "SEK", "camt.053"), ledger_account=ledger_account)


def test_a_new_account_gets_the_first_ledger_account_that_is_free() -> None:
    book = Book().given(other("b1", "1931"), other("b2"), other("b3"), other("b4"))
    assert accounts(book, "b1", "b2", "b3", "b4") == ["1931", "1930", "1932", "1933"]


def test_a_ledger_account_that_a_bank_account_had_is_not_given_to_another() -> None:
    book = Book().given(other("b1"), other("b1", "1935"), other("b2"))
    assert accounts(book, "b1", "b2") == ["1935", "1931"]


def test_another_ledger_account_counts_from_the_declaration_on_and_leaves_what_was_booked() -> None:
    book = Book().given(other("b1")).when(other("b1", "1935"))
    before = AccountMappingEnded(
        role="bank", dimensions=mapped("1930").dimensions, from_on=FIRST_DAY, until_on=DAY - timedelta(days=1)
    )
    book = book.then(before, mapped("1935", from_on=DAY))
    assert accounts(book, "b1", on=DAY - timedelta(days=1)) == ["1930"]
    assert accounts(book, "b1") == ["1935"]
    book.when(other("b1", "1935")).nothing_new()
    book.when(other("b1")).nothing_new()


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
def test_the_first_day_of_an_account_and_of_its_files_is_not_after_the_last() -> None:
    first, last = date(2024, 7, 2), date(2024, 7, 1)
    Book().when(with_account(from_on=first, until_on=last)).refused("bank_account_days_reversed")
    Book().when(with_account(feeds=(Feed("camt.053", first, last),))).refused("bank_account_days_reversed")
    Book().given(with_account(from_on=last, until_on=last, feeds=(Feed("camt.053", last, last),)))


def test_no_opening_balance_is_given_of_days_that_a_statement_has() -> None:
    book = Book().given(DECLARE)
    book.states[MEASURED] = Measured(loaded_accounts=("b1",), first_days=(("b1", AS_OF),))
    book.when(opening(1)).refused("bank_opening_after_statement")
    book.given(opening(1, as_of=AS_OF - timedelta(days=1)))


RAISED: Raised = {
    "bank_account_already_declared": ((DECLARE,), with_account(currency="EUR")),
    "bank_account_days_reversed": ((), with_account(from_on=date(2024, 7, 2), until_on=date(2024, 7, 1))),
    "bank_account_open_later": ((DECLARE,), with_account(until_on=DAY)),
    "bank_account_undeclared": ((), opening(1)),
    "bank_account_without_number": ((), with_account(aliases=())),
    "bank_number_taken": ((DECLARE,), with_account(bank_account="b2")),
    "bank_opening_after_statement": ((with_account(bank_account="b9"),), replace(opening(1), bank_account="b9")),
    "bank_opening_of_other_day": ((DECLARE, opening(1)), opening(1, as_of=date(2024, 7, 1))),
    "ledger_account_missing": (
        tuple(other(f"n{number}", number) for number in LEDGER_ACCOUNTS),
        other("last"),
    ),
}
