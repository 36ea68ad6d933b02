"""What a person is told of a return that names a direct debit and waits: what was paid, what is left, what to do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reconciliation.steps.debit_return_words import fitting, of_return

COLLECTION = {"collection_id": "o1-0001", "amount_minor": 60_00}
RECEIPT: dict[str, Any] = {
    "receipt_id": "r1",
    "amount_minor": 60_00,
    "left_minor": 60_00,
    "currency": "EUR",
    "collected_on": date(2026, 12, 7),
    "items": ["i1"],
    "is_shared": False,
}


def said(minor: int, receipt: dict[str, Any] | None, cleared: int = 0) -> str:
    debit = {"part_id": "m1", "left_minor": -minor, "currency": "EUR", "cleared_minor": cleared}
    return " ".join(of_return(debit, COLLECTION, receipt))


def test_a_return_whose_payment_has_not_come_asks_for_its_file():
    told = said(60_00, None)
    assert "`reskontra collection settle o1-0001 --receipt RECEIPT`" in told
    assert told.endswith("The direct debit: o1-0001, 60.00 EUR. The return: 60.00 EUR.")
    assert fitting(None) == ()


@pytest.mark.parametrize(
    ("minor", "left", "cleared", "does"),
    [
        (60_00, 0, 0, "reskontra movement reclassify m1 --role bank_fees --reason CODE"),
        (62_90, 60_00, 0, "reskontra receipt recall r1 --movement m1 --reason CODE"),
        (20_00, 60_00, 0, "several times"),
        (20_00, 60_00, -10_00, "A part of what the bank took back is assigned"),
    ],
)
def test_a_return_that_its_payment_does_not_cover_says_what_is_left_of_it(
    minor: int, left: int, cleared: int, does: str
):
    told = said(minor, RECEIPT | {"left_minor": left}, cleared)
    assert does in told
    assert f"Its receipt: r1, 60.00 EUR, of which {left // 100}.00 EUR is left." in told


def test_of_a_receipt_of_several_direct_debits_the_command_names_the_items():
    assert "--movement m1 --item i1 --reason CODE" in said(62_90, RECEIPT | {"is_shared": True})
    (one,) = fitting(RECEIPT)
    assert (one["receipt_id"], one["booked_on"]) == ("r1", "2026-12-07")
