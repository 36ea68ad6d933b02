"""What a person is told of a sum of direct debits that waits: its order, what waits of it, and what to do."""

from __future__ import annotations

from typing import Any

from reconciliation.matching.debit_sums import OrderSum, SumBack
from reconciliation.steps.debit_sum_words import of_back, of_sum

LINE: dict[str, Any] = {
    "key": "k1",
    "our_order": "o1",
    "currency": "EUR",
    "amount_minor": 150_00,
    "declared_details": 1,
    "raw_position": "Ntry 1",
}
DEBITS = tuple({"collection_id": f"o1-{minor}", "amount_minor": minor, "currency": "EUR"} for minor in (400_00, 150_00))


def said(of: OrderSum) -> str:
    (review,) = of_sum(of, "m1")
    assert (review.code, review.part_id, review.raw_position) == ("direct_debits_sum_differs", "m1", "Ntry 1")
    return " ".join(review.reasons)


def test_a_sum_that_differs_names_its_order_and_each_direct_debit_that_waits():
    told = said(OrderSum(LINE, DEBITS, fits=False))
    assert "The order: o1. The bank's line: 150.00 EUR, payments: 1." in told
    assert "550.00 EUR, payments: 2: o1-40000 (400.00), o1-15000 (150.00)." in told
    assert "reskontra collection fail" in told
    assert "--role bank_details" in told
    assert "Another line" not in told


def test_a_sum_of_which_nothing_waits_asks_for_no_rejection():
    told = said(OrderSum(LINE, (), fits=False))
    assert "The direct debits that wait: none." in told
    assert "reskontra collection fail" not in told
    assert "reskontra movement reclassify m1 --receipt" in told


def test_a_sum_beside_another_one_says_why_it_waits_although_it_fits():
    assert "Another line of the file quotes the same order" in said(OrderSum(LINE, DEBITS, fits=False, alone=False))


def test_of_many_direct_debits_only_the_first_are_named():
    debits = tuple({"collection_id": f"c{no:02}", "amount_minor": 100, "currency": "EUR"} for no in range(12))
    told = said(OrderSum(LINE, debits, fits=False))
    assert "c09 (1.00) and 2 more." in told
    assert "c10" not in told


def test_a_debit_that_takes_some_back_names_the_order_and_the_receipts():
    receipts = tuple({"receipt_id": f"r{minor}", "left_minor": minor, "currency": "EUR"} for minor in (400_00, 150_00))
    review = of_back(SumBack(LINE | {"amount_minor": -400_00}, receipts, certain=False), "m1")
    assert review.code == "direct_debits_taken_back"
    assert "The order: o1. The bank's line: -400.00 EUR, payments: 1." in review.reasons
    assert "550.00 EUR, payments: 2: r40000 (400.00), r15000 (150.00)." in review.reasons[-1]
