"""The story of invoice 1001, as far as part one tells it: billed, reminded, paid, disputed, credited, refunded."""

from __future__ import annotations

from datetime import date

from ledger.domain.bank.line import BankLine
from ledger.domain.cash.refund_movement import BookRefundMovement
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.item_facts import ReminderSent, ReminderSuppressed
from tests.kit.book import Book
from tests.kit.care import (
    DUE,
    allocate,
    approve_refund,
    credit,
    invoice,
    line,
    open_clinic,
    receipt,
    remind,
    request_refund,
)


def columns(book: Book) -> tuple[int, int, int]:
    """Patients' receivables, the region's, and the bank; the trial balance sums to zero on every row."""
    balances = book.balances()
    assert sum(balances.values()) == 0
    return balances.get("ar_patient", 0), balances.get("ar_payer", 0), balances.get("bank", 0)


def billed() -> Book:
    """3 June: the case is closed; 500.00 are billed, half to the patient and half to the region."""
    return open_clinic().given(invoice("1001", line(1, 500_00), payers={"p1": 250_00, "r1": 250_00}))


def test_invoice_1001() -> None:
    book = billed()
    assert columns(book) == (250_00, 250_00, 0)
    book.given(receipt("region", 250_00), allocate("region", "1001.2"))
    assert columns(book) == (250_00, 0, 250_00)
    sent = book.do(remind("1001"))[0].fact
    assert isinstance(sent, ReminderSent)
    assert (sent.level, sent.balance_minor) == (0, 250_00)
    book.given(receipt("patient", 250_00), allocate("patient", "1001"))
    assert columns(book) == (0, 0, 500_00)
    book.given(credit("c1", "1001", LineToCredit(1, 100_00)))
    assert columns(book) == (0, 0, 500_00)
    assert book.balances()["customer_credit"] == -100_00
    book.given(request_refund("f1", 100_00), approve_refund("f1"))
    book.given(SendRefund(refund_id="f1", rail="bank_transfer", end_to_end_id="E2E-f1"))
    outgoing = BankLine(bank_account="b1", amount_minor=-100_00, currency="SEK", booked_on=date(2024, 7, 25))
    book.given(BookRefundMovement(part_id="m1", line=outgoing, refund_id="f1", bank_ref="B-1"))
    assert columns(book) == (0, 0, 400_00)
    assert book.balances() == {"bank": 400_00, "revenue": -400_00}


def test_a_bank_that_is_a_day_behind_sends_nothing() -> None:
    book = billed()
    later = date(2024, 7, 11)
    suppressed = book.do(remind("1001", later, date(2024, 7, 10), level=1))[0].fact
    assert isinstance(suppressed, ReminderSuppressed)
    assert suppressed.why == "bank_not_loaded"
    assert later > DUE
