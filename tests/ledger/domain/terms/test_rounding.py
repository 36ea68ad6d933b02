"""The law rounds each currency by its own step, from a day on, and no other rounding can have come from it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.terms.rounding import LAWS, RoundingLaw, rounding_law

DAY = date(2026, 11, 2)
KRONOR = rounding_law("SE", "SEK", DAY)
assert KRONOR is not None
OERE = RoundingLaw("SE", "SEK", date(1972, 7, 1), 5, "Swedish Rounding Act (1970:1029), as it began")


@pytest.mark.parametrize(("exact", "paid"), [(0, 0), (49, 0), (50, 100), (100_49, 100_00), (100_50, 101_00), (1, 0)])
def test_kronor_are_whole_and_fifty_oere_go_up(exact: int, paid: int) -> None:
    assert KRONOR is not None
    assert KRONOR.rounded(exact) == paid


def test_the_law_of_a_day_is_that_of_its_country_and_currency() -> None:
    assert rounding_law("SE", "SEK", date(2010, 9, 30)) is None
    assert rounding_law("SE", "SEK", date(2010, 10, 1)) in LAWS
    assert [rounding_law("SE", one, DAY) for one in ("EUR", "JPY", "KWD", "NOK")] == [None] * 4
    assert rounding_law("NO", "SEK", DAY) is None
    assert all(one.source for one in LAWS)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9), st.sampled_from([KRONOR, OERE]))
def test_what_the_law_rounds_it_may_give(shares: list[int], law: RoundingLaw) -> None:
    rounded = [law.rounded(one) for one in shares]
    assert law.may_give(sum(rounded) - sum(shares), rounded)


@pytest.mark.parametrize(
    ("rounding", "shares"),
    [(51, [100_00]), (-50, [100_00]), (-51, [100_00]), (10, [100_10]), (60, [100_00, 50_10]), (101, [100_00, 50_00])],
)
def test_what_the_law_rounds_otherwise_it_does_not_give(rounding: int, shares: list[int]) -> None:
    assert KRONOR is not None
    assert not KRONOR.may_give(rounding, shares)


def test_steps_that_are_odd_have_no_half() -> None:
    assert [OERE.rounded(one) for one in (1, 2, 3, 6, 7, 8)] == [0, 0, 5, 5, 5, 10]
    assert (OERE.may_give(2, [5]), OERE.may_give(3, [5])) == (True, False)
