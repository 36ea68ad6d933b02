"""A failure or a return of a refund that people recorded by mistake is taken back as of its own day."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.cash.reclassification import ReclassifyMovement
from ledger.domain.cash.refund_facts import RefundResumed
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.cash.refund_resumption import ResumeRefund
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditRefunded
from ledger.domain.receivables.credit_facts import RefundReserved
from tests.kit.book import DAY, Ask, Book, Raised, on
from tests.kit.care import allocate, approve_refund, invoice, receipt, request_refund
from tests.ledger.domain.cash.test_customer_credit import apply_credit
from tests.ledger.domain.cash.test_refund import (
    ASKED,
    FAIL,
    LATER,
    LATEST,
    RETURN,
    SEND,
    SETTLE,
    free,
    requested,
    status_of,
)
from tests.ledger.domain.cash.test_refund_movement import BACK, PAID, PART_BACK, refund_of

RESUME = ResumeRefund(refund_id="f", reason_code="SLIP")
PART = replace(RETURN, amount_minor=20_00)


def sent() -> Book:
    return requested().given(approve_refund("f"), SEND)


def amounts(book: Book) -> list[tuple[int, date | None]]:
    """By how much and from which days on the refund goes on, as the command says."""
    return [(new.fact.amount_minor, new.on) for new in book.do(RESUME) if isinstance(new.fact, RefundResumed)]


@pytest.mark.parametrize(
    ("before", "status", "transit"),
    [
        ((on(LATER, FAIL),), "sent", 60_00),
        ((SETTLE, on(LATER, FAIL)), "settled", 60_00),
        ((SETTLE, on(LATER, RETURN)), "settled", 60_00),
        ((PAID, on(LATER, RETURN)), "settled", 0),
    ],
)
def test_the_refund_goes_on_where_it_was_and_its_credit_is_used_again_from_the_day_of_the_mistake_on(
    before: tuple[Ask, ...], status: str, transit: int
) -> None:
    fact = RefundResumed(
        refund_id="f",
        amount_minor=60_00,
        currency="SEK",
        part_id=None,
        settled=status == "settled",
        reason_code="SLIP",
    )
    reserved = RefundReserved(refund_id="f", amount_minor=60_00, currency="SEK")
    used = CustomerCreditRefunded(refund_id="f", amount_minor=60_00, currency="SEK")
    book = sent().given(*before)
    assert free(book, LATER) == (100_00, 100_00)
    book.when(on(LATEST, RESUME)).then(
        NewFact("refund-f", fact, LATER, corrects=True),
        NewFact("account-p1", reserved, LATER, corrects=True),
        NewFact("account-p1", used, LATER, corrects=True),
    )
    assert (status_of(book), refund_of(book).transit.latest) == (status, transit)
    assert [free(book, day) for day in (DAY, LATER)] == [(40_00, 40_00), (40_00, 40_00)]
    book.when(RESUME).refused("refund_not_to_resume")
    assert CATALOGUE.sentence(fact) == "Refund had not failed or come back (SLIP)"


def test_each_part_that_people_said_is_taken_back_on_its_own_day_as_far_as_no_line_shows_it() -> None:
    book = sent().given(PAID, on(LATER, PART), on(LATEST, RETURN))
    assert amounts(book) == [(40_00, LATEST), (20_00, LATER)]
    assert (status_of(book), refund_of(book).by_hand, free(book)) == ("settled", (), (40_00, 40_00))
    shown = sent().given(PAID, on(LATER, PART), on(LATEST, RETURN), PART_BACK)
    assert amounts(shown) == [(40_00, LATEST)]
    assert (status_of(shown), refund_of(shown).transit.latest) == ("settled", 0)
    shown.when(RESUME).refused("refund_not_to_resume")


def test_what_people_said_beside_a_line_stays_theirs_when_the_line_was_something_else() -> None:
    book = sent().given(PAID, on(LATER, PART), BACK)
    book.given(ReclassifyMovement(part_id="back", role="tax_account", reason_code="TAX"))
    assert refund_of(book).returned_minor == 20_00
    assert amounts(book) == [(20_00, LATER)]
    assert (refund_of(book).returned_minor, refund_of(book).only_lines) == (0, {})


def test_a_refund_whose_payment_was_something_else_waits_for_the_bank_after_its_return_is_taken_back() -> None:
    book = sent().given(PAID, RETURN, ReclassifyMovement(part_id="paid", role="tax_account", reason_code="TAX"), RESUME)
    assert (status_of(book), refund_of(book).transit.latest) == ("sent", 60_00)


def test_credit_that_is_used_meanwhile_comes_back_and_what_was_paid_out_is_owed() -> None:
    used = sent().given(invoice("i1"), FAIL, apply_credit(100_00, item="i1"))
    used.given(RESUME)
    assert used.balances()["ar_patient"] == 250_00 - 40_00
    gone = sent().given(FAIL, request_refund("g", 100_00), approve_refund("g"))
    gone.given(SendRefund(refund_id="g", rail="bank_transfer", end_to_end_id="g"), RESUME)
    assert (gone.balances()["ar_patient"], "item-p1.recall1" in gone.states) == (60_00, True)


def test_credit_that_is_there_only_later_is_used_from_that_day_on() -> None:
    book = sent().given(FAIL, request_refund("g", 100_00), approve_refund("g"))
    book.given(SendRefund(refund_id="g", rail="bank_transfer", end_to_end_id="g"))
    book.given(on(LATER, receipt("late", 80_00, booked_on=LATER)), on(LATER, allocate("late", rest_to="p1")))
    assert amounts(book) == [(60_00, LATER)]
    assert "item-p1.recall1" not in book.states


@pytest.mark.parametrize(
    ("before", "wrong", "code"),
    [
        ((), RESUME, "refund_not_to_resume"),
        ((SETTLE,), RESUME, "refund_not_to_resume"),
        ((PAID, BACK), RESUME, "refund_not_to_resume"),
        ((PAID, RETURN, BACK), RESUME, "refund_not_to_resume"),
        ((FAIL, BACK), RESUME, "refund_not_to_resume"),
        ((FAIL,), replace(RESUME, reason_code=""), "reason_missing"),
        ((FAIL,), replace(RESUME, refund_id="none"), "refund_unknown"),
    ],
)
def test_what_nobody_said_or_a_line_shows_is_not_taken_back(before: tuple[Ask, ...], wrong: Ask, code: str) -> None:
    sent().given(*before).when(wrong).refused(code)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {"refund_not_to_resume": ((*ASKED, approve_refund("f"), SEND), RESUME)}
