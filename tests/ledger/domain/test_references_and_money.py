"""Check digits and rounding: the golden vectors, worked out by hand from the standards."""

from __future__ import annotations

import pytest
from stdnum import iso11649, luhn

from ledger.domain.money import decimals_of, in_units, require_positive, round_half_up
from ledger.domain.references import creditor_reference, make, ocr
from ledger.domain.refusals import Refused


@pytest.mark.parametrize(
    ("digits", "reference"),
    [("12345", "1234574"), ("1", "133"), ("12345678", "1234567806"), ("123456789012345678", "12345678901234567803")],
)
def test_an_ocr_ends_with_its_length_and_a_luhn_digit(digits: str, reference: str) -> None:
    assert ocr(digits) == make("ocr", digits) == reference
    assert luhn.is_valid(reference)
    assert int(reference[-2]) == len(reference) % 10


@pytest.mark.parametrize(
    ("text", "reference"),
    [("123ABCZ", "RF35123ABCZ"), ("123abcz", "RF35123ABCZ"), ("539007547034", "RF18539007547034")],
)
def test_a_creditor_reference_begins_with_its_check_digits(text: str, reference: str) -> None:
    assert creditor_reference(text) == make("rf", text) == reference
    assert iso11649.is_valid(reference)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (-5, 2, -3), (7, 5, 1), (8, 5, 2), (0, 7, 0), (1, 3, 0), (-2, 3, -1)],
)
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@pytest.mark.parametrize("denominator", [0, -1])
def test_nothing_is_divided_by_zero_or_below(denominator: int) -> None:
    with pytest.raises(ValueError, match="denominator"):
        round_half_up(1, denominator)


def test_a_refusal_says_its_code_and_what_it_concerns() -> None:
    with pytest.raises(Refused) as caught:
        require_positive((1, 0), "i1")
    assert (caught.value.code, caught.value.about) == ("amount_not_positive", "i1")
    assert str(caught.value) == "amount_not_positive (i1)"
    assert str(Refused("item_not_open")) == "item_not_open"


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("SEK", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("CLF", 4), ("ZZZ", None), ("sek", None), (None, None)],
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str | None, decimals: int | None) -> None:
    assert decimals_of(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (0, "SEK", "0.00 SEK"),
        (5, "SEK", "0.05 SEK"),
        (100_000, "SEK", "1000.00 SEK"),
        (-5, "SEK", "-0.05 SEK"),
        (-1_250_00, "SEK", "-1250.00 SEK"),
        (7, "JPY", "7 JPY"),
        (1_001, "KWD", "1.001 KWD"),
        (12, "XXY", "12 minor XXY"),
    ],
)
def test_sentences_have_amounts_in_units_of_the_currency(amount: int, currency: str, written: str) -> None:
    assert in_units(amount, currency) == written
