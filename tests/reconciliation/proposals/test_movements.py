"""The proposal's movements: fees, deductions, what nobody can explain, and refunds that the bank paid."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.refund_facts import RefundReturned
from ledger.domain.cash.refund_movement import BankView, BookRefundMovement, view_of
from ledger.domain.cash.refund_payment import SendRefund, SettleRefund
from ledger.domain.cash.refund_state import Refund
from reconciliation.matching.movements import MOVEMENT_REASONS, reason_of, settled_as
from reconciliation.proposals.statement import money_id
from tests.kit.book import Book
from tests.kit.care import allocate, approve_refund, receipt, request_refund
from tests.reconciliation.matching.written_files import BankFile, quoted
from tests.reconciliation.proposals.proposal_book import (
    Refunds,
    clinic,
    credit_of,
    loaded,
    money_of,
    open_on,
    proposed,
    reference_of,
)

FEES = ("bank_fees", "bank_code_charges", None)
UNEXPLAINED = ("bank_suspense", "debit_unexplained", "debit_unexplained")


@pytest.fixture
def book() -> Book:
    """A clinic with three invoices."""
    return clinic()


@pytest.mark.parametrize(
    ("file", "role", "rule", "reviewed"),
    [
        (BankFile().line(-35_00, bank_code="ACMT-MDOP-CHRG"), *FEES),
        (BankFile().line(-35_00, bank_code="FEES"), *FEES),
        (BankFile().line(-35_00, bank_code="CHRG-RDDT-XXXX"), *UNEXPLAINED),
        (BankFile().line(-35_00), *UNEXPLAINED),
        (BankFile().line(-35_00, quoted("1234566")), *UNEXPLAINED),
        (BankFile().line(-5_00, {"amount_minor": -5_00}), *UNEXPLAINED),
    ],
)
def test_a_debit_is_a_movement_on_the_account_its_rule_names(
    book: Book, file: BankFile, role: str, rule: str, reviewed: str | None
) -> None:
    made = loaded(book, file)
    (one,) = made.submissions
    assert isinstance(one.command, ClassifyMovement)
    assert (one.command.role, one.command.rule) == (role, rule)
    assert [review.code for review in made.reviews] == ([reviewed] if reviewed else [])
    amount = one.command.line.amount_minor
    assert (book.balances()["bank"], book.balances()[role]) == (amount, -amount)


def test_a_deduction_within_a_deposit_is_a_movement_for_a_person(book: Book) -> None:
    made = loaded(book, BankFile().line(100_00, {"amount_minor": 150_00}, {"amount_minor": -50_00}))
    movement = made.submissions[1].command
    assert isinstance(movement, ClassifyMovement)
    assert (movement.role, movement.rule) == ("bank_suspense", "deduction_unexplained")
    assert [review.code for review in made.reviews] == ["no_reference", "deduction_unexplained"]
    assert book.balances()["bank"] == 100_00


def test_what_members_leave_over_is_the_banks_price_where_it_says_so(book: Book) -> None:
    member = {"amount_minor": 250_00, **reference_of(book, "i1")}
    made = loaded(book, BankFile().line(220_00, member, charges_minor=30_00))
    assert open_on(book, "i1") == 0
    assert (book.balances()["bank"], book.balances()["bank_fees"]) == (220_00, 30_00)
    assert not made.reviews


def test_a_member_pays_nothing_beyond_what_the_bank_booked(book: Book) -> None:
    """A detail of 250.00 in a line of 8.85 paid an invoice of 250.00, and suspense was short of 241.15."""
    made = loaded(book, BankFile().line(8_85, {"amount_minor": 250_00, **reference_of(book, "i1")}))
    assert open_on(book, "i1") == 250_00
    assert (book.balances()["bank"], "bank_suspense" in book.balances()) == (8_85, False)
    assert [review.code for review in made.reviews] == ["details_contradict_line"]


def test_every_rule_that_asks_a_person_says_why(book: Book) -> None:
    a_line_for_each_rule = (
        BankFile()
        .line(-1_00)
        .line(-2_00, reversal=True)
        .line(9_00, {"amount_minor": 6_00}, {"amount_minor": 2_00})
        .line(5_00, {"amount_minor": 10_00}, {"amount_minor": -5_00})
    )
    made = loaded(book, a_line_for_each_rule)
    told = {review.code: review.reasons for review in made.reviews if review.part_id}
    elsewhere = {
        code
        for code in MOVEMENT_REASONS
        if code.startswith(("captured_", "payout_", "recall_brings_", "refund_", "rules_", "statement", "transaction_"))
    }
    assert told == {code: (why,) for code, why in MOVEMENT_REASONS.items() if code not in elsewhere}


def test_a_dispute_at_a_provider_waits_for_what_can_be_done_with_it() -> None:
    assert settled_as("chargeback", -1_00) == ("bank_suspense", "recall_unexplained")
    assert settled_as("chargeback", 1_00) == ("bank_suspense", "recall_brings_money")
    assert "reskontra movement reclassify" in reason_of("recall_brings_money", held=True)
    by_bank, by_file = (reason_of("recall_unexplained", held=held) for held in (False, True))
    assert by_bank.startswith("The bank took a payment back")
    assert by_file.startswith("The file takes back a payment")


# A movement is what the bank booked as one amount


PAID: dict[str, Any] = {"amount_minor": 250_00, **quoted("1234566")}


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        (BankFile().line(250_00), [250_00]),
        (BankFile().line(-35_00), [-35_00]),
        (BankFile().line(250_00, PAID), [250_00]),
        (BankFile().line(500_00, quoted("1234566"), quoted("7654329")), [500_00]),
        (BankFile().line(350_00, PAID, {"amount_minor": 100_00}), [250_00, 100_00]),
        (BankFile().line(340_00, PAID, {"amount_minor": 100_00}, charges_minor=10_00), [250_00, 100_00, -10_00]),
        # A member was left out.
        (BankFile().line(900_00, PAID, {"amount_minor": 500_00}), [250_00, 500_00, 150_00]),
        (BankFile().line(200_00, PAID, {"amount_minor": -50_00}), [250_00, -50_00]),
        (BankFile().line(0, PAID, {"amount_minor": -250_00}), [250_00, -250_00]),
        (BankFile().line(-80_00, {"amount_minor": -50_00}, {"amount_minor": -30_00}), [-50_00, -30_00]),
    ],
)
def test_receipts_and_classified_parts_of_a_movement_sum_to_it(file: BankFile, parts: list[int]) -> None:
    money = money_of(proposed(file, []))
    assert [one.amount_minor for one in money] == parts
    assert {one.movement_minor for one in money} == {sum(parts)} == {file.lines[0].amount_minor}
    (movement_id,) = {one.movement_id for one in money}
    assert movement_id == money_id(money[0].booked_on, file.keys()[0])


def test_each_line_is_a_movement_of_its_own_twins_too() -> None:
    batch = (PAID, {"amount_minor": 100_00})
    file = BankFile().line(350_00, *batch).line(350_00, *batch).line(350_00).line(350_00)
    summed: dict[str | None, int] = {}
    for one in money_of(proposed(file, [])):
        assert one.movement_minor == 350_00
        summed[one.movement_id] = summed.get(one.movement_id, 0) + one.amount_minor
    assert list(summed.values()) == [350_00] * 4


def test_a_refund_settled_within_a_batch_is_a_part_of_its_movement(book: Book, sent: Refunds) -> None:
    batch = BankFile().line(-80_00, {"amount_minor": -50_00, "end_to_end_id": "E2E-r1"}, {"amount_minor": -30_00})
    money = money_of(loaded(book, batch, sent))
    assert [(one.amount_minor, one.movement_minor) for one in money] == [(-50_00, -80_00), (-30_00, -80_00)]
    assert len({one.movement_id for one in money}) == 1


# Refunds


@pytest.fixture
def sent(book: Book) -> Refunds:
    """A refund of 50.00 on its way."""
    book.given(receipt("x", 50_00), allocate("x", rest_to="p1"), request_refund("r1", 50_00), approve_refund("r1"))
    book.do(SendRefund(refund_id="r1", rail="bank_transfer", end_to_end_id="E2E-r1"))
    return {"E2E-r1": (view(book),)}


def view(book: Book) -> BankView:
    """What the read tables show of refund r1."""
    return view_of(refund_of(book))


def refund_of(book: Book) -> Refund:
    state = book.states["refund-r1"]
    assert isinstance(state, Refund)
    return state


def test_a_refund_is_settled_by_its_end_to_end_id_and_exact_amount(book: Book, sent: Refunds) -> None:
    made = loaded(book, BankFile().line(-50_00, {"end_to_end_id": "E2E-r1"}, bank_ref="B9"), sent)
    assert refund_of(book).status == "settled"
    assert made.reviews == ()
    (one,) = made.submissions
    assert isinstance(one.command, BookRefundMovement)
    assert one.command.bank_ref == "B9"
    assert "cash_in_transit" not in book.balances()
    assert "bank" not in book.balances()


def test_a_refund_within_a_batch_is_settled_by_its_member(book: Book, sent: Refunds) -> None:
    batch = BankFile().line(
        -80_00, {"amount_minor": -50_00, "end_to_end_id": "E2E-r1"}, {"amount_minor": -30_00}, bank_ref="B9"
    )
    made = loaded(book, batch, sent)
    assert refund_of(book).status == "settled"
    assert [review.code for review in made.reviews] == ["debit_unexplained"]
    assert [one.command.bank_ref for one in made.submissions if isinstance(one.command, BookRefundMovement)] == ["B9"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"amount_minor": -50_01, "end_to_end_id": "E2E-r1"}, "refund_amount_differs"),
        ({"amount_minor": -49_99, "end_to_end_id": "E2E-r1"}, "refund_amount_differs"),
        ({"amount_minor": -50_00, "end_to_end_id": "E2E-r2"}, "debit_unexplained"),
        ({"amount_minor": -50_00, "end_to_end_id": None}, "debit_unexplained"),
        ({"amount_minor": -50_00, "end_to_end_id": "E2E-r1", "currency": "EUR"}, "refund_amount_differs"),
    ],
)
def test_a_refund_is_settled_by_nothing_less(book: Book, sent: Refunds, line: dict[str, Any], why: str) -> None:
    made = loaded(book, BankFile().line(line.pop("amount_minor"), **line), sent)
    assert refund_of(book).status == "sent"
    assert [(review.code, review.reasons) for review in made.reviews] == [(why, (MOVEMENT_REASONS[why],))]


def test_a_refund_is_settled_once_and_the_second_line_is_a_persons(book: Book, sent: Refunds) -> None:
    file = BankFile().line(-50_00, end_to_end_id="E2E-r1").line(-50_00, end_to_end_id="E2E-r1")
    known = dict(sent)
    made = loaded(book, file, sent)
    assert [review.code for review in made.reviews] == ["refund_line_repeated"]
    assert "cash_in_transit" not in book.balances()
    assert sent == known


def test_money_that_comes_back_waits_as_long_as_a_second_payment_waits(book: Book, sent: Refunds) -> None:
    named = {"end_to_end_id": "E2E-r1"}
    file = BankFile().line(-50_00, **named).line(-50_00, **named).line(50_00, **named)
    made = loaded(book, file, sent)
    assert [review.code for review in made.reviews] == ["refund_line_repeated", "refund_return_in_doubt"]
    assert (refund_of(book).status, book.balances().get("customer_credit", 0)) == ("settled", 0)


def test_a_payment_after_money_came_back_keeps_only_itself_waiting(book: Book, sent: Refunds) -> None:
    named = {"end_to_end_id": "E2E-r1"}
    made = loaded(book, BankFile().line(-50_00, **named).line(50_00, **named).line(-50_00, **named), sent)
    assert [review.code for review in made.reviews] == ["refund_line_repeated"]
    assert refund_of(book).status == "returned"


def test_a_refund_settled_by_hand_is_paid_by_the_line_all_the_same(book: Book, sent: Refunds) -> None:
    book.given(SettleRefund(refund_id="r1"))
    made = loaded(book, BankFile().line(-50_00, end_to_end_id="E2E-r1"), {"E2E-r1": (view(book),)})
    assert (made.reviews, refund_of(book).paid) == ((), True)
    assert "cash_in_transit" not in book.balances()


@pytest.mark.parametrize(
    ("return_reason", "kept"), [("AC04", "AC04"), ("Kontot tillhör Anna", "RETURNED"), (None, "RETURNED")]
)
def test_a_refund_that_came_back_is_customer_credit_and_nobodys_receipt(
    book: Book, sent: Refunds, return_reason: str | None, kept: str
) -> None:
    file = BankFile().line(-50_00, end_to_end_id="E2E-r1")
    file.line(50_00, {"end_to_end_id": "E2E-r1", "return_reason": return_reason})
    made = loaded(book, file, sent)
    assert (made.reviews, refund_of(book).status, credit_of(book, "p1")) == ((), "returned", 50_00)
    assert [fact.reason_code for fact in book.facts("refund-r1") if isinstance(fact, RefundReturned)] == [kept]
    assert "unallocated" not in book.balances()


def test_of_several_refunds_with_one_end_to_end_id_a_person_says_which_unless_one_alone_fits(
    book: Book, sent: Refunds
) -> None:
    twin = view(book)._replace(refund_id="r2")
    line = BankFile().line(-50_00, end_to_end_id="E2E-r1")
    made = proposed(line, [], {"E2E-r1": (view(book), twin)})
    assert [review.code for review in made.reviews] == ["refund_ambiguous"]
    (one,) = made.submissions
    assert isinstance(one.command, ClassifyMovement)
    assert one.command.role == "bank_suspense"
    made = proposed(line, [], {"E2E-r1": (twin._replace(paid_minor=50_00), view(book))})
    assert made.reviews == ()
    assert [one.command.refund_id for one in made.submissions if isinstance(one.command, BookRefundMovement)] == ["r1"]
