"""Receipts that wait are matched again: what is certain now is allocated, and what people decided stays."""

from __future__ import annotations

from typing import Any

from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
from ledger.domain.cash.reversal import ReverseAllocation
from reconciliation.steps.loop import run
from reconciliation.steps.rematch import Rematched, Work, match_undone
from tests.kit import care
from tests.kit.clinic import DAY, PRICE, Clinic, invoice, paid, reference_of, statement


def night(clinic: Clinic) -> Rematched:
    """A bank day without a file."""
    with clinic.day(DAY) as day:
        found = run(day, []).rematched
    assert found is not None
    return found


def receipts(clinic: Clinic) -> dict[str, int]:
    """The unallocated money of each receipt that has some."""
    clinic.books.follow()
    return {one["receipt_id"]: one["unallocated_minor"] for one in clinic.books.store.now.receipts().to_pylist()}


def reviews(clinic: Clinic, receipt_id: str | None = None) -> list[dict[str, Any]]:
    """The open reviews."""
    return clinic.desk.reviews(receipt_id)


def came_early(clinic: Clinic) -> str:
    """A payment with the reference of an invoice that is not issued yet; its receipt."""
    clinic.load(statement([paid(PRICE, reference_of(5), bank_ref="B1")]))
    (receipt_id,) = receipts(clinic)
    assert [one["code"] for one in reviews(clinic)] == ["reference_unknown"]
    return receipt_id


def test_a_payment_that_came_before_its_invoice_is_allocated_at_night(clinic: Clinic):
    receipt_id = came_early(clinic)
    assert night(clinic) == Rematched(waiting=1)
    clinic.do(care.open_account("patient-5"), invoice(5))
    assert night(clinic) == Rematched((receipt_id,), {"SEK": PRICE}, 0)
    assert receipts(clinic) == {}
    assert reviews(clinic) == []
    (made,) = clinic.facts("ReceiptAllocated")
    assert (made.rule, made.request_id) == ("reference_of_one_request", "i-5.1")
    before = clinic.books.journal.stable_position()
    assert night(clinic) == Rematched()
    assert clinic.books.journal.stable_position() == before


def test_what_a_person_undid_waits_with_candidates_and_is_not_done_again(clinic: Clinic):
    clinic.load(statement([paid(PRICE, reference_of(0), bank_ref="B1")]))
    (made,) = clinic.facts("ReceiptAllocated")
    clinic.do(ReverseAllocation(allocation_id=made.allocation_id, receipt_id=made.allocation_id, because="mistake"))
    assert night(clinic).waiting == 1
    assert clinic.count("ReceiptAllocated") == 1
    (review,) = reviews(clinic)
    assert (review["receipt_id"], review["code"]) == (made.allocation_id, "receipt_decided_by_hand")
    assert review["candidates"][0]["item_id"] == "i-0.1"
    night(clinic)
    assert [one["id"] for one in reviews(clinic)] == [review["id"]]


def test_a_receipt_whose_reviews_ended_with_its_allocation_gets_candidates_again(clinic: Clinic):
    clinic.load(statement([paid(PRICE, bank_ref="B1")]))
    (receipt_id,) = receipts(clinic)
    clinic.do(AllocateReceipt(allocation_id="a", receipt_id=receipt_id, items=(ItemToPay("i-3.1"),)))
    clinic.desk.close_reviews_of([receipt_id], "person:p", "allocated", clinic.at)
    clinic.do(ReverseAllocation(allocation_id="a", receipt_id=receipt_id, because="moved"))
    night(clinic)
    (review,) = reviews(clinic)
    assert (review["code"], len(review["candidates"])) == ("no_reference", 5)


def test_what_is_undone_by_hand_waits_at_once_with_what_it_may_be_for(clinic: Clinic):
    clinic.load(statement([paid(PRICE, reference_of(0), bank_ref="B1"), paid(PRICE, reference_of(1), bank_ref="B2")]))
    made, other = clinic.facts("ReceiptAllocated")
    for one in (made, other):
        clinic.do(ReverseAllocation(allocation_id=one.allocation_id, receipt_id=one.allocation_id, because="mistake"))
    clinic.books.follow()
    with clinic.day(DAY) as day:
        work = Work(clinic.books, day.archive, clinic.desk, DAY, clinic.at, day.actor, "one-work")
        assert match_undone(work, [made.allocation_id]) == Rematched(waiting=1)
    (review,) = reviews(clinic)
    assert (review["receipt_id"], review["code"]) == (made.allocation_id, "receipt_decided_by_hand")
    assert review["candidates"][0]["item_id"] == "i-0.1"
    assert clinic.count("ReceiptAllocated") == 2


def test_what_a_person_decided_is_not_asked_again(clinic: Clinic):
    came_early(clinic)
    (review,) = reviews(clinic)
    clinic.desk.close_reviews_of([review["receipt_id"]], "person:p", "KNOWN", clinic.at)
    night(clinic)
    clinic.load(statement([paid(PRICE, reference_of(5), bank_ref="B1")]))
    assert reviews(clinic) == []


def test_a_payment_in_part_by_hand_is_left_to_people(clinic: Clinic):
    receipt_id = came_early(clinic)
    clinic.do(care.open_account("patient-5"), invoice(5))
    clinic.do(AllocateReceipt(allocation_id="a", receipt_id=receipt_id, items=(ItemToPay("i-0.1", 100_00),)))
    assert night(clinic) == Rematched(waiting=1)
    assert receipts(clinic) == {receipt_id: PRICE - 100_00}


def test_what_its_file_says_against_a_match_still_holds(clinic: Clinic):
    from dataclasses import replace

    entry = paid(PRICE, reference_of(5), bank_ref="B1")
    entry = replace(entry, details=(replace(entry.details[0], return_reason="AC04"),))
    clinic.load(statement([entry]))
    clinic.do(care.open_account("patient-5"), invoice(5))
    assert night(clinic) == Rematched(waiting=1)
    assert [one["code"] for one in reviews(clinic)] == ["returned_payment"]


def test_a_payment_whose_file_is_gone_is_left_to_people(clinic: Clinic):
    receipt_id = came_early(clinic)
    clinic.do(care.open_account("patient-5"), invoice(5))
    for file in (clinic.folder / "archive").glob("??/*"):
        file.unlink()
    assert night(clinic) == Rematched(waiting=1)
    (review,) = reviews(clinic)
    assert (review["receipt_id"], review["code"]) == (receipt_id, "file_not_read")
    assert review["candidates"][0]["item_id"] == "i-5.1"


def test_a_second_payment_of_an_invoice_becomes_credit_as_when_it_is_loaded(clinic: Clinic):
    clinic.load(statement([paid(PRICE, reference_of(5), bank_ref=one) for one in ("B1", "B2")]))
    clinic.do(care.open_account("patient-5"), invoice(5))
    assert len(night(clinic).receipts) == 2
    assert [one.amount_minor for one in clinic.facts("CustomerCreditCreated")] == [PRICE]
