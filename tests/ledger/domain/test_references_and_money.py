"""Check digits and rounding: the golden vectors, worked out by hand from the standards."""

from __future__ import annotations

import pytest
from stdnum import iso11649, luhn

from ledger.domain.money import require_positive, round_half_up, spread
from ledger.domain.references import creditor_reference, make, ocr
from ledger.domain.refusals import REFUSALS, Refused


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


def test_an_amount_is_spread_to_the_unit() -> None:
    assert spread(100, (1, 1, 1)) == (33, 34, 33)
    assert spread(-100, (1, 1, 1)) == (-33, -34, -33)
    assert spread(1, (0, 5, 0)) == (0, 1, 0)


@pytest.mark.parametrize("weights", [(), (0, 0), (2, -1)])
def test_it_is_spread_over_something(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        spread(100, weights)


def test_a_refusal_is_listed_and_says_what_it_concerns() -> None:
    with pytest.raises(Refused) as caught:
        require_positive((1, 0), "i1")
    assert caught.value.code == "amount_not_positive"
    assert caught.value.sentence == f"{REFUSALS['amount_not_positive']} (i1)"
    assert str(caught.value) == f"amount_not_positive: {REFUSALS['amount_not_positive']} (i1)"
    assert Refused("nothing_open").sentence == REFUSALS["nothing_open"]
    with pytest.raises(KeyError, match="not a listed refusal"):
        Refused("because")
