"""A transfer between entities: both halves, in any order of repetition, and which of them decides."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_facts import Payment
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.cash.transfer import (
    BeginTransfer,
    CancelTransfer,
    CompleteTransfer,
    DeclineTransfer,
    ReceiveTransfer,
)
from ledger.domain.cash.transfer_facts import Quoted
from ledger.domain.cash.transfer_state import Transfer
from ledger.domain.refusals import Refused
from tests.kit.book import Book, Raised, on
from tests.kit.care import BOOKED, allocate, invoice, open_clinic, receipt, reverse

LATER = date(2024, 8, 1)
BEGIN = BeginTransfer(transfer_id="t", receipt_id="theirs", entity="north", reason_code="PAID_US")
CANCEL = CancelTransfer(transfer_id="t", reason_code="OURS")
COMPLETE = CompleteTransfer(transfer_id="t")
DECLINE = DeclineTransfer(transfer_id="t", entity="south")
COMES = Payment(
    rail="transfer",
    bank_account="transfer",
    amount_minor=250_00,
    currency="SEK",
    booked_on=BOOKED,
    reference="10017",
    reference_kind="ocr",
    reference_valid=True,
)
QUOTED = Quoted(booked_on=BOOKED, reference="10017", reference_kind="ocr", reference_valid=True)
RECEIVE = ReceiveTransfer(transfer_id="t", entity="south", amount_minor=250_00, currency="SEK", quoted=QUOTED)


def paid() -> Book:
    """A payment of 250.00, for which no invoice is known here, with a reference and with the bank's details."""
    given = receipt("theirs", 250_00)
    quoted = replace(given.payment, reference="10017", reference_kind="ocr", reference_valid=True, file="f" * 64)
    return open_clinic().given(replace(given, payment=quoted))


def transfer(book: Book) -> Transfer:
    state = book.states["transfer-t"]
    assert isinstance(state, Transfer)
    return state


def test_the_money_is_owed_to_the_other_entity_from_the_day_on_which_it_came() -> None:
    book = paid()
    moved, begun = book.do(on(LATER, BEGIN))
    assert (moved.stream, moved.on, moved.corrects) == ("receipt-theirs", BOOKED, True)
    assert book.balances() == {"bank": 250_00, "due_to_entities": -250_00}
    assert begun.stream == "transfer-t"
    # What the other entity gets says nothing of our file, line or bank account.
    assert transfer(book).payment == COMES
    assert transfer(book).status == "under_way"
    book.when(BEGIN).nothing_new()
    book.when(replace(BEGIN, amount_minor=250_00)).nothing_new()
    book.do(COMPLETE)
    book.when(COMPLETE).nothing_new()
    assert transfer(book).status == "completed"


def test_money_that_was_allocated_until_a_later_day_is_owed_from_that_day() -> None:
    book = paid().given(invoice("i1"), allocate("theirs", "i1"))
    book.do(on(LATER, reverse("theirs")))
    book.do(BEGIN)
    assert transfer(book).payment.booked_on == LATER


def test_money_that_became_free_on_several_days_is_owed_from_the_last_of_them() -> None:
    book = paid().given(invoice("i1"), allocate("theirs", ItemToPay("i1.1", 100_00)))
    book.do(on(LATER, reverse("theirs")))
    book.do(BEGIN)
    assert (transfer(book).payment.booked_on, transfer(book).payment.amount_minor) == (LATER, 250_00)


def test_only_a_part_is_transferred_and_the_rest_by_another() -> None:
    book = paid().given(replace(BEGIN, amount_minor=100_00), replace(BEGIN, transfer_id="t2", entity="west"))
    receipts = book.states["receipt-theirs"]
    assert isinstance(receipts, Receipt)
    assert (receipts.unallocated_minor, receipts.with_us_minor) == (0, 0)
    book.do(CANCEL)
    assert book.balances() == {"bank": 250_00, "due_to_entities": -150_00, "unallocated": -100_00}


def test_it_arrives_as_a_receipt_that_is_allocated_like_any_other() -> None:
    book = open_clinic().given(invoice("i1"))
    recorded, arrived = book.do(on(LATER, RECEIVE))
    assert (recorded.stream, recorded.on, recorded.corrects) == ("receipt-t", BOOKED, True)
    assert arrived.stream == "transfer-t"
    assert book.balances() == {
        "due_from_entities": 250_00,
        "unallocated": -250_00,
        "ar_patient": 250_00,
        "revenue": -250_00,
    }
    book.when(RECEIVE).nothing_new()
    book.do(allocate("t", "i1"))
    assert book.balances() == {"due_from_entities": 250_00, "revenue": -250_00}


def test_what_was_cancelled_is_unallocated_on_its_own_days_and_never_arrives() -> None:
    here, there = paid().given(BEGIN), open_clinic().given(DECLINE)
    back, cancelled = here.do(on(LATER, CANCEL))
    assert (back.on, back.corrects, cancelled.stream) == (BOOKED, True, "transfer-t")
    assert here.balances() == {"bank": 250_00, "unallocated": -250_00}
    here.when(CANCEL).nothing_new()
    there.when(DECLINE).nothing_new()
    there.when(RECEIVE).refused("transfer_declined")
    here.when(COMPLETE).refused("transfer_ended")


def test_what_arrived_comes_back_by_a_transfer_of_its_own() -> None:
    there = open_clinic().given(RECEIVE)
    there.when(DECLINE).refused("transfer_arrived")
    back = BeginTransfer(transfer_id="back", receipt_id="t", entity="south", reason_code="WRONG")
    there.do(back)
    # Each owes the other as much.
    assert there.balances() == {"due_from_entities": 250_00, "due_to_entities": -250_00}
    here = paid().given(BEGIN, COMPLETE)
    here.do(replace(RECEIVE, transfer_id="back", entity="north"))
    assert here.balances() == {
        "bank": 250_00,
        "due_to_entities": -250_00,
        "due_from_entities": 250_00,
        "unallocated": -250_00,
    }


def test_money_under_way_is_brought_back_by_nothing_but_its_transfer() -> None:
    book = paid().given(BEGIN)
    back = ReclassifyReceipt(receipt_id="theirs", role="due_to_entities", reason_code="OURS", back=True)
    book.when(back).refused("role_not_for_receipts")


def test_what_the_other_entity_pays_by_bank_clears_what_it_owes() -> None:
    book = open_clinic().given(RECEIVE, receipt("settled", 250_00, bank_account="b1"))
    book.do(ReclassifyReceipt(receipt_id="settled", role="due_from_entities", reason_code="SETTLED"))
    assert book.balances() == {"bank": 250_00, "unallocated": -250_00}


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (replace(BEGIN, transfer_id="t2", receipt_id="none"), "receipt_unknown"),
        (replace(BEGIN, receipt_id="none"), "fact_already_recorded"),
        (replace(BEGIN, transfer_id="t2"), "amount_exceeds_unallocated"),
        (replace(BEGIN, entity="west"), "fact_already_recorded"),
        (replace(BEGIN, amount_minor=1), "fact_already_recorded"),
        (replace(BEGIN, reason_code=""), "reason_missing"),
        (RECEIVE, "fact_already_recorded"),
        (replace(CANCEL, reason_code=""), "reason_missing"),
        (replace(CANCEL, transfer_id="none"), "transfer_unknown"),
        (replace(RECEIVE, transfer_id="theirs"), "fact_already_recorded"),
        (replace(RECEIVE, transfer_id="other", amount_minor=0), "amount_not_positive"),
    ],
)
def test_what_is_refused_once_it_is_under_way(ask: object, code: str) -> None:
    book = paid().given(BEGIN)
    with pytest.raises(Refused) as refused:
        book.do(ask)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_same_transfer_with_another_amount_is_another_one() -> None:
    book = open_clinic().given(RECEIVE)
    book.when(replace(RECEIVE, amount_minor=1)).refused("fact_already_recorded")
    book.when(CANCEL).refused("transfer_unknown")


RAISED: Raised = {
    "transfer_arrived": ((RECEIVE,), DECLINE),
    "transfer_declined": ((DECLINE,), RECEIVE),
    "transfer_ended": ((replace(BEGIN, receipt_id="r"), COMPLETE), CANCEL),
    "transfer_unknown": ((), COMPLETE),
}
