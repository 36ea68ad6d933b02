"""A receipt recorded by mistake never was: all that was done with its money is undone as of its own day."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.cash.customer_credit import ApplyCredit
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Rail, ReceiptVoided
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.cash.void import VoidReceipt
from ledger.domain.refusals import Refused
from tests.kit.book import Ask, Book, Raised, on
from tests.kit.care import BOOKED, allocate, approve_refund, invoice, open_clinic, payment, request_refund, reverse
from tests.ledger.domain.cash.test_allocation import customer_credit, open_on, unallocated

USED = date(2024, 7, 20)
TODAY = date(2024, 11, 25)
VOID = VoidReceipt(receipt_id="till", reason_code="TWICE")
CASH = RecordReceipt(receipt_id="till", payment=replace(payment(250_00), rail="cash", bank_account="cash"))


def cash(*asks: Ask) -> Book:
    """Patient p1 owes 250.00 on each of i1 and i2; 250.00 in cash were recorded on the 10th of July."""
    return open_clinic().given(invoice("i1"), invoice("i2"), CASH, *asks)


def test_cash_is_in_the_till_and_not_at_the_bank() -> None:
    assert cash().balances() == {
        "cash_on_hand": 250_00,
        "unallocated": -250_00,
        "ar_patient": 500_00,
        "revenue": -500_00,
    }


@pytest.mark.parametrize(("rail", "role"), [("card", "card_clearing"), ("swish", "swish_clearing")])
def test_a_payment_by_card_or_swish_is_on_its_clearing_account_until_it_is_voided(rail: Rail, role: str) -> None:
    paid = replace(CASH, payment=replace(CASH.payment, rail=rail, bank_account=rail))
    book = open_clinic().given(paid)
    assert book.balances() == {role: 250_00, "unallocated": -250_00}
    # It does not leave by its own account.
    book.when(ReclassifyReceipt(receipt_id="till", role=role, reason_code="paid_out")).refused("role_not_for_receipts")
    book.do(on(TODAY, VOID))
    assert book.balances() == {}


def test_all_is_undone_as_of_its_own_day_as_a_correction() -> None:
    book = cash(allocate("till", "i1"))
    decision = book.do(on(TODAY, VOID))
    assert {(new.on, new.corrects) for new in decision} == {(BOOKED, True)}
    assert (open_on(book, "i1"), unallocated(book, "till")) == (250_00, 0)
    assert book.balances() == {"ar_patient": 500_00, "revenue": -500_00}
    book.when(VOID).nothing_new()
    book.when(allocate("till", "i2", allocation_id="again")).refused("amount_exceeds_unallocated")


def test_customer_credit_made_of_it_is_taken_from_where_it_was_used() -> None:
    book = cash(allocate("till", rest_to="p1"))
    book.do(on(USED, ApplyCredit(allocation_id="use", account_id="p1", item_id="i2.1")))
    book.do(on(TODAY, VOID))
    assert (open_on(book, "i2"), customer_credit(book)) == (250_00, 0)


def test_money_that_was_elsewhere_for_a_while_is_gone_from_the_first_day_on_which_it_can_be() -> None:
    book = cash(allocate("till", "i1"))
    book.do(on(USED, reverse("till")))
    voided = [new.on for new in book.do(on(TODAY, VOID)) if isinstance(new.fact, ReceiptVoided)]
    assert voided == [USED]


def test_it_needs_a_reason() -> None:
    cash().when(replace(VOID, reason_code="")).refused("reason_missing")


SEND = SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="E2E-f")
REFUNDED = (CASH, allocate("till", rest_to="p1"), request_refund("f", 250_00), approve_refund("f"), SEND)


def test_the_refusals_name_the_refund_that_has_the_money() -> None:
    book = open_clinic().given(*REFUNDED)
    with pytest.raises(Refused, match="paid out by refund f"):
        book.do(VOID)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "money_has_left": (REFUNDED, VOID),
    "receipt_elsewhere": ((CASH, ReclassifyReceipt(receipt_id="till", role="suppliers", reason_code="THEIRS")), VOID),
    "receipt_not_by_hand": ((), replace(VOID, receipt_id="r")),
}
