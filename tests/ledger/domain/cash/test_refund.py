"""The refund: asked for, approved by another, sent, and settled or back as customer credit."""

from __future__ import annotations

import msgspec
import pytest

from ledger.domain.cash.refund import ApproveRefund, FailRefund, RejectRefund, SendRefund, SettleRefund
from ledger.domain.cash.refund_facts import (
    RefundApproved,
    RefundFailed,
    RefundRejected,
    RefundRequested,
    RefundSent,
    RefundSettled,
)
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditRefunded, CustomerCreditRestored
from tests.kit.book import Ask, Book, Raised, by
from tests.kit.care import allocate, approve_refund, open_clinic, receipt, request_refund

SEND = SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="E2E-f")
SETTLE = SettleRefund(refund_id="f", bank_ref="B-1")
FAIL = FailRefund(refund_id="f", reason_code="AC04")
REJECT = by("bo", RejectRefund(refund_id="f", reason_code="NOT_OWED"))


def credited() -> Book:
    """Patient p1 has 100.00 of customer credit."""
    return open_clinic().given(receipt("r", 100_00), allocate("r", rest_to="p1"))


def requested(amount_minor: int = 60_00) -> Book:
    return credited().given(request_refund("f", amount_minor))


def test_a_refund_is_asked_for_and_moves_no_money_yet() -> None:
    fact = RefundRequested(
        refund_id="f",
        account_id="p1",
        amount_minor=60_00,
        currency="SEK",
        payee_ref="vault-1",
        reason_code="OVERPAID",
        requester="anna",
    )
    book = credited().when(request_refund("f", 60_00)).then(NewFact("refund-f", fact))
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


def test_another_person_approves_and_the_money_is_owed() -> None:
    approved = RefundApproved(refund_id="f", amount_minor=60_00, currency="SEK", approver="bo")
    used = CustomerCreditRefunded(refund_id="f", amount_minor=60_00, currency="SEK")
    book = requested().when(approve_refund("f")).then(NewFact("refund-f", approved), NewFact("account-p1", used))
    assert book.balances() == {"bank": 100_00, "customer_credit": -40_00, "refunds_payable": -60_00}


def test_another_person_rejects_and_nothing_moves() -> None:
    rejected = RefundRejected(approver="bo", reason_code="NOT_OWED")
    book = requested().when(REJECT).then(NewFact("refund-f", rejected))
    book.when(approve_refund("f")).refused("refund_not_requested")
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


def test_it_is_sent_and_settled() -> None:
    sent = RefundSent(refund_id="f", amount_minor=60_00, currency="SEK", rail="bank_transfer", end_to_end_id="E2E-f")
    book = requested().given(approve_refund("f")).when(SEND).then(NewFact("refund-f", sent))
    assert book.balances() == {"bank": 100_00, "customer_credit": -40_00, "cash_in_transit": -60_00}
    book.when(SETTLE).then(NewFact("refund-f", RefundSettled(bank_ref="B-1")))
    book.when(FAIL).refused("refund_not_sent")


def test_a_failed_one_is_customer_credit_again_and_may_be_asked_for_anew() -> None:
    failed = RefundFailed(refund_id="f", amount_minor=60_00, currency="SEK", reason_code="AC04")
    restored = CustomerCreditRestored(refund_id="f", amount_minor=60_00, currency="SEK")
    book = requested().given(approve_refund("f"), SEND)
    book.when(FAIL).then(NewFact("refund-f", failed), NewFact("account-p1", restored))
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}
    book.given(request_refund("g", 100_00), approve_refund("g"))
    assert book.balances() == {"bank": 100_00, "refunds_payable": -100_00}


def test_two_requests_for_the_same_money_are_not_both_approved() -> None:
    book = requested().given(request_refund("g", 60_00), approve_refund("f"))
    book.when(approve_refund("g")).refused("amount_exceeds_credit")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (request_refund("f", 1), "fact_already_recorded"),
        (request_refund("g", 100_01), "amount_exceeds_credit"),
        (request_refund("g", 0), "amount_not_positive"),
        (msgspec.structs.replace(request_refund("g", 1), currency="EUR"), "amount_exceeds_credit"),
        (msgspec.structs.replace(request_refund("g", 1), reason_code=""), "reason_missing"),
        (request_refund("g", 1, "nobody"), "account_not_open"),
        (approve_refund("f", "anna"), "approver_is_requester"),
        (approve_refund("none"), "refund_unknown"),
        (by("anna", RejectRefund(refund_id="f", reason_code="NO")), "approver_is_requester"),
        (by("bo", RejectRefund(refund_id="f", reason_code="")), "reason_missing"),
        (by("bo", RejectRefund(refund_id="none", reason_code="NO")), "refund_unknown"),
        (msgspec.structs.replace(SEND, refund_id="none"), "refund_unknown"),
        (msgspec.structs.replace(SETTLE, refund_id="none"), "refund_unknown"),
        (msgspec.structs.replace(FAIL, refund_id="none"), "refund_unknown"),
        (SEND, "refund_not_approved"),
        (SETTLE, "refund_not_sent"),
        (FAIL, "refund_not_sent"),
        (msgspec.structs.replace(FAIL, reason_code=""), "reason_missing"),
        (request_refund("f/g", 1), "id_malformed"),
    ],
)
def test_a_step_that_is_not_next_is_refused(wrong: Ask, code: str) -> None:
    requested().when(wrong).refused(code)


def test_each_step_is_taken_once() -> None:
    book = requested().given(approve_refund("f"))
    book.when(approve_refund("f")).refused("refund_not_requested")
    book.given(SEND).when(SEND).refused("refund_not_approved")
    book.given(SETTLE).when(SETTLE).refused("refund_not_sent")


def test_the_steps_that_move_credit_ask_for_the_account_of_the_request() -> None:
    book = requested()
    for step in (ApproveRefund(refund_id="f"), FAIL):
        assert (step.streams(), step.more(book.states)) == (("refund-f",), ("account-p1",))
    assert FAIL.more({}) == ()


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
ASKED: tuple[Ask, ...] = (allocate("r", rest_to="p1"), request_refund("f", 1))
RAISED: Raised = {
    "refund_not_approved": (ASKED, SEND),
    "refund_not_requested": ((*ASKED, approve_refund("f")), approve_refund("f")),
    "refund_not_sent": (ASKED, SETTLE),
    "refund_unknown": ((), approve_refund("f")),
}
