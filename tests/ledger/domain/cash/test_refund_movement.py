"""The bank's lines of a refund, before or after what people record: each clears the transit once, in any order."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import date
from itertools import permutations

import pytest
from msgspec.structs import replace

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, Movement
from ledger.domain.bank.movement_facts import MovementClassified
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.reclassification import ReclassifyAsRefund, ReclassifyMovement
from ledger.domain.cash.refund_facts import (
    RefundMovementAdded,
    RefundReturned,
    RefundSent,
    RefundSettled,
)
from ledger.domain.cash.refund_movement import BankView, BookRefundMovement
from ledger.domain.cash.refund_state import Refund
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditRestored
from ledger.domain.refusals import Refused
from tests.kit.book import DAY, Ask, Book, on
from tests.kit.care import approve_refund, request_refund
from tests.ledger.domain.cash.test_refund import CANCEL, FAIL, LATER, REJECT, RETURN, SEND, SETTLE, free, requested

BOOKED = date(2024, 7, 14)
BACK_ON = date(2024, 7, 18)


def line(part_id: str, amount_minor: int, booked_on: date = BOOKED) -> BookRefundMovement:
    """The bank's line of refund f."""
    said = BankLine(
        bank_account="b1",
        amount_minor=amount_minor,
        currency="SEK",
        booked_on=booked_on,
        line_key=f"line-{part_id}",
    )
    return BookRefundMovement(part_id=part_id, line=said, refund_id="f", bank_ref="B-1", return_reason=None)


PAID = line("paid", -60_00)
BACK = replace(line("back", 60_00, BACK_ON), return_reason="AC04")
PART_BACK = line("back", 20_00, BACK_ON)
ALL_BACK = line("back", 60_00, BACK_ON)
SAID_PAID = RefundMovementAdded(part_id="paid", amount_minor=-60_00, currency="SEK")
SAID_BACK = RefundMovementAdded(part_id="back", amount_minor=60_00, currency="SEK")
SENT = RefundSent(refund_id="f", amount_minor=60_00, currency="SEK", rail="bank_transfer", end_to_end_id="f")
RETURNED = RefundReturned(refund_id="f", amount_minor=60_00, currency="SEK", reason_code="AC04", part_id="back")
RESTORED = CustomerCreditRestored(refund_id="f", amount_minor=60_00, currency="SEK")


def refund_of(book: Book) -> Refund:
    refund = book.states["refund-f"]
    assert isinstance(refund, Refund)
    return refund


def approved() -> Book:
    return requested().given(approve_refund("f"))


def booked(command: BookRefundMovement, rule: str, role: str = "cash_in_transit") -> NewFact:
    document = "refund-f" if role == "cash_in_transit" else None
    fact = MovementClassified(part_id=command.part_id, line=command.line, role=role, rule=rule, document=document)
    return NewFact(f"movement-{command.part_id}", fact, command.line.booked_on)


# The payment


@pytest.mark.parametrize(
    ("before", "steps", "status"),
    [
        # Nobody has recorded that it was sent: the bank's word is enough.
        ((), (SENT, RefundSettled(bank_ref="B-1")), "settled"),
        ((SEND,), (RefundSettled(bank_ref="B-1"),), "settled"),
        ((SEND, SETTLE), (), "settled"),
        ((SEND, SETTLE, RETURN), (), "returned"),
    ],
)
def test_the_banks_line_shows_the_payment_whatever_people_have_recorded(
    before: tuple[Ask, ...], steps: tuple[RefundSent | RefundSettled, ...], status: str
) -> None:
    book = approved().given(*before)
    told = (NewFact("refund-f", step, BOOKED) for step in steps)
    book.when(PAID).then(booked(PAID, "refund_paid_by_bank"), NewFact("refund-f", SAID_PAID, BOOKED), *told)
    assert refund_of(book).status == status
    credit = 40_00 if status == "settled" else 100_00
    expected = {"bank": 40_00, "customer_credit": -credit, "cash_in_transit": credit - 40_00}
    assert book.balances() == {role: amount for role, amount in expected.items() if amount}


def test_the_line_counts_on_the_banks_day_and_no_step_before_the_last_one() -> None:
    book = requested().given(on(LATER, approve_refund("f")), on(LATER, SEND), PAID)
    assert [new.on for new in book.log[-3:]] == [BOOKED, BOOKED, LATER]
    assert [refund_of(book).transit.on(day) for day in (DAY, BOOKED, LATER)] == [0, -60_00, 0]


def test_a_line_that_comes_again_is_nothing_new() -> None:
    book = approved().given(SEND, PAID)
    book.when(replace(PAID, line=replace(PAID.line, file="another", raw_position="9"))).nothing_new()


@pytest.mark.parametrize("part", [None, PART_BACK, ALL_BACK])
def test_the_banks_payment_ends_a_failure_that_a_person_recorded(part: BookRefundMovement | None) -> None:
    book = approved().given(SEND, FAIL, *([] if part is None else [part]), PAID)
    back = 0 if part is None else part.line.amount_minor
    assert (refund_of(book).status, refund_of(book).returned_minor) == (
        "returned" if back == 60_00 else "settled",
        back,
    )
    assert (free(book, LATER), refund_of(book).transit.latest) == ((40_00 + back, 40_00 + back), 0)


def test_a_payment_of_a_failed_refund_whose_credit_is_used_waits_for_a_person_who_takes_the_credit_back() -> None:
    book = approved().given(SEND, FAIL, request_refund("g", 90_00))
    book.when(PAID).then(booked(PAID, "refund_credit_used", "bank_suspense"))
    assert refund_of(book).status == "failed"
    book.given(ReclassifyAsRefund(part_id="paid", refund_id="f", reason_code="SEEN"))
    assert (refund_of(book).status, refund_of(book).transit.latest, free(book, LATER)) == ("settled", 0, (40_00, 40_00))
    other = book.states["refund-g"]
    assert isinstance(other, Refund)
    assert other.status == "cancelled"


# The return


@pytest.mark.parametrize(
    ("before", "steps"),
    [
        ((SEND, PAID), (RETURNED,)),
        ((SEND, SETTLE), (RETURNED,)),
        # The bank's payment is hidden in an amount without details.
        ((SEND,), (RETURNED,)),
        ((SEND, PAID, RETURN), ()),
        ((SEND, FAIL, PAID), (RETURNED,)),
        ((SEND, FAIL), ()),
    ],
)
def test_a_line_that_brings_the_money_back_makes_it_customer_credit_and_nobodys_receipt(
    before: tuple[Ask, ...], steps: tuple[RefundReturned, ...]
) -> None:
    book = approved().given(*before)
    told = [NewFact("refund-f", step, BACK_ON) for step in steps]
    restored = [NewFact("account-p1", RESTORED, BACK_ON)] if steps else []
    book.when(BACK).then(
        booked(BACK, "refund_returned_by_bank"), NewFact("refund-f", SAID_BACK, BACK_ON), *told, *restored
    )
    assert (refund_of(book).status, free(book, LATER)) == (
        "failed" if before == (SEND, FAIL) else "returned",
        (100_00, 100_00),
    )
    assert "unallocated" not in book.balances()


@pytest.mark.parametrize("order", [*permutations((SETTLE, PAID, BACK))])
def test_in_every_order_of_lines_and_hands_the_transit_ends_at_nothing(order: tuple[Ask, ...]) -> None:
    book = approved().given(SEND)
    for step in order:
        # Settling by hand is refused where the bank has said it, or more, already.
        with suppress(Refused) if step is SETTLE else nullcontext():
            book.do(step)
    assert (refund_of(book).status, refund_of(book).transit.latest) == ("returned", 0)
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


PART = line("back", 20_00, BACK_ON)
REST = line("rest", 40_00, BACK_ON)


@pytest.mark.parametrize(
    ("back", "status", "credit", "transit"),
    [
        ((PART,), "settled", 60_00, 0),
        ((PART, REST), "returned", 100_00, 0),
        # People record the same return before its line, or after it, once.
        ((replace(RETURN, amount_minor=20_00), PART), "settled", 60_00, 0),
        ((replace(RETURN, amount_minor=20_00), PART, REST), "returned", 100_00, 0),
        ((replace(RETURN, amount_minor=5_00), PART), "settled", 60_00, 0),
        ((PART, RETURN), "returned", 100_00, -40_00),
        ((RETURN, PART), "returned", 100_00, -40_00),
    ],
)
def test_a_part_that_comes_back_is_customer_credit_and_the_refund_stays_settled_for_the_rest(
    back: tuple[Ask, ...], status: str, credit: int, transit: int
) -> None:
    book = approved().given(SEND, PAID, *back)
    assert (refund_of(book).status, free(book, LATER)) == (status, (credit, credit))
    assert (refund_of(book).transit.latest, -book.balances().get("cash_in_transit", 0)) == (transit, transit)


THEIRS = ReclassifyMovement(part_id="back", role="suppliers", reason_code="THEIRS")
HAND = replace(RETURN, amount_minor=20_00)


@pytest.mark.parametrize(
    ("before", "status", "credit", "transit"),
    [
        ((SEND, PAID, PART), "settled", 40_00, 0),
        ((SEND, PAID, BACK), "settled", 40_00, 0),
        ((SEND, SETTLE, BACK), "settled", 40_00, 60_00),
        ((SEND, BACK, PAID), "settled", 40_00, 0),
        # Nobody had said that the bank paid the refund.
        ((SEND, BACK), "sent", 40_00, 60_00),
        ((SEND, PART), "sent", 40_00, 60_00),
        # What a person has recorded stays theirs, before the line and after it.
        ((SEND, PAID, HAND, PART), "settled", 60_00, -20_00),
        ((SEND, PAID, RETURN, BACK), "returned", 100_00, -60_00),
        ((SEND, PAID, HAND, BACK), "settled", 60_00, -20_00),
        ((SEND, PAID, PART, RETURN), "settled", 80_00, -40_00),
    ],
)
def test_what_only_a_line_said_goes_with_the_line(
    before: tuple[Ask, ...], status: str, credit: int, transit: int
) -> None:
    book = approved().given(*before, THEIRS)
    assert (refund_of(book).status, free(book, LATER)) == (status, (credit, credit))
    assert refund_of(book).transit.latest == transit


def test_a_line_can_be_the_return_again() -> None:
    again = ReclassifyAsRefund(part_id="back", refund_id="f", reason_code="OURS_AFTER_ALL")
    book = approved().given(SEND, PAID, BACK, THEIRS, again)
    assert (refund_of(book).status, free(book, LATER)) == ("returned", (100_00, 100_00))
    book.given(replace(THEIRS, role="tax_account"))
    assert (refund_of(book).status, free(book, LATER)) == ("settled", (40_00, 40_00))


# What is not the refund's


@pytest.mark.parametrize(
    ("before", "asked", "rule"),
    [
        ((SEND, PAID), line("again", -60_00), "refund_line_repeated"),
        ((SEND, PAID, BACK), line("again", 60_00), "refund_line_repeated"),
        ((SEND,), line("paid", -60_01), "refund_amount_differs"),
        ((SEND, PAID), line("back", 60_01), "refund_amount_differs"),
        ((SEND, PAID, line("back", 59_99)), line("more", 2), "refund_amount_differs"),
        ((SEND,), replace(PAID, line=replace(PAID.line, currency="EUR")), "refund_amount_differs"),
        ((), line("back", 60_00), "refund_not_sent"),
        ((CANCEL,), PAID, "refund_cancelled"),
        ((CANCEL,), line("back", 60_00), "refund_cancelled"),
    ],
)
def test_a_line_that_is_not_the_refunds_is_booked_in_suspense_and_leaves_the_refund_as_it_is(
    before: tuple[Ask, ...], asked: BookRefundMovement, rule: str
) -> None:
    book = approved().given(*before)
    refund = refund_of(book)
    book.when(asked).then(booked(asked, rule, "bank_suspense"))
    assert refund_of(book) == refund
    movement = book.states[f"movement-{asked.part_id}"]
    assert isinstance(movement, Movement)
    assert movement.role == "bank_suspense"


@pytest.mark.parametrize("before", [(), (REJECT,)])
def test_a_refund_that_nobody_approved_is_not_paid_by_a_line(before: tuple[Ask, ...]) -> None:
    book = requested().given(*before)
    book.when(PAID).then(booked(PAID, "refund_not_sent", "bank_suspense"))


def test_a_line_of_an_unknown_refund_is_refused() -> None:
    requested().when(replace(PAID, refund_id="none")).refused("refund_unknown")


def test_the_account_is_asked_for_with_its_refund() -> None:
    assert PAID.streams() == ("movement-paid", "refund-f")
    assert (PAID.more({}), PAID.more(requested().states)) == ((), ("account-p1",))


def test_what_a_proposal_expects_is_what_the_rule_decides() -> None:
    view = BankView("f", 60_00, "SEK", "sent", paid_minor=60_00, brought_back_minor=0)
    assert [view.obstacle(amount, "SEK") for amount in (-60_00, 60_00)] == ["refund_line_repeated", None]


FOUND = (
    ClassifyMovement(part_id="back", line=BACK.line, role="bank_suspense", rule="debit_unexplained"),
    ReclassifyAsRefund(part_id="back", refund_id="f", reason_code="AC04"),
)


@pytest.mark.parametrize("back", [(FAIL,), (SETTLE, RETURN), (BACK,), (SETTLE, PART, REST), FOUND])
def test_credit_that_a_refund_gives_back_pays_the_recall_item_of_its_money(back: tuple[Ask, ...]) -> None:
    out = replace(line("debit", -100_00).line, line_key="line-debit")
    debit = ClassifyMovement(part_id="debit", line=out, role="bank_suspense", rule="recall_unexplained")
    recall = RecallReceipt(receipt_id="r", part_id="debit", reason_code="AC06")
    book = approved().given(SEND, debit, recall)
    assert (book.balances()["ar_patient"], free(book, LATER)) == (60_00, (0, 0))
    book.given(*back)
    assert ("ar_patient" in book.balances(), free(book, BACK_ON)) == (False, (0, 0))
