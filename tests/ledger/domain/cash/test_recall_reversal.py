"""A recall that was a mistake never was: the receipt has its money from the recall's days on, and the debit waits."""

from __future__ import annotations

from ledger.domain.bank.movement_facts import MovementUncleared
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.recall_reversal import ReverseRecall
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import RecallReversed
from ledger.domain.fact import NewFact
from ledger.domain.receivables.item import Item, item_of
from tests.kit.book import Book, Raised, on
from tests.kit.care import allocate, approve_refund, receipt, request_refund
from tests.ledger.domain.cash.test_allocation import open_on, unallocated
from tests.ledger.domain.cash.test_recall import (
    LATER,
    RECALLED,
    SEND,
    SUPPLIERS,
    SUSPENSE,
    TODAY,
    debit,
    paid,
    recall,
)

BACK = ReverseRecall(receipt_id="r", part_id="m", reason_code="NOT_TAKEN_BACK")


def taken_of(book: Book) -> Receipt:
    state = book.states["receipt-r"]
    assert isinstance(state, Receipt)
    return state


def test_the_receipt_has_its_money_from_the_banks_day_on_and_the_debit_waits_again() -> None:
    book = paid(250_00, allocate("r", "i1"), debit(250_00, "bank_suspense"), on(LATER, recall()))
    reversed_ = RecallReversed(
        part_id="m",
        account_id=None,
        amount_minor=250_00,
        currency="SEK",
        role="bank_suspense",
        reason_code="NOT_TAKEN_BACK",
    )
    waits = MovementUncleared(document="receipt-r", amount_minor=-250_00, currency="SEK")
    book.when(on(TODAY, BACK)).then(
        NewFact("receipt-r", reversed_, RECALLED, corrects=True),
        NewFact("movement-m", waits, RECALLED, corrects=True),
    )
    balances = book.balances()
    assert (balances["bank_suspense"], balances["unallocated"]) == (250_00, -250_00)
    # The item stays open until a person applies the money again, which is possible from the day of the recall on.
    assert open_on(book, "i1") == 250_00
    paid_again = book.do(on(TODAY, allocate("r", "i1", allocation_id="again")))
    assert ({new.on for new in paid_again}, open_on(book, "i1")) == ({RECALLED}, 0)
    book.when(on(TODAY, BACK)).nothing_new()


def test_the_debit_may_have_taken_another_receipt_back_or_nothing_at_all() -> None:
    book = paid(250_00, receipt("r2", 250_00), debit(250_00, "bank_suspense"), recall(), BACK)
    book.given(recall(receipt_id="r2"))
    assert unallocated(book) == 250_00
    # The same assignment can be made again, and taken back again.
    book = paid(250_00, debit(250_00, "bank_suspense"), recall(), BACK, recall(), BACK, SUPPLIERS)
    assert book.balances()["suppliers"] == 250_00
    assert (taken_of(book).recalled_minor, taken_of(book).with_us_minor) == (0, 250_00)


def test_each_part_of_a_recall_is_reversed_as_of_its_own_day() -> None:
    paid_out = (allocate("r", rest_to="p1"), request_refund("f", 100_00))
    book = paid(150_00, *paid_out, on(LATER, approve_refund("f")), debit(150_00), on(TODAY, recall()))
    taken = taken_of(book).recalled["m"]
    assert sum(amount for _, amount in taken) == 150_00
    back = [(new.on, new.fact.amount_minor) for new in book.do(BACK) if isinstance(new.fact, RecallReversed)]
    assert tuple(back) == taken
    assert taken_of(book).recalled == {"m": ()}


def test_what_was_paid_out_meanwhile_is_paid_by_the_money_again() -> None:
    """The recall of money that had left as a refund is owed as an item; the receipt's money can pay it."""
    book = paid(250_00, allocate("r", rest_to="p1"), request_refund("f", 250_00), approve_refund("f"), SEND)
    book.given(debit(250_00), on(TODAY, recall()), on(TODAY, BACK))
    (owed,) = (one for one in book.states.values() if isinstance(one, Item) and one.raised.kind == "recall")
    assert owed.open_minor == 250_00
    book.given(on(TODAY, allocate("r", ItemToPay(owed.raised.item_id), allocation_id="again")))
    assert (item_of(book.states, owed.raised.item_id).open_minor, unallocated(book)) == (0, 0)


def test_what_is_left_of_the_debit_comes_back_before_the_recall_does() -> None:
    book = paid(100_00, debit(250_00, "bank_suspense"), recall(), SUPPLIERS)
    book.when(BACK).refused("movement_rest_elsewhere")
    book.given(SUSPENSE, BACK)
    assert book.balances()["bank_suspense"] == 250_00


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "movement_rest_elsewhere": ((debit(250_00, "bank_suspense"), recall(), SUPPLIERS), BACK),
    "recall_unknown": ((debit(50_00),), BACK),
}
