"""References hold, or do not hold, their check digits; and are found where payers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.references import creditor_reference as rf_from
from ledger.domain.references import ocr as ocr_from
from reconciliation.statements.free_text import in_text
from reconciliation.statements.references import (
    Reference,
    classify,
    is_kid,
    is_ocr,
    is_ogm,
    is_rf,
    is_viite,
    viite_from,
)

digits = st.text("0123456789", min_size=3, max_size=18).filter(lambda number: number.strip("0") != "")


def test_the_golden_vectors_of_the_manuals():
    assert ocr_from("12345", with_length=False) == "123455"
    assert ocr_from("12345", with_length=True) == "1234574"
    assert rf_from("123ABCZ") == "RF35123ABCZ"
    assert viite_from("1234567") == "12345672"
    assert is_kid("602243")
    assert is_ogm("010806817183")


@given(digits, st.booleans())
def test_an_ocr_reference_we_make_holds_and_any_other_last_digit_does_not(number: str, with_length: bool):
    reference = ocr_from(number, with_length)
    assert is_ocr(reference, with_length)
    for digit in set("0123456789") - {reference[-1]}:
        assert not is_ocr(reference[:-1] + digit)


@pytest.mark.parametrize("zeros", ["00", "00000", "0" * 25])
def test_zeros_that_fill_a_field_are_no_ocr_reference(zeros: str):
    assert not is_ocr(zeros)
    assert in_text([f"REF {zeros}"], None) == []


def test_the_length_digit_is_checked_only_where_it_is_agreed():
    assert is_ocr("123455", with_length=False)
    assert not is_ocr("123455", with_length=True)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21))
def test_a_creditor_reference_we_make_holds(number: str):
    assert is_rf(rf_from(number))


@given(digits.filter(lambda number: number[0] != "0"))
def test_a_finnish_reference_we_make_holds_also_behind_zeros(number: str):
    reference = viite_from(number)
    assert is_viite(reference)
    assert classify(reference.rjust(20, "0"), "SCOR", "FI") == Reference(reference, "viite", True)


@pytest.mark.parametrize("reference", ["602243", "1234567892", "23-", "0023-"])
def test_a_kid_holds_by_modulus_10_or_by_modulus_11_with_a_hyphen_for_ten(reference: str):
    assert is_kid(reference)
    assert not is_kid(reference[:-1] + ("1" if reference[-1] == "-" else "-"))


@given(digits)
def test_a_kid_holds_with_at_most_two_check_digits(number: str):
    assert 1 <= sum(is_kid(number + check) for check in "0123456789-") <= 2
    assert is_kid(ocr_from(number, with_length=False))


@pytest.mark.parametrize("reference", ["", "7", "-", "60224-3", "60224A", "1" * 26])
def test_what_is_no_number_of_2_to_25_characters_is_no_kid(reference: str):
    assert not is_kid(reference)


@pytest.mark.parametrize("reference", ["010806817184", "01080681718", "01080681718A"])
def test_a_structured_communication_with_another_digit_does_not_hold(reference: str):
    assert not is_ogm(reference)


@pytest.mark.parametrize(
    ("written", "stated", "country", "kind", "valid"),
    [
        ("1234574", "SCOR", "SE", "ocr", True),
        ("12345 74", None, None, "ocr", True),
        ("1234575", "SCOR", "SE", "ocr", False),
        ("rf35 123a bcz", "SCOR", "SE", "rf", True),
        ("RF36123ABCZ", "SCOR", "DE", "rf", False),
        ("12345672", "SCOR", "FI", "viite", True),
        ("12345673", "SCOR", "FI", "viite", False),
        ("602243", None, "NO", "kid", True),
        ("0023-", None, "NO", "kid", True),
        ("602244", None, "NO", "kid", False),
        ("0024-", None, "NO", "text", None),
        ("010806817183", None, "BE", "ogm", True),
        ("010806817182", None, "BE", "text", None),
        ("210000000003139471430009017", "QRR", "CH", "qrr", True),
        ("210000000003139471430009018", "QRR", "CH", "qrr", False),
        ("4654654654654654", "SCOR", "NL", "text", None),
        ("F-2026-118", None, "SE", "text", None),
    ],
)
def test_a_reference_field_is_what_its_type_its_form_and_its_country_say(written, stated, country, kind, valid):
    found = classify(written, stated, country)
    assert (found.kind, found.valid) == (kind, valid)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["OCR 1234574 tack"], ["1234574"]),
        (["betalning OCR 1234", "574"], ["1234574"]),  # cut by the bank inside the number
        (["fakturor 1234574 och 123455"], ["1234574", "123455"]),
        (["1234574 1234574"], ["1234574"]),  # named twice is one reference
        (["Faktura 63890"], []),  # the check digit does not hold
        (["2018 0014"], ["20180014"]),  # joined, as neither holds for itself
        (["ref rf35123abcz"], ["RF35123ABCZ"]),
        (["RF35 123A BCZ mars"], ["RF35123ABCZ"]),
        (["RF36 123A BCZ"], []),
        ([], []),
    ],
)
def test_free_text_gives_the_references_whose_check_digits_hold(parts: list[str], found: list[str]):
    assert [reference.reference for reference in in_text(parts, "SE")] == found


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        # What is said to be a reference, by its form or a label.
        (["Ref:RF35123ABCZ"], [("RF35123ABCZ", "reference")]),
        (["(ref. RF35-123A-BCZ)"], [("RF35123ABCZ", "reference")]),
        (["RF 35 123A BCZ"], [("RF35123ABCZ", "reference")]),
        (["faktura RF35 123", "ABCZ tack"], [("RF35123ABCZ", "reference")]),
        (["faktura RF35", "123A BCZ"], [("RF35123ABCZ", "reference")]),
        (["OCR:1234574."], [("1234574", "reference")]),
        (["OCR-nr: 1234574, 123455"], [("1234574", "reference"), ("123455", "number")]),
        (["8001019994/1234574"], [("8001019994", "number"), ("1234574", "number")]),
        (["RF35123ABCZ 1234574"], [("RF35123ABCZ", "reference"), ("1234574", "number")]),
        # A part of a longer run of digits is none.
        (["OCR 91234574"], []),
        (["12345741"], []),
        (["RF35123ABCZ9"], []),
        (["XRF35123ABCZ"], []),
        # A number that may go on behind a break is not certain: the longer one is said to be meant.
        (["OCR 1234574", "1 tack"], [("1234574", "reference"), ("12345741", "reference")]),
        (["betalning 777", "12345674"], [("12345674", "number"), ("77712345674", "reference")]),
        (["kund 1234574", "kr 250"], [("1234574", "number")]),
        (["123455", "1234574"], [("123455", "number"), ("1234574", "number"), ("1234551234574", "reference")]),
    ],
)
def test_what_is_said_to_be_a_reference_is_told_from_other_numbers(parts: list[str], found: list[tuple[str, str]]):
    assert [(one.reference, one.found_as) for one in in_text(parts, "SE")] == found


def test_free_text_on_a_finnish_account_is_searched_for_finnish_references():
    assert in_text(["viite 12345672"], "FI") == [Reference("12345672", "viite", True, found_as="number")]


@given(st.lists(st.text(max_size=60), max_size=4), st.sampled_from([None, "SE", "FI", "CH", "NO"]))
def test_whatever_a_payer_writes_only_references_that_hold_are_found(parts: list[str], country: str | None):
    for reference in in_text(parts, country):
        assert reference.valid or (reference.found_as == "reference" and len(parts) > 1)
        if reference.valid:
            number = reference.reference
            assert is_rf(number) or is_ocr(number) or is_viite(number) or is_kid(number)


@given(
    st.text(max_size=40), st.sampled_from([None, "SCOR", "QRR"]), st.sampled_from([None, "SE", "FI", "CH", "NO", "BE"])
)
def test_any_text_in_a_reference_field_is_classified(written: str, stated: str | None, country: str | None):
    found = classify(written, stated, country)
    assert found.kind in ("ocr", "rf", "viite", "kid", "ogm", "qrr", "text")
    assert (found.valid is None) == (found.kind == "text")
