"""Amounts as people write them are the minor units they mean, or are refused with what was expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.desk.amounts import minor_units, written
from infra.desk.problems import Stopped

# One currency for each number of decimals that ISO 4217 knows.
BY_DECIMALS = {"JPY": 0, "SEK": 2, "KWD": 3, "CLF": 4}
SPACES = (" ", "\u00a0", "\u2009", "\u202f")
AMOUNTS = st.integers(0, 2**63 - 1)


@pytest.mark.parametrize("currency", BY_DECIMALS)
@given(amount=AMOUNTS)
def test_what_is_written_is_read_again(currency: str, amount: int):
    for grouped in (False, True):
        assert minor_units(written(amount, currency, grouped=grouped), currency, zero=True) == amount


@pytest.mark.parametrize("currency", BY_DECIMALS)
@given(amount=AMOUNTS, mark=st.sampled_from(".,"), space=st.sampled_from(SPACES))
def test_marks_and_spaces_say_nothing_else(currency: str, amount: int, mark: str, space: str):
    text = written(amount, currency, grouped=True).replace(".", mark).replace("\u202f", space)
    assert minor_units(text, currency, zero=True) == amount


@pytest.mark.parametrize("currency", BY_DECIMALS)
@given(text=st.text(alphabet="0123456789., -+eE\u00a0", max_size=12))
def test_what_is_read_is_written_as_the_same_amount(currency: str, text: str):
    try:
        amount = minor_units(text, currency, zero=True)
    except Stopped:
        return
    assert minor_units(written(amount, currency), currency, zero=True) == amount
    digits = "".join(one for one in text if one.isdigit())
    assert written(amount, currency).replace(".", "").lstrip("0").startswith(digits.lstrip("0"))


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("400", "SEK", 400_00),
        ("400.00", "SEK", 400_00),
        ("400,00", "SEK", 400_00),
        ("400,5", "SEK", 400_50),
        ("0.05", "SEK", 5),
        (" 1 250 000,50 ", "SEK", 1_250_000_50),
        ("1000", "JPY", 1000),
        ("1.000", "KWD", 1000),
        ("0,001", "KWD", 1),
        ("92233720368547758.07", "SEK", 2**63 - 1),
    ],
)
def test_an_amount_is_in_units_of_its_currency(text: str, currency: str, amount: int):
    assert minor_units(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("400.000", "SEK"),
        ("1,250.50", "SEK"),
        ("1.250,50", "SEK"),
        ("12 50", "SEK"),
        ("1 2500", "SEK"),
        ("1 250\u202f000", "SEK"),
        ("-5", "SEK"),
        ("+5", "SEK"),
        ("5e2", "SEK"),
        ("5.", "SEK"),
        (".5", "SEK"),
        ("5 kr", "SEK"),
        ("SEK 5", "SEK"),
        ("\u0664", "SEK"),
        ("", "SEK"),
        ("1.0", "JPY"),
        ("1.0001", "KWD"),
    ],
)
def test_what_might_mean_something_else_is_refused(text: str, currency: str):
    with pytest.raises(Stopped) as stopped:
        minor_units(text, currency)
    (problem,) = stopped.value.problems
    assert problem.code == "amount_malformed"
    assert currency in problem.sentence
    assert "give an amount without a sign, as in 1250" in problem.sentence


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("0", "SEK", "amount_not_positive"),
        ("0.00", "SEK", "amount_not_positive"),
        ("92233720368547758.08", "SEK", "amount_too_large"),
        ("1", "XYZ", "currency_unknown"),
    ],
)
def test_what_no_amount_can_be_is_refused(text: str, currency: str, code: str):
    with pytest.raises(Stopped) as stopped:
        minor_units(text, currency)
    assert [problem.code for problem in stopped.value.problems] == [code]


def test_an_example_has_the_currencys_decimals():
    for currency, example in (("JPY", "1 250$"), ("SEK", "1 250.50$"), ("KWD", "1 250.500$")):
        with pytest.raises(Stopped, match=example):
            minor_units("x", currency)


def test_a_persons_number_is_not_told_back():
    for text in ("19121212-1212", "121212+1212x".rstrip("x")):
        with pytest.raises(Stopped) as stopped:
            minor_units(text, "SEK")
        assert "1212" not in str(stopped.value)


@pytest.mark.parametrize("text", ["9" * 5000, f"1.{'0' * 5000}", "92233720368547758.08"])
def test_an_amount_of_whatever_length_is_refused_and_no_fault_of_the_program(text: str):
    with pytest.raises(Stopped) as stopped:
        minor_units(text, "SEK")
    assert stopped.value.problems[0].code in ("amount_too_large", "amount_malformed")
    assert minor_units(f"{'0' * 5000}1.00", "SEK") == 100
