"""The write-off: asked for, approved by another, and taken back when the patient pays after all."""

from __future__ import annotations

import msgspec
import pytest

from ledger.domain.fact import Command, NewFact
from ledger.domain.invoice import BalanceWrittenOff, WriteOffReversed
from ledger.domain.write_off import (
    RejectWriteOff,
    ReverseWriteOff,
    WriteOffApproved,
    WriteOffRejected,
    WriteOffRequested,
    WriteOffTakenBack,
)
from tests.kit.book import Book
from tests.kit.care import (
    allocate,
    approve_write_off,
    credit,
    invoice,
    open_clinic,
    receipt,
    request_write_off,
)

REVERSE = ReverseWriteOff(write_off_id="w", invoice_id="i1", reason_code="PAID")


def part_paid() -> Book:
    """Patient p1 has paid 100.00 of 250.00."""
    return open_clinic().given(invoice("i1"), receipt("r", 100_00), allocate("r", "i1"))


def requested() -> Book:
    return part_paid().given(request_write_off("w", "i1"))


def written_off() -> Book:
    return requested().given(approve_write_off("w", "i1"))


@pytest.mark.parametrize(("asked", "amount_minor"), [(None, 150_00), (40_00, 40_00)])
def test_all_that_is_open_or_some_of_it_is_asked_for(asked: int | None, amount_minor: int) -> None:
    fact = WriteOffRequested(
        write_off_id="w",
        invoice_id="i1",
        share=1,
        amount_minor=amount_minor,
        currency="SEK",
        reason_code="UNECONOMIC",
        requester="anna",
    )
    book = part_paid().when(request_write_off("w", "i1", asked)).then(NewFact("writeoff-w", fact))
    assert book.balances()["ar_patient"] == 150_00


def test_another_person_approves_and_it_is_a_loss() -> None:
    loss = BalanceWrittenOff(
        write_off_id="w", account_id="p1", share=1, amount_minor=150_00, currency="SEK", ar_role="ar_patient"
    )
    book = (
        requested()
        .when(approve_write_off("w", "i1"))
        .then(NewFact("writeoff-w", WriteOffApproved(approver="bo")), NewFact("invoice-i1", loss))
    )
    assert book.balances() == {"bank": 100_00, "write_off_loss": 150_00, "revenue": -250_00}


def test_another_person_rejects_and_nothing_moves() -> None:
    reject = RejectWriteOff(write_off_id="w", approver="bo", reason_code="PATIENT_PAYS")
    rejected = WriteOffRejected(approver="bo", reason_code="PATIENT_PAYS")
    book = requested().when(reject).then(NewFact("writeoff-w", rejected))
    book.when(approve_write_off("w", "i1")).refused("write_off_not_requested")
    assert book.balances()["ar_patient"] == 150_00


def test_a_write_off_is_taken_back_and_the_item_is_open_again() -> None:
    reversed_ = WriteOffReversed(
        write_off_id="w", account_id="p1", share=1, amount_minor=150_00, currency="SEK", ar_role="ar_patient"
    )
    book = (
        written_off()
        .when(REVERSE)
        .then(NewFact("writeoff-w", WriteOffTakenBack(reason_code="PAID")), NewFact("invoice-i1", reversed_))
    )
    book.when(REVERSE).refused("write_off_unknown")
    book.given(receipt("late", 150_00), allocate("late", "i1"))
    assert book.balances() == {"bank": 250_00, "revenue": -250_00}


def test_a_payment_between_request_and_approval_stops_the_approval() -> None:
    book = requested().given(receipt("late", 1), allocate("late", "i1"))
    book.when(approve_write_off("w", "i1")).refused("amount_exceeds_balance")


def test_two_write_offs_of_one_item_are_taken_back_one_by_one() -> None:
    book = part_paid()
    for name, amount in (("w", 100_00), ("v", 50_00)):
        book.given(request_write_off(name, "i1", amount), approve_write_off(name, "i1"))
    book.given(REVERSE)
    assert book.balances()["write_off_loss"] == 50_00


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (request_write_off("w", "i1"), "fact_already_recorded"),
        (request_write_off("v", "none"), "invoice_unknown"),
        (request_write_off("v", "i1", 150_01), "amount_exceeds_balance"),
        (request_write_off("v", "i1", 0), "amount_not_positive"),
        (request_write_off("v", "closed"), "nothing_open"),
        (msgspec.structs.replace(request_write_off("v", "i1"), reason_code=""), "reason_missing"),
        (msgspec.structs.replace(request_write_off("v", "i1"), share=2), "share_unknown"),
        (request_write_off("v/w", "i1"), "id_malformed"),
        (approve_write_off("w", "i1", "anna"), "approver_is_requester"),
        (approve_write_off("none", "i1"), "write_off_not_requested"),
        (approve_write_off("w", "closed"), "write_off_unknown"),
        (RejectWriteOff(write_off_id="w", approver="anna", reason_code="NO"), "approver_is_requester"),
        (RejectWriteOff(write_off_id="w", approver="bo", reason_code=""), "reason_missing"),
        (RejectWriteOff(write_off_id="none", approver="bo", reason_code="NO"), "write_off_not_requested"),
        (REVERSE, "write_off_unknown"),
        (msgspec.structs.replace(REVERSE, write_off_id="none"), "write_off_unknown"),
        (msgspec.structs.replace(REVERSE, invoice_id="none"), "invoice_unknown"),
        (msgspec.structs.replace(REVERSE, reason_code=""), "reason_missing"),
    ],
)
def test_a_step_that_is_not_next_is_refused(wrong: Command, code: str) -> None:
    requested().given(invoice("closed"), credit("c", "closed")).when(wrong).refused(code)


def test_a_write_off_is_approved_once() -> None:
    written_off().when(approve_write_off("w", "i1")).refused("write_off_not_requested")
