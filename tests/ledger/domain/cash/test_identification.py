"""Whose a receipt is: a person says so, or its allocations do, as long as they are in force."""

from __future__ import annotations

from msgspec.structs import replace

from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.identification import IdentifyReceipt, WithdrawIdentification
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import (
    AllocationReversed,
    IdentificationWithdrawn,
    ReceiptAllocated,
    ReceiptIdentified,
    payers_named,
)
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised
from tests.kit.care import BOOKED, allocate, invoice, open_clinic, receipt, reverse

WITHDRAW = WithdrawIdentification(receipt_id="r", reason_code="NOT_THEIRS")


def identify(account_id: str, receipt_id: str = "r") -> IdentifyReceipt:
    return IdentifyReceipt(receipt_id=receipt_id, account_id=account_id)


def payer_of(book: Book, receipt_id: str) -> str | None:
    state = book.states[f"receipt-{receipt_id}"]
    assert isinstance(state, Receipt)
    return state.account_id


def test_a_receipt_is_identified() -> None:
    fact = ReceiptIdentified(account_id="p1", method="manual", currency="SEK")
    book = open_clinic().given(receipt("r", 250_00)).when(identify("p1")).then(NewFact("receipt-r", fact, BOOKED))
    book.when(identify("p1")).nothing_new()


def test_it_may_be_identified_anew_while_nothing_is_allocated() -> None:
    book = open_clinic().given(receipt("r", 250_00), identify("p1"))
    assert payer_of(book.given(identify("p2")), "r") == "p2"


def test_it_is_not_identified_anew_while_something_is() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00), identify("p1"), allocate("r", "i1"))
    book.when(identify("p2")).refused("receipt_identified_otherwise")
    book.given(reverse("r"))
    assert payer_of(book.given(identify("p2")), "r") == "p2"


def test_the_rest_is_identified_whatever_was_allocated_before() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 300_00), allocate("r", "i1"))
    assert payer_of(book, "r") == "p1"
    assert payer_of(book.given(identify("p2")), "r") == "p2"


def test_who_got_the_rest_as_credit_is_no_other_than_who_is_identified() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 300_00), allocate("r", "i1", rest_to="p1"))
    book.when(identify("p2")).refused("receipt_identified_otherwise")


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


def test_who_gets_the_rest_is_its_payer_even_if_all_items_are_anothers() -> None:
    book = open_clinic().given(invoice("i1", payers={"p2": 250_00}), receipt("r", 300_00))
    book.given(allocate("r", "i1", rest_to="p1"))
    assert payer_of(book, "r") == "p1"


def test_what_a_person_said_is_not_changed_by_what_it_settles() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 250_00), identify("p2"), allocate("r", "i1"))
    assert payer_of(book, "r") == "p2"


def test_without_its_allocation_it_is_nobodys_again() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00), allocate("r", "i1"), reverse("r"))
    assert payer_of(book, "r") is None
    (*_, reversed_) = book.facts("receipt-r")
    assert isinstance(reversed_, AllocationReversed)
    assert reversed_.account_id is None


def test_money_for_another_payers_item_makes_it_nobodys_until_one_is_reversed() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2", payers={"p2": 250_00}), receipt("r", 100_00))
    book.given(allocate("r", ItemToPay("i1.1", 50_00)), allocate("r", "i2", allocation_id="second"))
    assert payer_of(book, "r") is None
    (*_, allocated) = book.facts("receipt-r")
    assert isinstance(allocated, ReceiptAllocated)
    assert allocated.account_id is None
    assert payer_of(book.given(reverse("r")), "r") == "p2"


def test_who_ever_was_its_payer_is_known_after_everything_was_undone() -> None:
    book = open_clinic().given(
        invoice("i1"), invoice("i2", payers={"p2": 250_00}), receipt("r", 250_00), receipt("s", 9)
    )
    assert payers_named(book.facts("receipt-r")) == set()
    shared = replace(allocate("r", "i2"), items=(ItemToPay("i2.1", 1_00),), credit_account="p1")
    book.given(shared, reverse("r", because="mistake"), identify("r1"), WITHDRAW)
    assert payer_of(book, "r") is None
    assert payers_named(book.facts("receipt-r")) == {"p1", "p2", "r1"}
    assert payers_named(book.facts("receipt-s")) == set()


def test_what_a_person_said_is_taken_back_with_a_reason_and_it_follows_its_allocations() -> None:
    book = open_clinic().given(invoice("i1"), receipt("r", 100_00), identify("p2"), allocate("r", "i1"))
    withdrawn = IdentificationWithdrawn(account_id="p1", reason_code="NOT_THEIRS", currency="SEK")
    book.when(WITHDRAW).then(NewFact("receipt-r", withdrawn, BOOKED))
    assert payer_of(book, "r") == "p1"
    book.when(WITHDRAW).refused("receipt_not_identified")
    book.when(replace(WITHDRAW, reason_code="")).refused("reason_missing")


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "receipt_identified_otherwise": ((identify("p1"), allocate("r", "i1")), identify("p2")),
    "receipt_not_identified": ((), WITHDRAW),
}
