"""A won dispute without a reference has that of its payment, and nothing else gets one."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from reconciliation.matching.disputes import named, named_in, without_reference

WON: Final = {"key": "k", "kind": "chargeback_returned", "bank_id_key": "id-1", "reference": None}
WON |= {"reference_kind": None, "reference_valid": None}
SCHEMA: Final = {"reference": pl.String, "reference_kind": pl.String, "reference_valid": pl.Boolean}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema_overrides=SCHEMA)


def paid(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row, "ocr") for row in rows], schema=("bank_id_key", "reference", "reference_kind"), orient="row"
    )


def test_only_a_won_dispute_without_a_reference_gets_the_one_of_its_payment():
    others = [
        WON | {"kind": "payment"},
        WON | {"reference": "1002179"},
        WON | {"bank_id_key": "id-2"},
        WON | {"kind": None},
    ]
    receipts = frame(WON, *others)
    assert without_reference(receipts) == ["id-1", "id-2"]
    found = named(receipts, paid(("id-1", "1001171")).to_arrow())
    assert found["reference"].to_list() == ["1001171", None, "1002179", None, None]
    assert found.row(0, named=True) == WON | {"reference": "1001171", "reference_kind": "ocr", "reference_valid": True}
    assert found.columns == receipts.columns


def test_two_references_of_a_payment_say_nothing():
    assert named(frame(WON), paid(("id-1", "1001171"), ("id-1", "1002179")).to_arrow())["reference"].to_list() == [None]
    assert without_reference(frame(WON).drop("kind")) == []


def test_in_its_own_file_the_payment_says_it_and_no_other_transaction():
    payment = WON | {"kind": "payment", "reference": "1001171", "reference_kind": "ocr", "reference_valid": True}
    refund = payment | {"kind": "refund", "reference": "1002179"}
    found = named_in(frame(WON), frame(payment, refund, payment, WON))
    assert found["reference"].to_list() == ["1001171"]
    assert named_in(frame(WON), frame(refund))["reference"].to_list() == [None]
