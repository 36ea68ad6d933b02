"""The state of a refund: what of it the bank has paid, at once or in parts that a person named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.reclassification import ReclassifyAsRefund, ReclassifyMovement
from ledger.domain.cash.refund_movement import BookRefundMovement
from tests.kit.book import Ask
from tests.ledger.domain.cash.test_refund import FAIL, SEND
from tests.ledger.domain.cash.test_refund_movement import approved, booked, line, refund_of

TWO = (line("one", -20_00), line("two", -40_00))


def named(asked: BookRefundMovement) -> tuple[Ask, ...]:
    """A line that waits in suspense, and that a person says of it that it paid the refund."""
    wait = ClassifyMovement(part_id=asked.part_id, line=asked.line, role="bank_suspense", rule="debit_unexplained")
    return wait, ReclassifyAsRefund(part_id=asked.part_id, refund_id="f", reason_code="PARTS")


@pytest.mark.parametrize("before", [(), (SEND,)])
def test_a_refund_that_a_person_says_was_paid_in_parts_is_settled_with_the_last(before: tuple[Ask, ...]) -> None:
    book = approved().given(*before, *named(TWO[0]))
    refund = refund_of(book)
    assert (refund.status, refund.paid_minor, refund.paid, refund.transit.latest) == ("sent", 20_00, False, 40_00)
    book.when(FAIL).refused("refund_paid")
    # What is left to pay is certain again by its amount.
    book.given(TWO[1])
    refund = refund_of(book)
    assert (refund.status, refund.paid, refund.transit.latest) == ("settled", True, 0)
    assert book.balances().keys() & {"cash_in_transit", "refunds_payable", "bank_suspense"} == set()


@pytest.mark.parametrize("minor", [-20_00, -39_99, -40_01, -60_00])
def test_no_other_amount_than_what_is_left_to_pay_is_certain(minor: int) -> None:
    book = approved().given(SEND, *named(TWO[0]))
    asked = line("other", minor)
    book.when(asked).then(booked(asked, "refund_amount_differs", "bank_suspense"))


def test_more_than_what_is_left_to_pay_is_said_of_an_amount_of_the_line() -> None:
    wait, whole = named(line("more", -50_00))
    book = approved().given(SEND, *named(TWO[0]), wait).when(whole).refused("refund_amount_differs")
    assert isinstance(whole, ReclassifyAsRefund)
    book.given(replace(whole, amount_minor=40_00))
    assert (refund_of(book).status, book.balances()["bank_suspense"]) == ("settled", 10_00)


def test_a_part_that_was_something_else_is_to_be_paid_again() -> None:
    book = approved().given(SEND, *named(TWO[0]), TWO[1])
    book.given(ReclassifyMovement(part_id="one", role="suppliers", reason_code="X"))
    refund = refund_of(book)
    assert (refund.status, refund.settled, refund.paid_minor, refund.transit.latest) == ("sent", False, 40_00, 20_00)


def test_a_refund_that_had_failed_is_not_paid_in_parts() -> None:
    wait, part = named(TWO[0])
    approved().given(SEND, FAIL, wait).when(part).refused("refund_amount_differs")
