"""The receipt: recorded once whatever file it comes in, and identified as somebody's."""

from __future__ import annotations

import msgspec
import pytest

from ledger.domain.cash.receipt import IdentifyReceipt, Receipt, RecordReceipt
from ledger.domain.cash.receipt_facts import ReceiptIdentified, ReceiptRecorded
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised
from tests.kit.care import BOOKED, allocate, invoice, open_clinic, payment, receipt, reverse


def identify(account_id: str, receipt_id: str = "r") -> IdentifyReceipt:
    return IdentifyReceipt(receipt_id=receipt_id, account_id=account_id)


def payer_of(book: Book, receipt_id: str) -> str | None:
    state = book.states[f"receipt-{receipt_id}"]
    assert isinstance(state, Receipt)
    return state.account_id


def test_a_receipt_is_recorded_and_is_unallocated() -> None:
    recorded = ReceiptRecorded(receipt_id="r", payment=payment(250_00, line_key="line-r", file="file-1"))
    book = Book().when(receipt("r", 250_00, file="file-1")).then(NewFact("receipt-r", recorded, BOOKED))
    assert book.balances() == {"bank": 250_00, "unallocated": -250_00}


def test_the_same_line_in_another_file_is_nothing_new() -> None:
    Book().given(receipt("r", 250_00, file="file-1")).when(receipt("r", 250_00, file="file-2")).nothing_new()


def test_the_same_receipt_by_hand_twice_is_nothing_new() -> None:
    by_hand = RecordReceipt(receipt_id="r", payment=payment(250_00))
    Book().given(by_hand).when(by_hand).nothing_new()


@pytest.mark.parametrize(
    "other", [receipt("r", 250_01), receipt("r", 250_00, "EUR"), receipt("r", 250_00, line_key="another")]
)
def test_the_same_id_with_other_content_is_refused(other: msgspec.Struct) -> None:
    Book().given(receipt("r", 250_00)).when(other).refused("fact_already_recorded")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_a_receipt_is_above_zero(amount_minor: int) -> None:
    Book().when(receipt("r", amount_minor)).refused("amount_not_positive")


def test_a_receipt_is_identified() -> None:
    fact = ReceiptIdentified(account_id="p1", method="manual", currency="SEK")
    book = open_clinic().given(receipt("r", 250_00)).when(identify("p1")).then(NewFact("receipt-r", fact))
    book.when(identify("p1")).nothing_new()


def test_it_may_be_identified_anew_while_nothing_is_allocated() -> None:
    book = open_clinic().given(receipt("r", 250_00), identify("p1"))
    assert payer_of(book.given(identify("p2")), "r") == "p2"


def test_it_is_not_identified_anew_while_something_is() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00), allocate("r", "i1"))
    book.when(identify("p2")).refused("receipt_identified_otherwise")
    book.given(reverse("r"))
    assert payer_of(book.given(identify("p2")), "r") == "p2"


def test_an_unknown_receipt_or_account_is_refused() -> None:
    open_clinic().when(identify("p1")).refused("receipt_unknown")
    open_clinic().given(receipt("r", 250_00)).when(identify("nobody")).refused("account_not_open")


def test_the_item_it_settles_names_its_payer() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00), allocate("r", "i1"))
    assert payer_of(book, "r") == "p1"


def test_items_of_two_payers_name_nobody() -> None:
    two = invoice("i1", payers={"p1": 100_00, "p2": 150_00})
    book = open_clinic().given(two, receipt("r", 250_00), allocate("r", "i1.1", "i1.2"))
    assert payer_of(book, "r") is None


def test_who_gets_the_rest_is_its_payer() -> None:
    two = invoice("i1", payers={"p1": 100_00, "p2": 150_00})
    book = open_clinic().given(two, receipt("r", 300_00))
    assert payer_of(book.given(allocate("r", "i1.1", "i1.2", rest_to="p2")), "r") == "p2"


def test_what_a_person_said_is_not_changed_by_what_it_settles() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 250_00), identify("p2"), allocate("r", "i1"))
    assert payer_of(book, "r") == "p2"


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "receipt_identified_otherwise": (
        (allocate("r", "i1"),),
        IdentifyReceipt(receipt_id="r", account_id="p2"),
    ),
    "receipt_unknown": ((), allocate("r2", "i1")),
}
