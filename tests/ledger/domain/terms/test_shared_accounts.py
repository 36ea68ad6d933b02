"""Ledger accounts with a balance that is compared with something have one role, in whatever order roles get them."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from msgspec.structs import replace

from ledger.domain.bank.account import DeclareBankAccount
from ledger.domain.chart_of_accounts import CHART
from ledger.domain.terms.chart import Chart
from ledger.domain.terms.shared_accounts import may_share, roles_apart
from tests.kit.book import Book
from tests.kit.care import declare_bank_account
from tests.ledger.domain.terms.test_mapping import EUROS, MIDDLE, NOVEMBER, day_before, put


def declared(id: str, ledger_account: str | None = None) -> DeclareBankAccount:
    return replace(declare_bank_account(id), ledger_account=ledger_account)


@pytest.mark.parametrize(
    ("role", "account"),
    [
        ("ar_patient", "1930"),
        ("customer_credit", "1510"),
        ("unallocated", "2999"),
        ("bank_fees", "2496"),
        ("refunds_payable", "2440"),
        ("bank_details", "3004"),
        ("cash_on_hand", "1930"),
        ("revenue", "2497"),
    ],
)
def test_an_account_with_a_balance_of_its_own_has_one_role(role: str, account: str) -> None:
    Book().when(put(account, MIDDLE, role=role)).refused("ledger_account_shared")
    Book().when(put(account, MIDDLE, None, EUROS, role=role)).refused("ledger_account_shared")


def test_roles_may_share_an_account_of_which_only_the_sum_is_told() -> None:
    Book().given(put("3004", MIDDLE, role="recovered_losses"), put("2440", MIDDLE, role="wages_payable"))
    # Both sum items of the sub-ledger.
    Book().given(put("1510", MIDDLE, role="ar_payer"))
    # Both have it in the standard chart.
    Book().given(put("2997", MIDDLE, role="recalls"), put("2997", MIDDLE, role="bank_difference"))


def test_an_account_is_free_on_the_days_on_which_the_other_role_has_another_one() -> None:
    book = Book().given(put("1512", NOVEMBER))
    book.when(put("1510", MIDDLE, role="customer_credit")).refused("ledger_account_shared")
    book.given(put("1510", NOVEMBER, role="customer_credit"))
    book = Book().given(put("2421", NOVEMBER, role="customer_credit"))
    book.when(put("2421", MIDDLE, None, EUROS)).refused("ledger_account_shared")
    book.given(put("2421", MIDDLE, day_before(NOVEMBER), EUROS))


def test_a_bank_account_and_a_role_meet_in_both_orders() -> None:
    book = Book().given(declared("b1", "1935"))
    book.when(put("1935", date(2030, 1, 1))).refused("ledger_account_shared")
    book = Book().given(put("1940", MIDDLE, role="cash_on_hand"))
    book.when(declared("b1", "1940")).refused("ledger_account_shared")
    book.when(declared("b1", "1910")).refused("ledger_account_shared")


def test_the_account_that_a_new_bank_account_gets_is_no_other_roles() -> None:
    book = Book().given(put("1931", MIDDLE, role="cash_on_hand"), declared("b1"), declared("b2"))
    chart = Chart(book.states)
    found = [chart.account("bank", MIDDLE, bank_account=id, currency="SEK") for id in ("b1", "b2")]
    assert found == ["1930", "1932"]


def test_the_standard_chart_itself_is_in_order() -> None:
    for one, other in combinations(CHART, 2):
        assert one.account != other.account or may_share(one.role, other.role)
    assert "ar_payer" not in roles_apart("ar_patient")
    assert set(roles_apart("revenue")) == {
        row.role for row in CHART if row.kind in ("control", "money", "clearing", "suspense", "details")
    }
    assert list(roles_apart("lottery")) == []
