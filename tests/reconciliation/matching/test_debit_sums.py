"""Which direct debits a bank's sum of an order is: those of the order with its amount and number, and no others."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from reconciliation.matching.debit_sums import sums, taken_back
from reconciliation.matching.quoted_requests import REFERENCE
from reconciliation.proposals import waiting

LINE: dict[str, Any] = {
    "key": "k1",
    "our_order": "o1",
    "account": "b1",
    "currency": "EUR",
    "amount_minor": 550_00,
    "declared_details": 2,
    "part": "line",
}


def collection(id: str, amount_minor: int, **said: Any) -> dict[str, Any]:
    about = {"order_id": "o1", "bank_account": "b1", "currency": "EUR", "status": "ordered"}
    return {"collection_id": id, "amount_minor": amount_minor, **about, **said}


ORDER = [collection("c1", 400_00), collection("c2", 150_00)]


@pytest.mark.parametrize("number", [2, None])
def test_a_sum_is_all_that_waits_of_its_order(number: int | None):
    found = sums([LINE | {"declared_details": number}], ORDER)["k1"]
    assert (found.fits, [one["collection_id"] for one in found.debits]) == (True, ["c1", "c2"])


def test_what_failed_before_is_not_in_the_sum():
    found = sums([LINE], [*ORDER, collection("c3", 10_00, status="failed")])["k1"]
    assert (found.fits, [one["collection_id"] for one in found.debits]) == (True, ["c1", "c2"])


def test_the_bank_may_have_collected_what_was_said_to_have_failed():
    order = [ORDER[0], collection("c2", 150_00, status="failed")]
    found = sums([LINE], order)["k1"]
    assert (found.fits, [one["collection_id"] for one in found.debits]) == (True, ["c1", "c2"])


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ({"amount_minor": 549_00}, ORDER),
        ({"declared_details": 3}, ORDER),
        ({"account": "b2"}, ORDER),
        ({"currency": "SEK"}, ORDER),
        # One of another order's payments has the amount that lacks, but not the order.
        ({}, [ORDER[0], collection("c9", 150_00, order_id="o2")]),
        ({}, [ORDER[0], collection("c2", 150_00, status="settled")]),
        ({}, [collection(one["collection_id"], one["amount_minor"], status="settled") for one in ORDER]),
    ],
)
def test_another_amount_number_or_account_waits_with_what_waits_of_the_order(
    said: dict[str, Any], order: list[dict[str, Any]]
):
    found = sums([LINE | said], order)["k1"]
    waits = [one for one in order if (one["order_id"], one["status"]) == ("o1", "ordered")]
    assert (found.fits, list(found.debits)) == (False, waits)
    assert found.explained.role == "bank_suspense"


def test_two_sums_of_one_order_wait_both():
    found = sums([LINE, LINE | {"key": "k2"}], ORDER)
    assert [(key, one.fits, one.alone) for key, one in found.items()] == [("k1", False, False), ("k2", False, False)]


BACK = LINE | {"amount_minor": -550_00}
RECEIPTS = [
    {
        "receipt_id": f"r{minor}",
        "collection_id": f"c{minor}",
        "left_minor": minor,
        "bank_account": "b1",
        "currency": "EUR",
    }
    for minor in (400_00, 150_00, 0)
]


@pytest.mark.parametrize("number", [2, None])
def test_a_debit_takes_back_all_that_is_left_of_its_order(number: int | None):
    back = taken_back(BACK | {"declared_details": number}, RECEIPTS, sum_waits=False)
    assert (back.certain, [one["left_minor"] for one in back.receipts]) == (True, [400_00, 150_00])
    assert [one["receipt_id"] for _, one in back.returns] == ["r40000", "r15000"]
    assert (back.waits, back.explained.role) == (False, "bank_details")


@pytest.mark.parametrize("said", [{"amount_minor": -400_00}, {"declared_details": 3}, {"account": "b2"}])
def test_a_debit_of_another_amount_number_or_account_waits(said: dict[str, Any]):
    back = taken_back(BACK | said, RECEIPTS, sum_waits=False)
    assert (back.certain, back.returns, back.explained.role) == (False, (), "bank_suspense")


def test_a_debit_waits_if_it_may_take_back_a_sum_that_waits():
    assert not taken_back(BACK, RECEIPTS, sum_waits=True).certain


def test_a_debit_that_a_detail_file_shows_takes_nothing_back_itself():
    back = taken_back(BACK, RECEIPTS, sum_waits=True, shown=True)
    assert (back.waits, back.returns, back.explained.role) == (False, (), "bank_details")


def test_what_detail_files_have_shown_is_no_further_payment_and_waits_for_nobody():
    one = sums([LINE], ORDER, shown={"k1"})["k1"]
    assert (one.shown, one.fits, one.differs, one.debits, one.explained.role) == (
        True,
        False,
        False,
        (),
        "bank_details",
    )


def test_payments_without_ids_that_a_detail_file_shows_may_be_those_that_wait():
    one = sums([LINE | {"part": "lump"}], ORDER)["k1"]
    assert (one.shown, one.fits, list(one.debits)) == (True, False, ORDER)


def test_a_sum_beside_one_that_is_shown_may_be_the_rest_of_the_order():
    order = [ORDER[0], collection("c2", 150_00, status="settled")]
    lines = [LINE | {"amount_minor": 150_00, "declared_details": 1}, LINE | {"key": "k2", "amount_minor": 400_00}]
    found = sums([lines[0], lines[1] | {"declared_details": 1}], order, shown={"k1"})
    assert [(key, one.fits) for key, one in found.items()] == [("k1", False), ("k2", True)]


def test_a_payment_of_a_sum_keeps_its_reference_when_it_is_looked_at_again():
    of_receipt: dict[str, Any] = {"statement_no": 1, "raw_position": "Ntry 1", "file": "f", "rail": "direct_debit"}
    quoted = {"reference": "1001171", "reference_kind": "ocr", "reference_valid": True}
    money = {"unallocated_minor": 150_00, "currency": "EUR", "bank_id_key": None}
    receipts = [{**of_receipt, **money, **quoted, "receipt_id": f"r{minor}", "amount_minor": minor} for minor in (1, 9)]
    nothing = {**dict.fromkeys(quoted), "reference_amount_minor": None, "further_references": [], "text": None}
    nothing["own_number"] = None
    told = {"return_reason": None, "reversal": False, "unsplit": False, "contradicted": False, "kind": None}
    place = {"statement_no": 1, "raw_position": "Ntry 1"}
    line = {**place, "part": "line", "our_order": "o1", "amount_minor": 9, "currency": "EUR", **nothing, **told}
    lines = pl.DataFrame([line], schema_overrides=_TYPES)
    again = waiting.read_again(pl.DataFrame(receipts, schema_overrides=_TYPES), lines)
    assert again.select("key", "reference", "reference_valid", "read").rows() == [
        ("r9", "1001171", True, True),
        ("r1", "1001171", True, True),
    ]


_TYPES = {
    "bank_id_key": pl.String,
    "reference": pl.String,
    "reference_kind": pl.String,
    "reference_valid": pl.Boolean,
    "reference_amount_minor": pl.Int64,
    "further_references": pl.List(pl.Struct(REFERENCE)),
    "own_number": pl.String,
    "text": pl.String,
    "return_reason": pl.String,
    "kind": pl.String,
}
