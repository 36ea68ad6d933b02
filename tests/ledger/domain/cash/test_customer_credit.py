"""Customer credit used: on items of its own account, never more than there is or is open, nor before the item arose."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.cash.customer_credit import ApplyCredit, ReleaseCredit
from ledger.domain.fact import NewFact
from ledger.domain.receivables.credit_facts import CustomerCreditApplied
from ledger.domain.receivables.item_facts import ItemAllocated
from tests.kit.book import DAY, Book, Raised, on
from tests.kit.care import allocate, invoice, item_id, open_clinic, receipt, request_refund
from tests.kit.currencies import keeping


def overpaid() -> Book:
    """Patient p1 has 50.00 of customer credit and owes 250.00 on invoice i2."""
    return open_clinic().given(invoice("i1"), invoice("i2"), receipt("r", 300_00), allocate("r", "i1", rest_to="p1"))


def apply_credit(amount_minor: int, account_id: str = "p1", item: str = "i2") -> ApplyCredit:
    return ApplyCredit(allocation_id="a2", account_id=account_id, item_id=item_id(item), amount_minor=amount_minor)


def test_customer_credit_is_used_on_an_item() -> None:
    used = CustomerCreditApplied(
        allocation_id="a2", item_id="i2.1", amount_minor=30_00, currency="SEK", ar_role="ar_patient"
    )
    applied = ItemAllocated(allocation_id="a2", document="account-p1", amount_minor=30_00, currency="SEK")
    book = (
        overpaid().when(apply_credit(30_00)).then(NewFact("account-p1", used, DAY), NewFact("item-i2.1", applied, DAY))
    )
    assert book.balances()["customer_credit"] == -20_00
    assert book.balances()["ar_patient"] == 220_00


def test_it_is_effective_on_the_day_it_is_used_but_not_before_the_item_arose() -> None:
    arose = date(2024, 8, 1)
    book = overpaid().given(invoice("later", issued_on=arose, due_on=date(2024, 8, 31)))
    early = on(date(2024, 7, 20), apply_credit(10_00, item="later"))
    assert {new.on for new in book.do(early)} == {arose}
    later = replace(apply_credit(10_00, item="later"), allocation_id="a3")
    assert {new.on for new in book.do(on(date(2024, 8, 5), later))} == {date(2024, 8, 5)}


def test_no_more_credit_is_used_than_there_is() -> None:
    overpaid().when(apply_credit(50_01)).refused("amount_exceeds_credit")


def test_without_an_amount_what_a_refund_has_reserved_is_not_used() -> None:
    reserved = overpaid().given(request_refund("f", 20_00))
    (used, _) = reserved.do(replace(apply_credit(1), amount_minor=None))
    assert used.fact.amount_minor == 30_00
    reserved.when(ApplyCredit(allocation_id="a3", account_id="p1", item_id=item_id("i2"))).refused(
        "amount_exceeds_credit"
    )


def test_no_more_credit_is_used_than_is_open() -> None:
    overpaid().when(apply_credit(1, item="i1")).refused("amount_exceeds_balance")


def test_credit_settles_items_of_its_own_account_only() -> None:
    overpaid().given(invoice("i3", payers={"p2": 250_00})).when(apply_credit(10_00, item="i3")).refused(
        "account_differs"
    )


def test_credit_in_one_currency_settles_nothing_in_another() -> None:
    overpaid().given(keeping("EUR"), invoice("i3", currency="EUR")).when(apply_credit(10_00, item="i3")).refused(
        "amount_exceeds_credit"
    )


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_credit_is_used_by_amounts_above_zero(amount_minor: int) -> None:
    overpaid().when(apply_credit(amount_minor)).refused("amount_not_positive")


def test_an_unknown_account_or_item_is_refused() -> None:
    overpaid().when(apply_credit(1, account_id="nobody")).refused("account_not_open")
    overpaid().when(apply_credit(1, item="i9")).refused("item_unknown")


APPLY_CREDIT = ApplyCredit(allocation_id="a", account_id="p1", item_id="i1.1", amount_minor=1)
# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "credit_not_applied": ((), ReleaseCredit(allocation_id="a", account_id="p1")),
    "account_differs": ((allocate("r", rest_to="p2"),), replace(APPLY_CREDIT, account_id="p2")),
}
