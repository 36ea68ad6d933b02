"""What a movement was, said by a person: on the bank's day, as a correction, and said again at will."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, Movement
from ledger.domain.bank.movement_facts import MovementReclassified
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.receipt_facts import Payment, ReceiptFound
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyAsRefund, ReclassifyMovement
from ledger.domain.cash.refund_facts import (
    RefundMovementAdded,
    RefundMovementRemoved,
    RefundResumed,
    RefundSent,
    RefundSettled,
)
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import Fact, NewFact
from ledger.domain.receivables.account import CustomerCreditRefunded
from ledger.domain.receivables.credit_facts import RefundReserved
from ledger.domain.refusals import Refused
from tests.kit.book import Ask, Book, Raised, asked
from tests.kit.care import allocate, approve_refund, invoice, open_clinic, receipt, request_refund
from tests.ledger.domain.cash import test_captured_sum as captured
from tests.ledger.domain.cash.test_refund import ASKED, CANCEL, SEND, SETTLE, credited, requested
from tests.ledger.domain.cash.test_refund_movement import BACK, BACK_ON, PAID, refund_of

BOOKED = date(2024, 7, 14)


def movement(part_id: str, amount_minor: int) -> ClassifyMovement:
    """A movement in suspense."""
    line = BankLine(
        bank_account="b1",
        amount_minor=amount_minor,
        currency="SEK",
        booked_on=BOOKED,
        line_key=f"line-{part_id}",
        file="ab" * 32,
        raw_position="9",
    )
    return ClassifyMovement(part_id=part_id, line=line, role="bank_suspense", rule="debit_unexplained")


OUT, IN = movement("out", -60_00), movement("in", 60_00)
TO_TAX = ReclassifyMovement(part_id="out", role="tax_account", reason_code="TAX")
TO_REFUND = ReclassifyAsRefund(part_id="out", refund_id="f", reason_code="SEEN_ON_PAPER")
TO_RECEIPT = ReclassifyAsReceipt(part_id="in", reason_code="PAYER_ASKED")
MOVED = MovementReclassified(
    part_id="out",
    bank_account="b1",
    amount_minor=-60_00,
    currency="SEK",
    from_role="bank_suspense",
    role="tax_account",
    document=None,
    reason_code="TAX",
)


def movement_of(book: Book, part_id: str = "out") -> Movement:
    state = book.states[f"movement-{part_id}"]
    assert isinstance(state, Movement)
    return state


def corrected(stream: str, fact: Fact) -> NewFact:
    return NewFact(stream, fact, BOOKED, corrects=True)


# Another role


def test_a_movement_leaves_suspense_for_the_role_on_which_it_belonged_from_the_banks_day_on() -> None:
    book = Book().given(OUT).when(TO_TAX).then(corrected("movement-out", MOVED))
    assert book.balances() == {"bank": -60_00, "tax_account": 60_00}
    book.when(TO_TAX).nothing_new()


def test_it_is_said_again_and_again_and_what_was_said_is_kept() -> None:
    again = replace(TO_TAX, role="suppliers", reason_code="INVOICE_77")
    book = (
        Book()
        .given(OUT, TO_TAX)
        .when(again)
        .then(
            corrected(
                "movement-out", replace(MOVED, from_role="tax_account", role="suppliers", reason_code="INVOICE_77")
            )
        )
    )
    book.given(replace(TO_TAX, role="bank_suspense"))
    assert book.balances() == {"bank": -60_00, "bank_suspense": 60_00}
    assert len(book.facts("movement-out")) == 4


def test_two_movements_that_cancel_each_other_leave_nothing_on_their_role() -> None:
    book = Book().given(OUT, IN, *(replace(TO_TAX, part_id=id, role="own_transfers") for id in ("out", "in")))
    assert book.balances() == {}


# A refund


@pytest.mark.parametrize(
    ("before", "steps"),
    [
        (
            (),
            (
                RefundSent(refund_id="f", amount_minor=60_00, currency="SEK", rail="bank_transfer", end_to_end_id="f"),
                RefundSettled(bank_ref=None),
            ),
        ),
        ((SEND,), (RefundSettled(bank_ref=None),)),
        ((SEND, SETTLE), ()),
    ],
)
def test_a_movement_that_paid_a_refund_clears_its_transit(
    before: tuple[Ask, ...], steps: tuple[RefundSent | RefundSettled, ...]
) -> None:
    book = requested().given(approve_refund("f"), *before, OUT)
    moved = replace(MOVED, role="cash_in_transit", document="refund-f", reason_code="SEEN_ON_PAPER")
    added = RefundMovementAdded(part_id="out", amount_minor=-60_00, currency="SEK")
    told = (NewFact("refund-f", step, BOOKED) for step in steps)
    book.when(TO_REFUND).then(corrected("movement-out", moved), NewFact("refund-f", added, BOOKED), *told)
    assert book.balances() == {"bank": 40_00, "customer_credit": -40_00}
    book.when(TO_REFUND).nothing_new()


def test_money_that_left_before_anybody_requested_a_refund_becomes_one() -> None:
    book = credited().given(OUT)
    book.when(TO_REFUND).refused("refund_unknown")
    book.given(request_refund("f", 60_00))
    book.when(TO_REFUND).refused("refund_not_sent")
    book.given(approve_refund("f"), TO_REFUND)
    assert (refund_of(book).status, book.balances()) == ("settled", {"bank": 40_00, "customer_credit": -40_00})


def test_money_that_came_back_in_suspense_is_the_refunds_return() -> None:
    book = requested().given(approve_refund("f"), SEND, PAID, IN, replace(TO_REFUND, part_id="in"))
    assert (refund_of(book).status, book.balances()) == ("returned", {"bank": 100_00, "customer_credit": -100_00})


def test_a_refund_waits_for_the_bank_again_when_its_payment_was_something_else() -> None:
    book = requested().given(approve_refund("f"), PAID)
    removed = RefundMovementRemoved(part_id="paid", amount_minor=-60_00, currency="SEK")
    moved = replace(MOVED, part_id="paid", from_role="cash_in_transit")
    book.when(replace(TO_TAX, part_id="paid")).then(corrected("movement-paid", moved), corrected("refund-f", removed))
    assert (refund_of(book).status, refund_of(book).movements, refund_of(book).transit.latest) == ("sent", {}, 60_00)
    assert (movement_of(book, "paid").role, movement_of(book, "paid").document) == ("tax_account", None)


def test_what_came_back_as_only_a_line_said_goes_with_the_line_on_the_day_on_which_it_came() -> None:
    book = requested().given(approve_refund("f"), PAID, BACK)
    new = book.do(replace(TO_TAX, part_id="back"))
    resumed = RefundResumed(
        refund_id="f", amount_minor=60_00, currency="SEK", part_id="back", settled=True, reason_code=None
    )
    reserved = RefundReserved(refund_id="f", amount_minor=60_00, currency="SEK")
    used = CustomerCreditRefunded(refund_id="f", amount_minor=60_00, currency="SEK")
    assert list(new[2:]) == [
        NewFact("refund-f", resumed, BACK_ON, corrects=True),
        NewFact("account-p1", reserved, BACK_ON, corrects=True),
        NewFact("account-p1", used, BACK_ON, corrects=True),
    ]
    assert (refund_of(book).status, refund_of(book).transit.latest) == ("settled", 0)
    assert book.balances() == {"bank": 100_00, "customer_credit": -40_00, "tax_account": -60_00}


def test_restored_credit_that_is_used_meanwhile_comes_back_like_other_credit_that_is_needed() -> None:
    book = requested().given(approve_refund("f"), PAID, BACK, request_refund("g", 100_00))
    other = book.given(replace(TO_TAX, part_id="back"))
    assert (other.states["refund-g"].status, other.states["account-p1"].free_in("SEK").latest) == ("cancelled", 40_00)  # type: ignore[union-attr]
    gone = requested().given(approve_refund("f"), PAID, BACK, request_refund("g", 100_00), approve_refund("g"))
    gone.given(SendRefund(refund_id="g", rail="bank_transfer", end_to_end_id="g"), replace(TO_TAX, part_id="back"))
    assert gone.balances()["ar_patient"] == 60_00
    assert "item-p1.recall1" in gone.states


@pytest.mark.parametrize(
    ("before", "wrong", "code"),
    [
        ((approve_refund("f"), PAID, BACK, IN), replace(TO_REFUND, part_id="in"), "refund_line_repeated"),
        ((approve_refund("f"), movement("more", -60_01)), replace(TO_REFUND, part_id="more"), "refund_amount_differs"),
        ((CANCEL, IN), replace(TO_REFUND, part_id="in"), "refund_cancelled"),
        ((), replace(TO_REFUND, reason_code=""), "reason_missing"),
        ((), replace(TO_TAX, reason_code=""), "reason_missing"),
        ((), replace(TO_TAX, part_id="none"), "movement_unknown"),
        ((), replace(TO_TAX, role="cash_in_transit"), "role_not_bookable"),
        ((), replace(TO_TAX, role="unallocated"), "role_not_bookable"),
        ((), replace(TO_RECEIPT, part_id="out"), "movement_left_the_bank"),
        ((IN, TO_RECEIPT), TO_RECEIPT, "movement_is_receipt"),
        ((IN, receipt("in", 60_00)), TO_RECEIPT, "fact_already_recorded"),
        ((IN, TO_RECEIPT), replace(TO_TAX, part_id="in"), "movement_is_receipt"),
    ],
)
def test_what_a_movement_cannot_have_been_is_refused(before: tuple[Ask, ...], wrong: Ask, code: str) -> None:
    requested().given(OUT, *before).when(wrong).refused(code)


def test_only_later_an_amount_in_detail_is_said_to_be_no_money_of_its_own() -> None:
    detail = replace(OUT, line=replace(OUT.line, in_detail=True), role="bank_fees", rule="charges_of_line")
    Book().when(replace(detail, role="bank_details")).refused("role_not_bookable")
    book = Book().given(detail)
    assert book.balances() == {"bank_details": -60_00, "bank_fees": 60_00}
    book.do(replace(TO_TAX, role="bank_details", reason_code="STATED_OTHERWISE"))
    assert book.balances() == {}
    # What stands on the bank's own account is always money.
    book.given(IN).when(replace(TO_TAX, part_id="in", role="bank")).refused("role_not_bookable")


# A receipt


def test_money_that_came_in_becomes_a_receipt_and_pays_like_any_other() -> None:
    payment = Payment(rail="bank_transfer", **{name: getattr(IN.line, name) for name in IN.line.__struct_fields__})
    moved = replace(
        MOVED,
        part_id="in",
        amount_minor=60_00,
        role="unallocated",
        document="receipt-in",
        reason_code="PAYER_ASKED",
    )
    book = open_clinic().given(invoice("i1"), IN)
    book.when(TO_RECEIPT).then(
        corrected("movement-in", moved), corrected("receipt-in", ReceiptFound(receipt_id="in", payment=payment))
    )
    assert book.balances() == {"ar_patient": 250_00, "revenue": -250_00, "bank": 60_00, "unallocated": -60_00}
    assert {new.on for new in book.do(allocate("in", "i1"))} == {BOOKED}
    assert book.balances() == {"ar_patient": 190_00, "revenue": -250_00, "bank": 60_00}


def test_each_way_asks_for_what_the_movement_belongs_to_and_will_belong_to() -> None:
    book = requested().given(approve_refund("f"), PAID, OUT)
    reach = {"refund-f", "account-p1", "entity-terms"}
    assert (TO_TAX.more(book.states), {*replace(TO_TAX, part_id="paid").more(book.states)}) == ((), reach)
    assert TO_REFUND.streams() == ("movement-out", "refund-f")
    # The refund was paid already, so an item may be raised.
    reach |= {"item-p1.recall1"}
    assert {*TO_REFUND.more(book.states)} == reach
    assert {*replace(TO_REFUND, part_id="paid").more(book.states)} == reach
    # What it asks for never changes afterwards, so it waits until it knows both.
    assert replace(TO_REFUND, part_id="none").more(book.states) == ()
    assert replace(TO_REFUND, refund_id="none").more(book.states) == ()
    assert TO_RECEIPT.streams() == ("movement-in", "receipt-in")


def test_a_movement_that_has_become_another_refunds_at_the_same_moment_is_asked_for_again() -> None:
    book = requested().given(approve_refund("f"), PAID)
    other = replace(TO_TAX, part_id="paid")
    loaded = {stream: book.states[stream] for stream in other.streams()}
    with pytest.raises(Refused, match="concurrent_change"):
        CATALOGUE.decide(loaded, other, asked(other).envelope)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
HAS_A_REFUND: tuple[Ask, ...] = (*ASKED, approve_refund("f"), OUT)
ONE_OUT = (*ASKED, movement("out", -1))
RAISED: Raised = {
    "movement_is_receipt": ((IN, TO_RECEIPT), TO_RECEIPT),
    "movement_is_payments": ((*captured.GIVEN, captured.ARE), replace(TO_TAX, part_id="m")),
    "movement_left_the_bank": ((OUT,), replace(TO_RECEIPT, part_id="out")),
    "movement_of_refund": (
        (*ASKED, request_refund("g", 60_00), approve_refund("g"), OUT, replace(TO_REFUND, refund_id="g")),
        replace(TO_TAX, amount_minor=1),
    ),
    "movement_recalled_receipt": (
        (OUT, RecallReceipt(receipt_id="r", part_id="out", reason_code="AC06")),
        TO_TAX,
    ),
    "refund_amount_differs": (HAS_A_REFUND, TO_REFUND),
    "refund_line_repeated": (
        (*HAS_A_REFUND[:-1], SEND, movement("in", 1), replace(TO_REFUND, part_id="in"), movement("more", 1)),
        replace(TO_REFUND, part_id="more"),
    ),
    "refund_not_sent": (ONE_OUT, TO_REFUND),
}
