"""A movement that was several things: an amount of it is a part of its own, and the rest stays where it is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ledger.domain.bank.movement_facts import MovementPartBegun, MovementSplit
from ledger.domain.cash.recall import RecallReceipt
from tests.kit.book import Book
from tests.kit.care import allocate, approve_refund, invoice, open_clinic, receipt, request_refund
from tests.ledger.domain.cash.test_reclassification import (
    IN,
    MOVED,
    OUT,
    TO_RECEIPT,
    TO_REFUND,
    TO_TAX,
    corrected,
    movement,
    movement_of,
)
from tests.ledger.domain.cash.test_refund import SEND, credited, requested
from tests.ledger.domain.cash.test_refund_movement import BACK, PAID, refund_of


def test_an_amount_of_a_movement_is_a_part_of_its_own_and_the_rest_stays() -> None:
    split = MovementSplit(into="out.1", amount_minor=-15_00, currency="SEK")
    line = replace(OUT.line, amount_minor=-15_00)
    begun = MovementPartBegun(
        part_id="out.1", split_from="out", line=line, role="bank_suspense", rule="debit_unexplained"
    )
    book = Book().given(OUT)
    book.when(replace(TO_TAX, amount_minor=15_00)).then(
        corrected("movement-out", split),
        corrected("movement-out.1", begun),
        corrected("movement-out.1", replace(MOVED, part_id="out.1", amount_minor=-15_00)),
    )
    assert book.balances() == {"bank": -60_00, "tax_account": 15_00, "bank_suspense": 45_00}
    assert (movement_of(book).left_minor, movement_of(book, "out.1").left_minor) == (-45_00, -15_00)
    # The bank's line in another file is still the same line, with the bank's amount.
    book.when(replace(OUT, line=replace(OUT.line, file="cd" * 32))).nothing_new()


def test_a_part_is_said_again_and_split_again_like_any_movement() -> None:
    of_part = replace(TO_TAX, part_id="out.1", role="suppliers")
    book = Book().given(OUT, replace(TO_TAX, amount_minor=15_00), replace(of_part, amount_minor=5_00))
    assert movement_of(book, "out.1.1").role == "suppliers"
    book.given(replace(TO_TAX, amount_minor=20_00), replace(of_part, role="bank_suspense"))
    assert (movement_of(book, "out.2").left_minor, movement_of(book, "out.1").role) == (-20_00, "bank_suspense")
    assert book.balances() == {"bank": -60_00, "suppliers": 5_00, "tax_account": 20_00, "bank_suspense": 35_00}
    book.given(replace(TO_TAX, role="wages_payable"))
    assert book.balances()["wages_payable"] == 25_00


def test_all_that_is_left_is_no_part() -> None:
    book = Book().given(OUT, replace(TO_TAX, amount_minor=60_00))
    assert (movement_of(book).role, movement_of(book).splits) == ("tax_account", 0)


def test_a_part_may_stay_where_it_is() -> None:
    Book().given(OUT).when(replace(TO_TAX, role="bank_suspense", amount_minor=15_00)).nothing_new()


def test_one_debit_that_paid_two_refunds_is_a_part_for_each() -> None:
    book = credited().given(movement("out", -100_00))
    for refund_id, amount in (("f", 60_00), ("g", 40_00)):
        book.given(request_refund(refund_id, amount), approve_refund(refund_id))
    book.given(replace(TO_REFUND, amount_minor=60_00), replace(TO_REFUND, refund_id="g"))
    assert (refund_of(book).movements, refund_of(book).status) == ({"out.1": -60_00}, "settled")
    assert (movement_of(book, "out.1").document, movement_of(book).document) == ("refund-f", "refund-g")
    assert book.balances() == {}


def test_a_part_becomes_a_receipt_with_the_parts_id() -> None:
    book = open_clinic().given(invoice("i1"), IN, replace(TO_RECEIPT, amount_minor=25_00))
    assert movement_of(book, "in").left_minor == 35_00
    book.given(allocate("in.1", "i1"), replace(TO_TAX, part_id="in"))
    assert book.balances() == {"ar_patient": 225_00, "revenue": -250_00, "bank": 60_00, "tax_account": -35_00}
    book.when(replace(TO_RECEIPT, part_id="in.1", amount_minor=5_00)).refused("movement_is_receipt")


def test_a_debit_takes_a_receipt_back_with_what_no_part_has() -> None:
    take = RecallReceipt(receipt_id="r", part_id="out", reason_code="AC06")
    book = open_clinic().given(receipt("r", 100_00), OUT, replace(TO_TAX, amount_minor=15_00), take)
    assert movement_of(book).left_minor == 0
    assert book.balances() == {"bank": 40_00, "tax_account": 15_00, "unallocated": -55_00}
    book.when(replace(TO_TAX, amount_minor=1)).refused("movement_recalled_receipt")
    # What was said of the part was wrong: the debit took that much back as well.
    book.given(replace(TO_TAX, part_id="out.1", role="bank_suspense"), replace(take, part_id="out.1"))
    assert book.balances() == {"bank": 40_00, "unallocated": -40_00}


@pytest.mark.parametrize(
    ("amount_minor", "code"),
    [(0, "amount_not_positive"), (-1, "amount_not_positive"), (60_01, "amount_exceeds_movement")],
)
def test_a_part_is_some_of_what_is_left(amount_minor: int, code: str) -> None:
    Book().given(OUT).when(replace(TO_TAX, amount_minor=amount_minor)).refused(code)


def test_a_movement_of_a_refund_is_divided_after_it_left_the_refund() -> None:
    book = requested().given(approve_refund("f"), SEND, PAID, BACK)
    some = replace(TO_TAX, part_id="back", amount_minor=10_00)
    book.when(some).refused("movement_of_refund")
    book.given(replace(TO_TAX, part_id="back", role="bank_suspense"), some)
    book.given(replace(TO_REFUND, part_id="back"))
    assert (refund_of(book).brought_back_minor, movement_of(book, "back.1").role) == (50_00, "tax_account")
