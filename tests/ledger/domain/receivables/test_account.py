"""The payer's account: opened once under a random id."""

from __future__ import annotations

import pytest

from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import AccountOpened, OpenAccount
from tests.kit.book import Book, Raised
from tests.kit.care import invoice, open_account
from tests.ledger.domain.cash.test_customer_credit import APPLY_CREDIT


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
        pytest.param("8803200017", id="wrong check digit"),
        pytest.param("8813200014", id="no such month"),
        pytest.param("8803320013", id="no such day"),
        pytest.param("1988032000160", id="too long"),
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_any_other_number_may_be_one(account_id: str) -> None:
    Book().when(OpenAccount(account_id=account_id, payer="patient")).then(
        AccountOpened(account_id=account_id, payer="patient")
    )


@pytest.mark.parametrize("account_id", ["", "-p", "å", "p 1", "p/1", "p" * 65, "p\n"])
def test_a_malformed_id_is_refused(account_id: str) -> None:
    Book().when(OpenAccount(account_id=account_id, payer="patient")).refused("id_malformed")


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "account_already_open": ((), open_account("p1", "region")),
    "account_not_open": ((), invoice("i2", payers={"nobody": 250_00})),
    "amount_exceeds_credit": ((), APPLY_CREDIT),
}
