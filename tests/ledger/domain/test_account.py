"""The payer's account: opened once under a random id, and the customer credit it holds."""

from __future__ import annotations

import pytest

from ledger.domain.account import AccountOpened, CustomerCreditApplied, OpenAccount, is_personal_number
from ledger.domain.cash_application import ApplyCredit
from ledger.domain.fact import NewFact
from ledger.domain.invoice import AllocationApplied
from tests.kit.book import Book
from tests.kit.care import allocate, invoice, open_account, open_clinic, receipt


def test_an_account_is_opened() -> None:
    opened = AccountOpened(account_id="p9", payer="guardian")
    Book().when(open_account("p9", "guardian")).then(NewFact("account-p9", opened))


def test_opening_it_again_is_nothing_new() -> None:
    Book().given(open_account("p9")).when(open_account("p9")).nothing_new()


def test_opening_it_for_another_kind_of_payer_is_refused() -> None:
    Book().given(open_account("p9")).when(open_account("p9", "region")).refused("account_already_open")


@pytest.mark.parametrize(
    "account_id",
    [
        "8803200016",
        "880320-0016",
        "198803200016",
        "19880320-0016",
        pytest.param("8803800013", id="coordination number: day of birth + 60"),
        pytest.param("0002290013", id="a leap day, whatever the century"),
    ],
)
def test_a_personal_number_is_no_account_id(account_id: str) -> None:
    assert is_personal_number(account_id)
    Book().when(OpenAccount(account_id=account_id, payer="patient")).refused("id_is_personal_number")


@pytest.mark.parametrize(
    "account_id",
    [
        pytest.param("8803200017", id="wrong check digit"),
        pytest.param("8813200014", id="no such month"),
        pytest.param("8803320013", id="no such day"),
        pytest.param("1988032000160", id="too long"),
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_any_other_number_may_be_one(account_id: str) -> None:
    assert not is_personal_number(account_id)
    Book().when(OpenAccount(account_id=account_id, payer="patient")).then(
        AccountOpened(account_id=account_id, payer="patient")
    )


@pytest.mark.parametrize("account_id", ["", "-p", "å", "p 1", "p/1", "p" * 65, "p\n"])
def test_a_malformed_id_is_refused(account_id: str) -> None:
    Book().when(OpenAccount(account_id=account_id, payer="patient")).refused("id_malformed")


def overpaid() -> Book:
    """Patient p1 has 50.00 of customer credit and owes 250.00 on invoice i2."""
    return open_clinic().given(invoice("i1"), invoice("i2"), receipt("r", 300_00), allocate("r", "i1", rest_to="p1"))


def apply_credit(amount_minor: int, account_id: str = "p1", invoice_id: str = "i2") -> ApplyCredit:
    return ApplyCredit(allocation_id="a2", account_id=account_id, invoice_id=invoice_id, amount_minor=amount_minor)


def test_customer_credit_is_used_on_an_item() -> None:
    used = CustomerCreditApplied(
        allocation_id="a2", invoice_id="i2", share=1, amount_minor=30_00, currency="SEK", ar_role="ar_patient"
    )
    applied = AllocationApplied(
        allocation_id="a2", source="account-p1", account_id="p1", share=1, amount_minor=30_00, currency="SEK"
    )
    book = overpaid().when(apply_credit(30_00)).then(NewFact("account-p1", used), NewFact("invoice-i2", applied))
    assert book.balances()["customer_credit"] == -20_00
    assert book.balances()["ar_patient"] == 220_00


def test_no_more_credit_is_used_than_there_is() -> None:
    overpaid().when(apply_credit(50_01)).refused("amount_exceeds_credit")


def test_no_more_credit_is_used_than_is_open() -> None:
    overpaid().when(apply_credit(1, invoice_id="i1")).refused("amount_exceeds_balance")


def test_credit_settles_items_of_its_own_account_only() -> None:
    overpaid().given(invoice("i3", shares={"p2": 250_00})).when(apply_credit(10_00, invoice_id="i3")).refused(
        "account_differs"
    )


def test_credit_in_one_currency_settles_nothing_in_another() -> None:
    overpaid().given(invoice("i3", currency="EUR")).when(apply_credit(10_00, invoice_id="i3")).refused(
        "amount_exceeds_credit"
    )


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_credit_is_used_by_amounts_above_zero(amount_minor: int) -> None:
    overpaid().when(apply_credit(amount_minor)).refused("amount_not_positive")
