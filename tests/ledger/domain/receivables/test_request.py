"""The payment request: one reference for some items in order, and money that quotes it settles them in that order."""

from __future__ import annotations

import pytest

from ledger.domain.cash.receipt_facts import ReceiptAllocated, Target
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditCreated
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemAllocated
from ledger.domain.receivables.request import PaymentRequested, Request, request_of
from ledger.domain.refusals import Refused
from tests.kit.book import Book, Raised, dated
from tests.kit.care import BOOKED, allocate, invoice, open_clinic, receipt
from tests.museum.examples import EXAMPLES


def billed(received: int) -> Book:
    """p1 owes 100.00 and p2 150.00 of an invoice; a payment has come in."""
    return open_clinic().given(invoice("i1", payers={"p1": 100_00, "p2": 150_00}), receipt("r", received))


def open_on(book: Book, item_id: str) -> int:
    state = book.states[f"item-{item_id}"]
    assert isinstance(state, Item)
    return state.open_minor


def bundled(book: Book) -> Book:
    """One letter asks p1 for two items, the newer one first."""
    asked = PaymentRequested(
        request_id="letter",
        document="invoice-i3",
        account_id="p1",
        reference="133",
        reference_kind="ocr",
        items=("i3.1", "i2.1"),
        pay_to=None,
    )
    book.given(invoice("i2"), invoice("i3"))
    book.append((NewFact("request-letter", asked),))
    return book


def test_money_with_its_reference_settles_its_items_and_no_other() -> None:
    allocated = ReceiptAllocated(
        allocation_id="a-r",
        account_id="p2",
        request_id="i1.2",
        currency="SEK",
        targets=(Target("i1.2", "p2", 150_00, "ar_patient"),),
        credit_minor=0,
        credit_account=None,
        rule="manual",
    )
    applied = ItemAllocated(allocation_id="a-r", document="receipt-r", amount_minor=150_00, currency="SEK")
    book = (
        billed(150_00)
        .when(allocate("r", request_id="i1.2"))
        .then(NewFact("receipt-r", allocated, BOOKED), NewFact("item-i1.2", applied, BOOKED))
    )
    assert (open_on(book, "i1.1"), open_on(book, "i1.2")) == (100_00, 0)


def test_what_is_beyond_its_items_is_credit_of_the_payer_it_asked() -> None:
    created = CustomerCreditCreated(amount_minor=30_00, currency="SEK", document="receipt-r")
    *_, new = billed(180_00).do(allocate("r", request_id="i1.2"))
    assert new == NewFact("account-p2", created, BOOKED)


def test_the_rest_may_be_given_to_another_account() -> None:
    *_, new = billed(180_00).do(allocate("r", request_id="i1.2", rest_to="p1"))
    assert new.stream == "account-p1"


def test_its_items_are_settled_in_its_order() -> None:
    book = bundled(open_clinic().given(receipt("r", 300_00))).given(allocate("r", request_id="letter"))
    assert (open_on(book, "i3.1"), open_on(book, "i2.1")) == (0, 200_00)


def test_an_item_that_is_settled_already_leaves_its_part_to_the_next() -> None:
    book = bundled(open_clinic().given(receipt("r", 250_00), receipt("s", 250_00)))
    book.given(allocate("r", "i3"), allocate("s", request_id="letter"))
    assert (open_on(book, "i3.1"), open_on(book, "i2.1")) == (0, 0)


def test_all_of_a_second_payment_with_the_reference_is_credit() -> None:
    book = billed(150_00).given(allocate("r", request_id="i1.2"), receipt("again", 150_00))
    _, new = book.do(allocate("again", request_id="i1.2"))
    assert new.fact == CustomerCreditCreated(amount_minor=150_00, currency="SEK", document="receipt-again")


def test_an_unknown_request_is_refused() -> None:
    billed(150_00).when(allocate("r", request_id="i1.3")).refused("request_unknown")
    with pytest.raises(Refused, match="request_unknown"):
        request_of({}, "i1.1")


def test_a_request_is_made_once() -> None:
    made = EXAMPLES["PaymentRequested"]
    state = CATALOGUE.remember("request-x", None, dated(made))
    assert isinstance(state, Request)
    assert state.requested == made
    with pytest.raises(AssertionError, match="made only once"):
        CATALOGUE.remember("request-x", state, dated(made))


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "request_unknown": ((), allocate("r", request_id="i1.2")),
}
