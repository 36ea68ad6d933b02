"""A number of ours is no payer's reference, however it is written; any other number is left as it is."""

from __future__ import annotations

import polars as pl
import pytest

from reconciliation.matching.own_numbers import left_out
from reconciliation.matching.quoted_requests import REFERENCE

# A Swedish account with its bankgiro and plusgiro, a Norwegian, a Belgian and a British account, and a merchant's id.
OURS = (
    *("SE4550000000058398257466", "58056201", "123456-6"),
    *("NO9386011117947", "BE68539007547034", "GB29NWBK60161331926819", "acct_1A2B"),
)


def entry(reference: str | None, text: str | None = None, further: tuple[str, ...] = ()) -> pl.DataFrame:
    found = [
        {"reference": one, "kind": "ocr", "valid": True, "amount_minor": None, "found_as": "number"} for one in further
    ]
    row = {
        "reference": reference,
        "reference_kind": "ocr",
        "reference_valid": True,
        "reference_amount_minor": None,
        "reference_personal": False,
        "further_references": found,
        "text": text,
        "further_text": None,
    }
    types = {
        "reference": pl.String,
        "reference_amount_minor": pl.Int64,
        "further_references": pl.List(pl.Struct(REFERENCE)),
        "text": pl.String,
        "further_text": pl.String,
    }
    return pl.DataFrame([row], schema_overrides=types)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("58056201", None),
        ("0058056201", None),
        ("5805-6201", None),
        ("BG 5805-6201", None),
        ("bankgiro:58056201", None),
        ("1234566", None),
        ("PG 12 34 56-6", None),
        ("SE45 5000 0000 0583 9825 7466", None),
        ("50000000058398257466", None),
        ("58398257466", None),
        ("8257466", None),
        ("86011117947", None),
        ("8601.11.17947", None),
        ("539007547034", None),
        ("31926819", None),
        ("ACCT_1A2B", None),
        ("123456", "PG 123456-6"),
        ("17947", "Konto 8601 11 17947"),
        ("4711170058056201", "AUTOGIRO 4711170058056201"),
    ],
)
def test_a_number_of_ours_is_no_reference_however_it_is_written(reference: str, text: str | None):
    (row,) = left_out(entry(reference, text), OURS).to_dicts()
    assert (row["reference"], row["reference_kind"], row["reference_valid"]) == (None, None, None)
    assert row["own_number"] == reference


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (None, None),
        ("1001171", None),
        ("1001171", "BG 5805-6201"),
        ("58056", None),
        ("17947", None),
        ("58056202", None),
        ("580562011", None),
        ("RF18539007547034", None),
    ],
)
def test_another_number_is_left_as_it_is(reference: str | None, text: str | None):
    (row,) = left_out(entry(reference, text), OURS).to_dicts()
    assert (row["reference"], row["reference_kind"], row["own_number"]) == (reference, "ocr", None)


def test_among_several_numbers_of_a_text_only_ours_is_left_out():
    (row,) = left_out(entry(None, "BG 58056201 faktura 1001171", ("58056201", "1001171")), OURS).to_dicts()
    assert [one["reference"] for one in row["further_references"]] == ["1001171"]
    assert left_out(entry("58056201"), ())["reference"].item() == "58056201"
