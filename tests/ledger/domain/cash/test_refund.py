"""The refund: asked for, approved by another, sent, and settled or back as customer credit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.cash.refund import ApproveRefund, CancelRefund, RejectRefund
from ledger.domain.cash.refund_facts import (
    RefundApproved,
    RefundCancelled,
    RefundFailed,
    RefundRejected,
    RefundRequested,
    RefundSent,
    RefundSettled,
)
from ledger.domain.cash.refund_payment import FailRefund, ReturnRefund, SendRefund, SettleRefund
from ledger.domain.cash.refund_state import Refund
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import (
    Account,
    CustomerCreditRefunded,
    CustomerCreditRestored,
)
from ledger.domain.receivables.credit_facts import RefundReservationEnded, RefundReserved
from tests.kit.book import DAY, Ask, Book, Raised, by, on
from tests.kit.care import allocate, approve_refund, invoice, open_clinic, receipt, request_refund, reverse
from tests.ledger.domain.cash.test_customer_credit import apply_credit

SEND = SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="E2E-f")
SETTLE = SettleRefund(refund_id="f", bank_ref="B-1")
FAIL = FailRefund(refund_id="f", reason_code="AC04")
RETURN = ReturnRefund(refund_id="f", reason_code="AC04")
REJECT = by("bo", RejectRefund(refund_id="f", reason_code="NOT_OWED"))
CANCEL = CancelRefund(refund_id="f", reason_code="PAYEE_UNKNOWN")
CANCELLED = RefundCancelled(
    refund_id="f", amount_minor=60_00, currency="SEK", approved=True, reason_code="PAYEE_UNKNOWN"
)
LATER, LATEST = DAY + timedelta(days=10), DAY + timedelta(days=20)


def credited() -> Book:
    """Patient p1 has 100.00 of customer credit."""
    return open_clinic().given(receipt("r", 100_00), allocate("r", rest_to="p1"))


def requested(amount_minor: int = 60_00) -> Book:
    return credited().given(request_refund("f", amount_minor))


def free(book: Book, day: date = DAY) -> tuple[int, int]:
    """The credit of p1 on a day, and how much of it is free."""
    account = book.states["account-p1"]
    assert isinstance(account, Account)
    return account.credit_in("SEK").on(day), account.free_in("SEK").on(day)


def status_of(book: Book) -> str:
    refund = book.states["refund-f"]
    assert isinstance(refund, Refund)
    return refund.status


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
    reserved = RefundReserved(refund_id="f", amount_minor=60_00, currency="SEK")
    book = credited().when(request_refund("f", 60_00)).then(NewFact("refund-f", fact), NewFact("account-p1", reserved))
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


def test_another_person_approves_and_the_money_is_owed() -> None:
    approved = RefundApproved(refund_id="f", amount_minor=60_00, currency="SEK", approver="bo")
    used = CustomerCreditRefunded(refund_id="f", amount_minor=60_00, currency="SEK")
    book = requested().when(approve_refund("f")).then(NewFact("refund-f", approved), NewFact("account-p1", used))
    assert book.balances() == {"bank": 100_00, "customer_credit": -40_00, "refunds_payable": -60_00}


def test_another_person_rejects_and_nothing_moves() -> None:
    rejected = RefundRejected(approver="bo", reason_code="NOT_OWED")
    ended = RefundReservationEnded(refund_id="f", amount_minor=60_00, currency="SEK")
    book = requested().when(REJECT).then(NewFact("refund-f", rejected), NewFact("account-p1", ended))
    book.when(approve_refund("f")).refused("refund_rejected")
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}


def test_it_is_sent_and_settled() -> None:
    sent = RefundSent(refund_id="f", amount_minor=60_00, currency="SEK", rail="bank_transfer", end_to_end_id="E2E-f")
    book = requested().given(approve_refund("f")).when(SEND).then(NewFact("refund-f", sent))
    assert book.balances() == {"bank": 100_00, "customer_credit": -40_00, "cash_in_transit": -60_00}
    book.when(SETTLE).then(NewFact("refund-f", RefundSettled(bank_ref="B-1")))
    book.when(SEND).refused("refund_settled")


def test_a_failed_one_is_customer_credit_again_and_may_be_asked_for_anew() -> None:
    failed = RefundFailed(refund_id="f", amount_minor=60_00, currency="SEK", reason_code="AC04")
    restored = CustomerCreditRestored(refund_id="f", amount_minor=60_00, currency="SEK")
    book = requested().given(approve_refund("f"), SEND)
    book.when(FAIL).then(NewFact("refund-f", failed), NewFact("account-p1", restored))
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}
    book.given(request_refund("g", 100_00), approve_refund("g"))
    assert book.balances() == {"bank": 100_00, "refunds_payable": -100_00}


def test_a_request_reserves_the_credit_and_an_approval_uses_what_is_reserved() -> None:
    book = credited().given(on(DAY, request_refund("f", 60_00)))
    assert free(book) == (100_00, 40_00)
    book.given(on(LATER, approve_refund("f")))
    assert [free(book, day) for day in (DAY, LATER)] == [(100_00, 40_00), (40_00, 40_00)]
    book.given(on(LATER, SEND), on(LATER, FAIL))
    assert free(book, LATER) == (100_00, 100_00)


def test_a_rejected_request_reserves_nothing_from_the_day_of_its_rejection_on() -> None:
    book = requested().given(on(LATER, REJECT))
    assert [free(book, day) for day in (DAY, LATER)] == [(100_00, 40_00), (100_00, 100_00)]


def test_of_three_requests_for_the_same_money_one_is_taken() -> None:
    book = requested(100_00)
    for id in ("g", "h"):
        book.when(request_refund(id, 100_00)).refused("amount_exceeds_credit")
    book.given(REJECT, request_refund("g", 100_00), approve_refund("g"))
    assert book.balances() == {"bank": 100_00, "refunds_payable": -100_00}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (request_refund("g", 40_01), request_refund("g", 40_00)),
        (apply_credit(40_01, item="i1"), apply_credit(40_00, item="i1")),
        (reverse("r"), None),
    ],
)
def test_credit_that_is_reserved_serves_nothing_else(wrong: Ask, right: Ask | None) -> None:
    book = requested().given(invoice("i1"))
    book.when(wrong).refused("amount_exceeds_credit")
    if right is not None:
        book.given(right)
        assert free(book)[1] == 0
    book.given(approve_refund("f"))


def test_a_refund_is_requested_on_the_first_day_from_which_its_credit_stays_free() -> None:
    book = credited().given(on(LATER, request_refund("f", 60_00)))
    book.when(replace(request_refund("g", 60_00), on=DAY)).refused("amount_exceeds_credit")
    book.given(on(LATEST, REJECT))
    book.when(replace(request_refund("g", 60_00), on=LATER)).refused("day_cannot_hold")
    assert {new.on for new in book.do(on(DAY, request_refund("g", 60_00)))} == {LATEST}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (request_refund("f", 1), "fact_already_recorded"),
        (request_refund("g", 100_01), "amount_exceeds_credit"),
        (request_refund("g", 0), "amount_not_positive"),
        (replace(request_refund("g", 1), currency="EUR"), "amount_exceeds_credit"),
        (replace(request_refund("g", 1), reason_code=""), "reason_missing"),
        (request_refund("g", 1, "nobody"), "account_not_open"),
        (approve_refund("f", "anna"), "approver_is_requester"),
        (approve_refund("none"), "refund_unknown"),
        (by("anna", RejectRefund(refund_id="f", reason_code="NO")), "approver_is_requester"),
        (by("bo", RejectRefund(refund_id="f", reason_code="")), "reason_missing"),
        (by("bo", RejectRefund(refund_id="none", reason_code="NO")), "refund_unknown"),
        (replace(SEND, refund_id="none"), "refund_unknown"),
        (replace(SETTLE, refund_id="none"), "refund_unknown"),
        (replace(FAIL, refund_id="none"), "refund_unknown"),
        (SEND, "refund_requested"),
        (SETTLE, "refund_requested"),
        (FAIL, "refund_requested"),
        (replace(FAIL, reason_code=""), "reason_missing"),
        (replace(CANCEL, reason_code=""), "reason_missing"),
        (replace(CANCEL, refund_id="none"), "refund_unknown"),
        (request_refund("f/g", 1), "id_malformed"),
    ],
)
def test_a_step_that_is_not_next_is_refused(wrong: Ask, code: str) -> None:
    requested().when(wrong).refused(code)


# What leads to each status, and the steps that a refund of this status can take.
APPROVED: tuple[Ask, ...] = (approve_refund("f"),)
LEADING: dict[str, tuple[Ask, ...]] = {
    "requested": (),
    "approved": APPROVED,
    "rejected": (REJECT,),
    "cancelled": (CANCEL,),
    "sent": (*APPROVED, SEND),
    "settled": (*APPROVED, SEND, SETTLE),
    "failed": (*APPROVED, SEND, FAIL),
    "returned": (*APPROVED, SEND, SETTLE, RETURN),
}
STEPS: dict[str, Ask] = {
    "approve": approve_refund("f"),
    "reject": REJECT,
    "cancel": CANCEL,
    "send": SEND,
    "settle": SETTLE,
    "fail": FAIL,
    "return": RETURN,
}
OPEN_TO: dict[str, set[str]] = {
    "requested": {"approve", "reject", "cancel"},
    "approved": {"send", "cancel"},
    "sent": {"settle", "fail"},
    "settled": {"fail", "return"},
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", LEADING)
def test_a_refund_takes_the_steps_that_its_status_leaves_and_the_refusal_of_others_says_which(
    status: str, step: str
) -> None:
    book = requested().given(*LEADING[status])
    assert status_of(book) == status
    if step in OPEN_TO.get(status, set()):
        book.given(STEPS[step])
        assert status_of(book) != status
    else:
        book.when(STEPS[step]).refused(f"refund_{status}")


@pytest.mark.parametrize("canceller", ["anna", "bo"])
def test_whoever_requested_it_or_another_cancels_a_request_and_the_credit_is_free(canceller: str) -> None:
    book = requested()
    book.when(on(LATER, by(canceller, CANCEL))).then(
        NewFact("refund-f", replace(CANCELLED, approved=False)),
        NewFact("account-p1", RefundReservationEnded(refund_id="f", amount_minor=60_00, currency="SEK")),
    )
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}
    assert [free(book, day) for day in (DAY, LATER)] == [(100_00, 40_00), (100_00, 100_00)]


def test_an_approved_refund_is_cancelled_and_its_money_is_customer_credit_again() -> None:
    book = requested().given(approve_refund("f"))
    book.when(on(LATER, CANCEL)).then(
        NewFact("refund-f", CANCELLED),
        NewFact("account-p1", CustomerCreditRestored(refund_id="f", amount_minor=60_00, currency="SEK")),
    )
    assert book.balances() == {"bank": 100_00, "customer_credit": -100_00}
    assert [free(book, day) for day in (DAY, LATER)] == [(40_00, 40_00), (100_00, 100_00)]


def test_a_refund_is_not_cancelled_before_it_was_requested_or_approved() -> None:
    book = requested().given(on(LATER, approve_refund("f")))
    book.when(replace(CANCEL, on=DAY)).refused("day_cannot_hold")
    assert {new.on for new in book.do(on(DAY, CANCEL))} == {LATER}


def test_the_steps_that_move_credit_ask_for_the_account_of_the_request() -> None:
    book = requested()
    for step in (ApproveRefund(refund_id="f"), RejectRefund(refund_id="f", reason_code="NO"), CANCEL, FAIL, RETURN):
        assert (step.streams(), step.more(book.states)) == (("refund-f",), ("account-p1",))
    assert FAIL.more({}) == ()


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
ASKED: tuple[Ask, ...] = (allocate("r", rest_to="p1"), request_refund("f", 1))
RAISED: Raised = {
    "refund_approved": ((*ASKED, *LEADING["approved"]), REJECT),
    "refund_cancelled": ((*ASKED, *LEADING["cancelled"]), SEND),
    "refund_failed": ((*ASKED, *LEADING["failed"]), SEND),
    "refund_rejected": ((*ASKED, *LEADING["rejected"]), SEND),
    "refund_requested": (ASKED, SEND),
    "refund_returned": ((*ASKED, *LEADING["returned"]), SEND),
    "refund_sent": ((*ASKED, *LEADING["sent"]), CANCEL),
    "refund_settled": ((*ASKED, *LEADING["settled"]), SEND),
    "refund_unknown": ((), approve_refund("f")),
}


def test_the_refusal_names_how_identified_money_becomes_credit() -> None:
    assert "`reskontra allocate RECEIPT --credit-account ACCOUNT`" in CATALOGUE.refusals["amount_exceeds_credit"]
