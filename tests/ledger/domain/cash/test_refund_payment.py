"""The payment of a refund as people record it: under which id it is sent, and how it ends."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ledger.domain.cash.refund_facts import RefundReturned
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditRestored
from tests.kit.book import DAY, Ask, Raised, on
from tests.kit.care import approve_refund, request_refund
from tests.ledger.domain.cash.test_refund import (
    ASKED,
    FAIL,
    LATER,
    RETURN,
    SEND,
    SETTLE,
    free,
    requested,
    status_of,
)
from tests.ledger.domain.cash.test_refund_movement import PAID


def test_a_refund_that_came_back_is_customer_credit_again_from_the_day_of_its_return_on() -> None:
    returned = RefundReturned(refund_id="f", amount_minor=60_00, currency="SEK", reason_code="AC04", part_id=None)
    restored = CustomerCreditRestored(refund_id="f", amount_minor=60_00, currency="SEK")
    book = requested().given(approve_refund("f"), SEND, SETTLE)
    book.when(on(LATER, RETURN)).then(NewFact("refund-f", returned, LATER), NewFact("account-p1", restored, LATER))
    assert [free(book, day) for day in (DAY, LATER)] == [(40_00, 40_00), (100_00, 100_00)]
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


@pytest.mark.parametrize("end", [FAIL, RETURN, SETTLE])
def test_a_payment_does_not_end_before_it_was_sent(end: Ask) -> None:
    book = requested().given(approve_refund("f"), on(LATER, SEND))
    if end is RETURN:
        book.given(on(LATER, SETTLE))
    assert {new.on for new in book.do(on(DAY, end))} == {LATER}


def test_a_refund_settled_by_mistake_fails_as_long_as_no_line_shows_its_payment() -> None:
    book = requested().given(approve_refund("f"), SEND, SETTLE, FAIL)
    assert (status_of(book), free(book)) == ("failed", (100_00, 100_00))
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


@pytest.mark.parametrize("before", [(SEND,), (SEND, SETTLE), ()])
def test_a_refund_that_the_bank_has_paid_cannot_fail_but_come_back(before: tuple[Ask, ...]) -> None:
    book = requested().given(approve_refund("f"), *before, PAID)
    book.when(FAIL).refused("refund_paid")
    book.given(RETURN)
    book.when(RETURN).refused("refund_returned")


def test_a_refund_of_which_a_part_came_back_cannot_fail_and_comes_back_once() -> None:
    book = requested().given(approve_refund("f"), SEND, SETTLE, replace(RETURN, amount_minor=20_00))
    assert (status_of(book), free(book)) == ("settled", (60_00, 60_00))
    book.when(FAIL).refused("refund_paid")
    book.when(replace(RETURN, amount_minor=40_01)).refused("amount_exceeds_refund")
    book.when(replace(RETURN, amount_minor=0)).refused("amount_not_positive")
    book.given(RETURN)
    assert (status_of(book), free(book)) == ("returned", (100_00, 100_00))


@pytest.mark.parametrize("id", ["", "x" * 36, "NOTPROVIDED", " ", "Eva Ek", "å"])
def test_an_end_to_end_id_is_one_that_a_bank_repeats_and_that_means_one_payment(id: str) -> None:
    book = requested().given(approve_refund("f"))
    book.when(replace(SEND, end_to_end_id=id)).refused("end_to_end_id_malformed")
    book.given(replace(SEND, end_to_end_id="x" * 35))


def test_what_points_to_the_payee_and_the_payment_has_no_words() -> None:
    book = requested().given(approve_refund("f"), SEND)
    book.when(replace(request_refund("g", 1), payee_ref="Eva Ek")).refused("code_malformed")
    book.when(replace(SETTLE, bank_ref="Eva Ek")).refused("code_malformed")
    book.given(replace(SETTLE, bank_ref="7/2024+B"))


def test_a_refund_is_not_sent_in_cash_because_no_line_would_ever_show_it() -> None:
    book = requested().given(approve_refund("f"))
    book.when(replace(SEND, rail="cash")).refused("refund_in_cash")
    book.given(replace(SEND, rail="swish"))


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "amount_exceeds_refund": ((*ASKED, approve_refund("f"), SEND, SETTLE), replace(RETURN, amount_minor=100_01)),
    "end_to_end_id_malformed": ((*ASKED, approve_refund("f")), replace(SEND, end_to_end_id="")),
    "refund_in_cash": ((*ASKED, approve_refund("f")), replace(SEND, rail="cash")),
    "refund_paid": ((*ASKED, approve_refund("f"), replace(PAID, line=replace(PAID.line, amount_minor=-1))), FAIL),
}
