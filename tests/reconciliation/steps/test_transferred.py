"""A payment that another entity received waits for a person with the reason and the items that it may pay."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from ledger.domain.cash.receipt_facts import Payment
from reconciliation.steps.transferred import review_of

DUE = date(2026, 10, 31)
REQUESTS = pa.schema(
    [
        ("reference", pa.string()),
        ("request_id", pa.string()),
        ("item_id", pa.string()),
        ("open_minor", pa.int64()),
        ("due_on", pa.date32()),
        ("currency", pa.string()),
        ("of", pa.int64()),
    ]
)
NUMBERED = pa.schema([("number", pa.int64()), *REQUESTS])


class LookUp:
    """Two items are open: i1 of 400.00, with the reference 1001171, and i2 of 250.00."""

    ROWS = (
        {"reference": "1001171", "request_id": "q1", "item_id": "i1", "open_minor": 400_00},
        {"reference": "1002179", "request_id": "q2", "item_id": "i2", "open_minor": 250_00},
    )

    def by_reference(self, references: list[str], most: int) -> pa.Table:
        return self._found(one for one in self.ROWS if one["reference"] in references)

    def by_number(self, numbers: list[int], most: int) -> pa.Table:
        rows = (one | {"number": number} for one, number in zip(self.ROWS, (1001, 1002), strict=True))
        return self._found((one for one in rows if one["number"] in numbers), NUMBERED)

    def by_amount(self, amounts: list[tuple[str, int]], most: int) -> pa.Table:
        return self._found(one for one in self.ROWS if ("SEK", one["open_minor"]) in amounts)

    @staticmethod
    def _found(rows: Any, schema: pa.Schema = REQUESTS) -> pa.Table:
        more = {"due_on": DUE, "currency": "SEK", "of": 1}
        return pa.Table.from_pylist([one | more for one in rows], schema)


@pytest.mark.parametrize(
    ("reference", "valid", "amount_minor", "why", "offered"),
    [
        ("1001171", True, 400_00, "allocate it to that", [("i1", "same_reference")]),
        ("1001171", True, 100_00, "allocate it to that", [("i1", "same_reference")]),
        ("9999993", True, 250_00, "No payment request ever had this reference", [("i2", "same_amount")]),
        ("1001172", False, 1_00, "check digit of the reference is wrong", [("i1", "one_digit_off")]),
        ("1002", True, 1_00, "No payment request ever had this reference", [("i2", "same_number")]),
        (None, None, 3_00, "The payer gave no reference", []),
    ],
)
def test_it_is_offered_with_what_it_may_pay(
    reference: str | None, valid: bool | None, amount_minor: int, why: str, offered: list[tuple[str, str]]
):
    payment = Payment(
        rail="transfer",
        bank_account="transfer",
        amount_minor=amount_minor,
        currency="SEK",
        booked_on=DUE,
        reference=reference,
        reference_kind="ocr" if reference else None,
        reference_valid=valid,
    )
    review = review_of(LookUp(), "t1", payment)  # type: ignore[arg-type]
    assert (review.receipt_id, review.part_id, review.code) == ("t1", None, "transferred")
    assert why in " ".join(review.reasons)
    assert [(one["item_id"], one["why"]) for one in review.candidates] == offered
