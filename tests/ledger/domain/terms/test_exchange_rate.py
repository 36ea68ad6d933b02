"""Exchange rates: a unit of a currency in another one by day, always the same way round, never a float."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.fact import NewFact
from ledger.domain.money import minor_in_unit
from ledger.domain.refusals import Refused
from ledger.domain.terms.entity import Terms
from ledger.domain.terms.exchange_rate import (
    DeclareExchangeRate,
    ExchangeRate,
    ExchangeRateDeclared,
    ExchangeRates,
    pair_of,
)
from ledger.domain.terms.near_days import require_near
from tests.kit.book import DAY as TODAY
from tests.kit.book import Book, Raised, asked

DAY, NEXT = date(2024, 7, 10), date(2024, 7, 11)
RATE: Final = ExchangeRate(114_325, 4)
# Currencies without decimals, with two, three and four.
CURRENCIES: Final = ("JPY", "SEK", "EUR", "KWD", "CLF")
rates = st.builds(ExchangeRate, st.integers(1, 10**15 - 1), st.integers(0, 12))
amounts = st.integers(-(10**15), 10**15)


def declared(
    rate: ExchangeRate = RATE, on: date = DAY, base: str = "EUR", quote: str = "SEK", source: str = "Riksbanken"
) -> DeclareExchangeRate:
    return DeclareExchangeRate(base_currency=base, quote_currency=quote, rate_on=on, rate=rate, source=source)


def fact(command: DeclareExchangeRate) -> ExchangeRateDeclared:
    return ExchangeRateDeclared(**{name: getattr(command, name) for name in DeclareExchangeRate.__struct_fields__})


def rounded(exact: Fraction) -> int:
    """Half away from zero, by another way than the ledger's."""
    whole = abs(exact) // 1
    return int((whole + (abs(exact) - whole >= Fraction(1, 2))) * (1 if exact >= 0 else -1))


@given(rates, amounts, st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES))
def test_what_an_amount_is_worth_is_exact_until_it_is_rounded_half_away_from_zero(
    rate: ExchangeRate, amount: int, base: str, quote: str
) -> None:
    exact = Fraction(rate.rate_digits, 10**rate.rate_decimals)
    units = Fraction(minor_in_unit(quote), minor_in_unit(base))
    assert rate.value_of(amount, base, quote) == rounded(amount * exact * units)
    assert rate.value_back(amount, base, quote) == rounded(amount / exact / units)


@given(rates)
def test_a_rate_is_written_with_all_its_decimals(rate: ExchangeRate) -> None:
    assert Fraction(rate.written()) == Fraction(rate.rate_digits, 10**rate.rate_decimals)
    assert len(rate.written().partition(".")[2]) == rate.rate_decimals


def test_a_half_is_rounded_away_from_zero_in_both_directions() -> None:
    half = ExchangeRate(5, 1)
    assert (half.value_of(25, "EUR", "SEK"), half.value_of(-25, "EUR", "SEK")) == (13, -13)
    assert (ExchangeRate(2, 0).value_back(25, "EUR", "SEK"), RATE.value_of(50_00, "EUR", "SEK")) == (13, 571_63)
    # A yen has no decimals, so 100 of them are worth 6.44 kronor.
    assert ExchangeRate(644, 4).value_of(100, "JPY", "SEK") == 6_44


def test_a_rate_of_a_day_takes_the_place_of_the_earlier_one_and_the_same_one_is_nothing_new() -> None:
    corrected, other = declared(ExchangeRate(11_4, 1)), declared(on=NEXT)
    book = Book().given(declared(), other)
    book.when(declared()).nothing_new()
    book.when(corrected).then(NewFact("exchangerate-EUR-SEK", fact(corrected)))
    book.given(corrected)
    state = book.states["exchangerate-EUR-SEK"]
    assert isinstance(state, ExchangeRates)
    assert dict(state.rates) == {DAY: fact(corrected), NEXT: fact(other)}
    # Another source of the same rate is news.
    book.when(declared(ExchangeRate(11_4, 1), source="ECB")).then(
        NewFact("exchangerate-EUR-SEK", fact(declared(ExchangeRate(11_4, 1), source="ECB")))
    )


def test_each_pair_has_its_own_way() -> None:
    Book().given(declared(), declared(base="USD"), declared(base="SEK", quote="NOK"))
    assert pair_of("SEK", "EUR") == pair_of("EUR", "SEK") == "EUR-SEK"


def test_the_rate_of_a_day_to_come_is_not_known_but_those_of_all_days_before_are() -> None:
    envelope, terms = asked(declared()).envelope, Terms(days_back=60, days_ahead=5)
    for day in (TODAY, date(1990, 1, 2)):
        require_near(declared(on=day), envelope, None, terms, TODAY)
    with pytest.raises(Refused, match="day_far"):
        require_near(declared(on=TODAY + timedelta(days=1)), envelope, None, terms, TODAY)


RAISED: Final[Raised] = {
    "rate_of_one_currency": ((), declared(base="SEK")),
    "rate_the_other_way": ((declared(),), declared(on=NEXT, base="SEK", quote="EUR")),
}
