"""The write-off: asked for, approved by another, and taken back when the patient pays after all."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.disputes_and_relief.write_off import ApproveWriteOff, RejectWriteOff, ReverseWriteOff
from ledger.domain.disputes_and_relief.write_off_facts import (
    WriteOffApproved,
    WriteOffRejected,
    WriteOffRequested,
    WriteOffReversed,
)
from ledger.domain.fact import NewFact
from ledger.domain.receivables.item_facts import ItemRestored, ItemWrittenOff
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import DAY, Ask, Book, Raised, by, on
from tests.kit.care import (
    allocate,
    approve_write_off,
    credit,
    invoice,
    open_clinic,
    receipt,
    request_write_off,
    reverse,
)

REVERSE = ReverseWriteOff(write_off_id="w", reason_code="PAID")


def part_paid() -> Book:
    """Patient p1 has paid 100.00 of 250.00."""
    return open_clinic().given(invoice("i1"), receipt("r", 100_00), allocate("r", "i1"))


def requested() -> Book:
    return part_paid().given(request_write_off("w", "i1"))


def written_off() -> Book:
    return requested().given(approve_write_off("w"))


@pytest.mark.parametrize(("asked", "amount_minor"), [(None, 150_00), (40_00, 40_00)])
def test_all_that_is_open_or_some_of_it_is_asked_for(asked: int | None, amount_minor: int) -> None:
    fact = WriteOffRequested(
        write_off_id="w",
        item_id="i1.1",
        amount_minor=amount_minor,
        currency="SEK",
        reason_code="UNECONOMIC",
        requester="anna",
    )
    book = part_paid().when(request_write_off("w", "i1", asked)).then(NewFact("writeoff-w", fact))
    assert book.balances()["ar_patient"] == 150_00


def test_another_person_approves_and_it_is_a_loss() -> None:
    approved = WriteOffApproved(
        amount_minor=150_00, currency="SEK", ar_role="ar_patient", tax_code="SE-EXEMPT", unit=None, approver="bo"
    )
    written_off = ItemWrittenOff(
        write_off_id="w", document=None, allocation_id=None, amount_minor=150_00, currency="SEK"
    )
    book = (
        requested()
        .when(approve_write_off("w"))
        .then(NewFact("writeoff-w", approved, DAY), NewFact("item-i1.1", written_off, DAY))
    )
    assert book.balances() == {"bank": 100_00, "write_off_loss": 150_00, "revenue": -250_00}


def test_another_person_rejects_and_nothing_moves() -> None:
    reject = by("bo", RejectWriteOff(write_off_id="w", reason_code="PATIENT_PAYS"))
    rejected = WriteOffRejected(approver="bo", reason_code="PATIENT_PAYS")
    book = requested().when(reject).then(NewFact("writeoff-w", rejected))
    book.when(approve_write_off("w")).refused("write_off_not_requested")
    assert book.balances()["ar_patient"] == 150_00


def test_a_write_off_is_taken_back_and_the_item_is_open_again() -> None:
    reversed_ = WriteOffReversed(
        amount_minor=150_00,
        currency="SEK",
        ar_role="ar_patient",
        tax_code="SE-EXEMPT",
        unit=None,
        because="moved",
        reason_code="PAID",
    )
    restored = ItemRestored(write_off_id="w", document=None, allocation_id=None, amount_minor=150_00, currency="SEK")
    book = written_off().when(REVERSE).then(NewFact("writeoff-w", reversed_, DAY), NewFact("item-i1.1", restored, DAY))
    book.when(REVERSE).refused("write_off_unknown")
    book.given(receipt("late", 150_00), allocate("late", "i1"))
    assert book.balances() == {"bank": 250_00, "revenue": -250_00}


def test_a_payment_between_request_and_approval_stops_the_approval() -> None:
    book = requested().given(receipt("late", 1), allocate("late", "i1"))
    book.when(approve_write_off("w")).refused("write_off_exceeds_balance")


def test_two_write_offs_of_one_item_are_taken_back_one_by_one() -> None:
    book = part_paid()
    for name, amount in (("w", 100_00), ("v", 50_00)):
        book.given(request_write_off(name, "i1", amount), approve_write_off(name))
    book.given(REVERSE)
    assert book.balances()["write_off_loss"] == 50_00


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (request_write_off("w", "i1"), "fact_already_recorded"),
        (request_write_off("v", "none"), "item_unknown"),
        (request_write_off("v", "i1", 150_01), "amount_exceeds_balance"),
        (request_write_off("v", "i1", 0), "amount_not_positive"),
        (request_write_off("v", "closed"), "item_not_open"),
        (msgspec.structs.replace(request_write_off("v", "i1"), reason_code=""), "reason_missing"),
        (request_write_off("v", "i1.2"), "item_unknown"),
        (request_write_off("v/w", "i1"), "id_malformed"),
        (approve_write_off("w", "anna"), "approver_is_requester"),
        (approve_write_off("none"), "write_off_unknown"),
        (by("anna", RejectWriteOff(write_off_id="w", reason_code="NO")), "approver_is_requester"),
        (by("bo", RejectWriteOff(write_off_id="w", reason_code="")), "reason_missing"),
        (by("bo", RejectWriteOff(write_off_id="none", reason_code="NO")), "write_off_unknown"),
        (REVERSE, "write_off_unknown"),
        (msgspec.structs.replace(REVERSE, write_off_id="none"), "write_off_unknown"),
        (msgspec.structs.replace(REVERSE, reason_code=""), "reason_missing"),
    ],
)
def test_a_step_that_is_not_next_is_refused(wrong: Ask, code: str) -> None:
    requested().given(invoice("closed"), credit("c", "closed")).when(wrong).refused(code)


def test_a_write_off_is_approved_once() -> None:
    written_off().when(approve_write_off("w")).refused("write_off_not_requested")


def test_it_is_effective_on_the_day_it_is_approved_or_taken_back_but_not_before_the_item_arose() -> None:
    arose, early, late = date(2024, 8, 1), date(2024, 7, 20), date(2024, 8, 20)
    later = invoice("later", issued_on=arose, due_on=date(2024, 8, 31))
    book = open_clinic().given(later, request_write_off("w", "later", 1), request_write_off("v", "later", 1))
    assert {new.on for new in book.do(on(early, approve_write_off("w")))} == {arose}
    assert {new.on for new in book.do(on(late, approve_write_off("v")))} == {late}
    assert {new.on for new in book.decide(on(early, REVERSE))} == {arose}
    assert {new.on for new in book.decide(on(late, REVERSE))} == {late}


def test_it_is_taken_back_on_no_day_on_which_some_of_it_was_recovered() -> None:
    paid, between, gone = date(2024, 7, 20), date(2024, 7, 25), date(2024, 8, 1)
    book = written_off().given(DeclareTerms(terms=Terms(recovers_losses=True)))
    book.given(receipt("late", 60_00, booked_on=paid), allocate("late", "i1"), on(gone, reverse("late")))
    early = msgspec.structs.replace(REVERSE, on=between)
    book.when(on(gone, early)).refused("day_cannot_hold")
    assert {new.on for new in book.decide(on(between, REVERSE))} == {gone}


def test_a_write_off_of_a_region_is_taken_off_the_receivables_of_payers() -> None:
    book = open_clinic().given(invoice("i1", payers={"p1": 100_00, "r1": 150_00}))
    book.given(request_write_off("w", "i1.2"), approve_write_off("w"))
    assert book.balances() == {"ar_patient": 100_00, "write_off_loss": 150_00, "revenue": -250_00}
    assert book.given(REVERSE).balances()["ar_payer"] == 150_00


def test_the_steps_that_change_what_is_open_ask_for_the_item_of_the_request() -> None:
    book = requested()
    for step in (ApproveWriteOff(write_off_id="w"), REVERSE):
        states = {stream: book.states[stream] for stream in step.streams()}
        assert (step.streams(), step.more(states)) == (("writeoff-w",), ("item-i1.1",))
    # Whoever was erased owes nothing again, so a reversal looks at the payer.
    assert REVERSE.more(book.states) == ("item-i1.1", "account-p1")
    assert REVERSE.more({}) == ()


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "write_off_not_requested": (
        (request_write_off("w", "i1"), approve_write_off("w")),
        approve_write_off("w"),
    ),
    "write_off_exceeds_balance": (
        (request_write_off("w", "i1"), allocate("r", "i1")),
        approve_write_off("w"),
    ),
    "write_off_recovered": (
        (
            DeclareTerms(terms=Terms(recovers_losses=True)),
            request_write_off("w", "i1", 100_00),
            approve_write_off("w"),
            receipt("r2", 250_00),
            allocate("r2", "i1"),
        ),
        ReverseWriteOff(write_off_id="w", reason_code="PAID"),
    ),
    "write_off_unknown": ((), ReverseWriteOff(write_off_id="w", reason_code="PAID")),
}
