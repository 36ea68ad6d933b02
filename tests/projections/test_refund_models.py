"""Refunds and bank movements in the read tables, followed to their end and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyMovement
from ledger.domain.cash.refund import CancelRefund, RejectRefund
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.cash.refund_payment import FailRefund, ReturnRefund, SendRefund, SettleRefund
from ledger.domain.cash.refund_state import Refund
from tests.kit.book import Ask, by
from tests.kit.care import allocate, approve_refund, receipt, request_refund
from tests.projections.memory_journal import Log
from tests.projections.test_read_models import DAY, balance, row
from tests.projections.test_read_models import log as log


def test_a_refund_is_followed_to_its_end(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), request_refund("f", 20_00), on=DAY)
    assert row(log, "refunds", "f").status == "requested"
    log.do(approve_refund("f"), SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="e1"), on=DAY)
    sent = row(log, "refunds", "f")
    assert (sent.status, sent.approver, sent.end_to_end_id) == ("sent", "bo", "e1")
    assert balance(log, "p1")[1] == 0
    log.do(FailRefund(refund_id="f", reason_code="CLOSED"), on=DAY)
    assert row(log, "refunds", "f").status == "failed"
    assert balance(log, "p1")[1] == 20_00


SEND = SendRefund(refund_id="f", rail="swish", end_to_end_id="e1")
SETTLE = SettleRefund(refund_id="f")
RETURN = ReturnRefund(refund_id="f", reason_code="AC04")
NOTHING = (0, 0, None)


def line_of(part_id: str, amount_minor: int) -> BookRefundMovement:
    """The bank's line that pays refund f, or brings its money back."""
    line = BankLine(bank_account="b1", amount_minor=amount_minor, currency="SEK", booked_on=DAY, line_key=part_id)
    return BookRefundMovement(part_id=part_id, line=line, refund_id="f")


PAID, BACK = line_of("out", -20_00), line_of("in", 20_00)


@pytest.mark.parametrize(
    ("steps", "status", "under_way"),
    [
        ((), "requested", (0, 0, "approval")),
        ((by("bo", RejectRefund(refund_id="f", reason_code="NO")),), "rejected", NOTHING),
        ((CancelRefund(refund_id="f", reason_code="NO"),), "cancelled", NOTHING),
        ((approve_refund("f"),), "approved", (20_00, 0, "payment_order")),
        ((approve_refund("f"), CancelRefund(refund_id="f", reason_code="NO")), "cancelled", NOTHING),
        ((approve_refund("f"), SEND), "sent", (0, 20_00, "bank_payment")),
        ((approve_refund("f"), SEND, SETTLE), "settled", (0, 20_00, "bank_payment")),
        ((approve_refund("f"), SEND, SETTLE, PAID), "settled", NOTHING),
        ((approve_refund("f"), PAID), "settled", NOTHING),
        ((approve_refund("f"), SEND, FailRefund(refund_id="f", reason_code="AC04")), "failed", NOTHING),
        ((approve_refund("f"), SEND, FailRefund(refund_id="f", reason_code="AC04"), PAID), "settled", NOTHING),
        ((approve_refund("f"), PAID, RETURN), "returned", (0, -20_00, "bank_return")),
        ((approve_refund("f"), PAID, RETURN, BACK), "returned", NOTHING),
        # The payment is hidden in an amount that the bank did not divide.
        ((approve_refund("f"), SEND, BACK), "returned", (0, 20_00, "bank_payment")),
    ],
)
def test_a_refund_says_what_of_it_is_under_way_and_what_it_waits_for(
    log: Log, steps: tuple[Ask, ...], status: str, under_way: tuple[int, int, str | None]
):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), request_refund("f", 20_00), *steps, on=DAY)
    known = row(log, "refunds", "f")
    assert (known.status, (known.payable_minor, known.transit_minor, known.waits_for)) == (status, under_way)
    state = log.book.states["refund-f"]
    assert isinstance(state, Refund)
    assert (state.status, state.payable.latest, state.transit.latest) == (status, *under_way[:2])


def test_a_refund_waits_since_its_last_step_and_not_since_the_banks_line(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), request_refund("f", 20_00), on=DAY)
    log.do(approve_refund("f"), SEND, on=DAY + timedelta(days=2))
    assert row(log, "refunds", "f").since == DAY + timedelta(days=2)
    log.do(SETTLE, on=DAY + timedelta(days=3))
    log.do(PAID, on=DAY + timedelta(days=4))
    assert row(log, "refunds", "f").since == DAY + timedelta(days=3)


def test_a_bank_movement_is_kept_with_its_role(log: Log):
    fee = BankLine(bank_account="b1", amount_minor=-15_00, currency="SEK", booked_on=DAY, line_key="k", file="h")
    log.do(ClassifyMovement(part_id="m", line=fee, role="bank_fees", rule="fee"), on=DAY)
    kept = row(log, "movements", "m")
    assert (kept.amount_minor, kept.role, kept.line_key, kept.file) == (-15_00, "bank_fees", "k", "h")
    assert (kept.document, kept.reason_code) == (None, None)
    log.do(ReclassifyMovement(part_id="m", role="suppliers", reason_code="INVOICE"), on=DAY)
    moved = row(log, "movements", "m")
    assert (moved.role, moved.rule, moved.reason_code) == ("suppliers", "fee", "INVOICE")


def test_a_movement_that_was_a_payment_is_a_receipt_and_says_so(log: Log):
    line = BankLine(bank_account="b1", amount_minor=15_00, currency="SEK", booked_on=DAY, line_key="k", file="h")
    log.do(ClassifyMovement(part_id="m", line=line, role="bank_suspense", rule="details_do_not_sum"), on=DAY)
    log.do(ReclassifyAsReceipt(part_id="m", reason_code="PAYER_ASKED"), on=DAY)
    assert (row(log, "movements", "m").role, row(log, "movements", "m").document) == ("unallocated", "receipt-m")
    found = row(log, "receipts", "m")
    assert (found.unallocated_minor, found.line_key, found.rail) == (15_00, "k", "bank_transfer")


def test_a_refund_has_the_banks_lines_until_they_were_something_else(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), request_refund("f", 20_00), on=DAY)
    log.do(approve_refund("f"), on=DAY)
    for part_id, amount in (("out", -20_00), ("in", 20_00)):
        line = BankLine(bank_account="b1", amount_minor=amount, currency="SEK", booked_on=DAY, line_key=part_id)
        log.do(BookRefundMovement(part_id=part_id, line=line, refund_id="f"), on=DAY)
    known = row(log, "refunds", "f")
    assert (known.status, known.paid_minor, known.brought_back_minor) == ("returned", 20_00, 20_00)
    assert known.end_to_end_id == "f"
    log.do(ReclassifyMovement(part_id="in", role="suppliers", reason_code="X"), on=DAY)
    log.do(ReclassifyMovement(part_id="out", role="suppliers", reason_code="X"), on=DAY)
    known = row(log, "refunds", "f")
    assert (known.status, known.paid_minor, known.brought_back_minor, known.returned_minor) == ("sent", 0, 0, 0)


def test_a_settled_refund_without_the_banks_line_is_sent(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), request_refund("f", 20_00), on=DAY)
    line = BankLine(bank_account="b1", amount_minor=-20_00, currency="SEK", booked_on=DAY, line_key="k")
    log.do(approve_refund("f"), BookRefundMovement(part_id="m", line=line, refund_id="f"), on=DAY)
    assert row(log, "refunds", "f").status == "settled"
    log.do(ReclassifyMovement(part_id="m", role="suppliers", reason_code="X"), on=DAY)
    assert row(log, "refunds", "f").status == "sent"
