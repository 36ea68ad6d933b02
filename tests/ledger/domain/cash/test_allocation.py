"""Cash application: full, partial, over- and duplicate payment, one receipt over many items, and all of it back."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.cash.allocation import MOST_TARGETS, ItemToPay
from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import ReceiptAllocated, Target
from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import Account, CustomerCreditCreated
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemAllocated
from tests.kit.book import Book, Raised, on
from tests.kit.care import (
    BOOKED,
    allocate,
    approve_write_off,
    invoice,
    item_id,
    line,
    open_clinic,
    receipt,
    request_write_off,
    reverse,
)
from tests.kit.currencies import keeping

LATER = date(2024, 11, 25)
TARGET = Target("i1.1", "p1", 250_00, "ar_patient")


def open_on(book: Book, item: str) -> int:
    state = book.states[f"item-{item_id(item)}"]
    assert isinstance(state, Item)
    return state.open_minor


def unallocated(book: Book, receipt_id: str = "r") -> int:
    state = book.states[f"receipt-{receipt_id}"]
    assert isinstance(state, Receipt)
    return state.unallocated_minor


def unallocated_on(book: Book, day: date) -> int:
    state = book.states["receipt-r"]
    assert isinstance(state, Receipt)
    return state.balance.on(day)


def customer_credit(book: Book, account_id: str = "p1") -> int:
    state = book.states[f"account-{account_id}"]
    assert isinstance(state, Account)
    return state.credit_in("SEK").latest


def billed(amount_minor: int) -> Book:
    """Patient p1 owes 250.00 on i1; a receipt has come in."""
    return open_clinic().given(invoice("i1"), receipt("r", amount_minor))


APPLIED = ItemAllocated(allocation_id="a-r", document="receipt-r", amount_minor=250_00, currency="SEK")


def allocated(credit_minor: int = 0, credit_account: str | None = None) -> ReceiptAllocated:
    return ReceiptAllocated(
        allocation_id="a-r",
        account_id="p1",
        request_id=None,
        currency="SEK",
        targets=(TARGET,),
        credit_minor=credit_minor,
        credit_account=credit_account,
        rule="manual",
    )


def test_a_receipt_settles_an_item() -> None:
    book = (
        billed(250_00)
        .when(allocate("r", "i1"))
        .then(NewFact("receipt-r", allocated(), BOOKED), NewFact("item-i1.1", APPLIED, BOOKED))
    )
    assert (open_on(book, "i1"), unallocated(book)) == (0, 0)
    assert book.balances() == {"bank": 250_00, "revenue": -250_00}


def test_a_partial_payment_leaves_the_rest_open() -> None:
    book = billed(100_00).given(allocate("r", "i1"))
    assert (open_on(book, "i1"), unallocated(book)) == (150_00, 0)


def test_an_overpayment_becomes_customer_credit_of_the_payer() -> None:
    created = CustomerCreditCreated(amount_minor=50_00, currency="SEK", document="receipt-r")
    book = (
        billed(300_00)
        .when(allocate("r", "i1", rest_to="p1"))
        .then(
            NewFact("receipt-r", allocated(50_00, "p1"), BOOKED),
            NewFact("item-i1.1", APPLIED, BOOKED),
            NewFact("account-p1", created, BOOKED),
        )
    )
    assert book.balances() == {"bank": 300_00, "revenue": -250_00, "customer_credit": -50_00}


def test_an_overpayment_stays_on_the_receipt_where_no_account_gets_it() -> None:
    book = billed(300_00).given(allocate("r", "i1"))
    assert (unallocated(book), customer_credit(book)) == (50_00, 0)


def test_a_second_payment_of_a_paid_item_becomes_customer_credit() -> None:
    book = billed(250_00).given(allocate("r", "i1"), receipt("again", 250_00), allocate("again", "i1", rest_to="p1"))
    assert (unallocated(book, "again"), customer_credit(book), open_on(book, "i1")) == (0, 250_00, 0)


def test_the_first_payment_too_large_and_the_second_too_small() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2"), receipt("r", 600_00))
    book.given(allocate("r", "i1", "i2", rest_to="p1"))
    assert (open_on(book, "i1"), open_on(book, "i2"), customer_credit(book)) == (0, 0, 100_00)


def test_a_receipt_is_spent_in_the_order_given() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2"), receipt("r", 300_00), allocate("r", "i2", "i1"))
    assert (open_on(book, "i2"), open_on(book, "i1")) == (0, 200_00)


def test_a_receipt_is_applied_in_several_steps() -> None:
    book = billed(250_00).given(
        allocate("r", ItemToPay("i1.1", 100_00)), allocate("r", ItemToPay("i1.1", 150_00), allocation_id="a2")
    )
    assert (open_on(book, "i1"), unallocated(book)) == (0, 0)


def test_one_item_named_twice_is_never_applied_more_than_it_is_open() -> None:
    both = allocate("r", ItemToPay("i1.1", 200_00), ItemToPay("i1.1", 50_01))
    billed(400_00).when(both).refused("amount_exceeds_balance")
    book = billed(400_00).given(allocate("r", ItemToPay("i1.1", 200_00), ItemToPay("i1.1")))
    assert (open_on(book, "i1"), unallocated(book)) == (0, 150_00)


@pytest.mark.parametrize("count", [1, 2, MOST_TARGETS])
def test_one_receipt_settles_many_invoices_in_one_step(count: int) -> None:
    names = [f"i{number}" for number in range(count)]
    book = open_clinic().given(*(invoice(name, line(1, 10_00)) for name in names), receipt("r", count * 10_00))
    decision = book.do(allocate("r", *names))
    assert sum(isinstance(new.fact, ItemAllocated) for new in decision) == count
    assert all(open_on(book, name) == 0 for name in names)
    assert book.balances() == {"bank": count * 10_00, "revenue": -count * 10_00}
    book.given(reverse("r"))
    assert all(open_on(book, name) == 10_00 for name in names)
    assert unallocated(book) == count * 10_00


def test_more_than_two_hundred_are_a_remittance() -> None:
    billed(250_00).when(allocate("r", *(["i1"] * (MOST_TARGETS + 1)))).refused("too_many_targets")


def test_all_of_a_receipt_may_be_kept_as_credit() -> None:
    assert customer_credit(billed(250_00).given(allocate("r", rest_to="p2")), "p2") == 250_00


def test_the_same_allocation_again_is_nothing_new() -> None:
    billed(100_00).given(allocate("r", "i1")).when(allocate("r", "i1")).nothing_new()


def test_what_is_taken_back_asks_for_what_it_was_applied_to() -> None:
    command = reverse("r")
    assert command.streams() == ("receipt-r", "entity-terms")
    book = billed(300_00).given(allocate("r", "i1", rest_to="p1"))
    assert command.more(book.states) == ("item-i1.1", "account-p1")
    assert reverse("other").more(book.states) == ()


def test_an_allocation_is_effective_on_the_booking_day_whenever_it_is_found() -> None:
    book = billed(300_00)
    for day in (date(2024, 7, 1), BOOKED, date(2024, 12, 24)):
        assert {new.on for new in book.decide(on(day, allocate("r", "i1", rest_to="p1")))} == {BOOKED}


def test_each_item_is_paid_on_the_booking_day_but_not_before_it_arose() -> None:
    arose = date(2024, 7, 20)
    book = billed(600_00).given(invoice("later", issued_on=arose, due_on=date(2024, 8, 20)))
    decided = book.do(allocate("r", "later", "i1", rest_to="p1"))
    assert [(new.stream, new.on) for new in decided] == [
        ("receipt-r", BOOKED),
        ("item-i1.1", BOOKED),
        ("account-p1", BOOKED),
        ("receipt-r", arose),
        ("item-later.1", arose),
    ]
    assert unallocated_on(book, BOOKED) == 250_00
    assert unallocated_on(book, arose) == 0


def test_money_found_for_an_item_that_was_written_off_pays_it_when_it_is_open_again() -> None:
    book = billed(250_00).given(request_write_off("w", "i1"), approve_write_off("w"))
    book.given(on(LATER, ReverseWriteOff(write_off_id="w", reason_code="PAID")))
    assert {new.on for new in book.do(on(LATER, allocate("r", "i1")))} == {LATER}


def test_all_kept_as_credit_is_effective_on_the_booking_day() -> None:
    assert {new.on for new in billed(10_00).decide(allocate("r", rest_to="p1"))} == {BOOKED}


def test_the_rest_is_not_given_to_another_than_the_payer() -> None:
    book = billed(300_00).given(IdentifyReceipt(receipt_id="r", account_id="p2"))
    book.when(allocate("r", "i1", rest_to="p1")).refused("receipt_identified_otherwise")
    assert customer_credit(book.given(allocate("r", "i1", rest_to="p2")), "p2") == 50_00


@pytest.mark.parametrize(
    ("items", "rest_to", "code"),
    [
        ((ItemToPay("i1.1", 250_01),), None, "amount_exceeds_balance"),
        ((ItemToPay("i1.1", 100_00), ItemToPay("i2.1", 200_01)), None, "amount_exceeds_unallocated"),
        ((ItemToPay("i1.1", 0),), None, "amount_not_positive"),
        ((ItemToPay("i1.1", -1),), None, "amount_not_positive"),
        ((ItemToPay("i1.2"),), None, "item_unknown"),
        ((ItemToPay("nothing.1"),), None, "item_unknown"),
        ((ItemToPay("euro.1"),), None, "currency_differs"),
        ((), None, "targets_missing"),
        ((ItemToPay("paid.1"),), None, "item_not_open"),
        ((ItemToPay("i1.1"),), "nobody", "account_not_open"),
        ((ItemToPay("i/1"),), None, "id_malformed"),
    ],
)
def test_what_cannot_be_applied_is_refused(items: tuple[ItemToPay, ...], rest_to: str | None, code: str) -> None:
    euro = (keeping("EUR"), invoice("euro", currency="EUR"))
    book = billed(300_00).given(invoice("i2"), *euro, invoice("paid"), receipt("r2", 250_00), allocate("r2", "paid"))
    book.when(allocate("r", *items, rest_to=rest_to)).refused(code)


def test_one_payment_settles_two_requests_with_the_amounts_that_the_payer_said() -> None:
    book = billed(500_00).given(invoice("i2"))
    by_rule = {"rule": "a_rule"}
    book.given(allocate("r", request_id="i1.1", allocation_id="a", amount_minor=200_00, **by_rule))
    assert (open_on(book, "i1"), open_on(book, "i2"), unallocated(book)) == (50_00, 250_00, 300_00)
    book.given(allocate("r", request_id="i2.1", allocation_id="b", amount_minor=300_00, **by_rule))
    assert (open_on(book, "i2"), unallocated(book), customer_credit(book)) == (0, 0, 50_00)


def test_no_more_is_applied_than_the_receipt_has_left() -> None:
    book = billed(100_00)
    for amount, code in ((100_01, "amount_exceeds_unallocated"), (0, "amount_not_positive")):
        book.when(allocate("r", request_id="i1.1", amount_minor=amount)).refused(code)


def test_a_spent_receipt_settles_nothing_more() -> None:
    book = billed(100_00).given(allocate("r", "i1"))
    book.when(allocate("r", "i1", allocation_id="a2", rest_to="p1")).refused("amount_exceeds_unallocated")
    book.when(allocate("none", "i1")).refused("receipt_unknown")
    book.when(reverse("none")).refused("receipt_unknown")


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "amount_exceeds_unallocated": ((), allocate("r", ItemToPay("i1.1", 100_01))),
    "receipt_decided_by_hand": (
        (allocate("r", "i1"), reverse("r")),
        allocate("r", request_id="i1.1", allocation_id="a2", rule="a_rule"),
    ),
    "request_beside_items": ((), allocate("r", "i1", request_id="i1.1")),
    "targets_missing": ((), allocate("r")),
    "too_many_targets": ((), allocate("r", *(["i1"] * (MOST_TARGETS + 1)))),
}
