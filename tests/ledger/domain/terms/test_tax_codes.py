"""The tax codes: each has a rate on each of its days, and the tax of a line is that rate of its net."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.refusals import Refused
from ledger.domain.terms.tax_codes import TAX_CODES, TaxKind, require_tax, tax_on, tax_within

DAY = date(2026, 10, 1)
CARE, FULL, FOOD = tax_on("SE-EXEMPT", DAY), tax_on("SE-25", DAY), tax_on("SE-12", DAY)


def test_each_code_is_once_and_of_a_kind_and_only_what_is_taxable_has_a_rate() -> None:
    assert len({row.code for row in TAX_CODES}) == len(TAX_CODES)
    assert {row.kind for row in TAX_CODES} == set(get_args(TaxKind))
    for row in TAX_CODES:
        assert row.code.startswith(f"{row.country}-")
        assert {rate.rate_ppm > 0 for rate in row.rates} == {row.kind == "taxable"}
        assert row.source


def test_the_rates_of_a_code_follow_each_other_day_by_day() -> None:
    for row in TAX_CODES:
        for one, after in zip(row.rates, row.rates[1:], strict=False):
            assert one.until_on is not None
            assert after.from_on == one.until_on + timedelta(days=1)
        assert row.rates[-1].until_on is None


def test_a_line_has_the_rate_and_the_law_of_the_day_of_its_service() -> None:
    assert (FULL.code, FULL.rate_ppm, FULL.legal_basis) == ("SE-25", 250_000, "ML 2023:200, 9 kap. 2 §")
    assert tax_on("SE-25", date(2023, 6, 30)).legal_basis == "ML 1994:200, 7 kap. 1 §"
    assert (CARE.rate_ppm, CARE.legal_basis) == (0, "ML 2023:200, 10 kap. 6-7 §§")


def test_a_refusal_names_the_codes_there_are_or_the_first_day() -> None:
    with pytest.raises(Refused, match=r"tax_code_unknown .*the codes are SE-25, SE-12, SE-6, SE-EXEMPT, SE-OUTSIDE"):
        tax_on("NO-25", DAY)
    with pytest.raises(Refused, match=r"tax_code_not_in_force .*1996-01-01"):
        tax_on("SE-6", date(1995, 12, 31))


@pytest.mark.parametrize(
    ("net", "tax"), [(100_00, 25_00), (2, 0), (2, 1), (-2, 0), (-2, -1), (0, 0), (-100_00, -25_00)]
)
def test_half_a_minor_unit_is_rounded_either_way(net: int, tax: int) -> None:
    require_tax(FULL, net, tax, "i1 line 1")


@pytest.mark.parametrize(("net", "tax", "right"), [(100_00, 24_99, 25_00), (3, 0, 1), (-100_00, 25_00, -25_00)])
def test_another_tax_is_refused_with_the_right_figure(net: int, tax: int, right: int) -> None:
    with pytest.raises(Refused, match=f"tax_not_of_rate .*i1 line 1, SE-25: {tax} minor units, right is {right}"):
        require_tax(FULL, net, tax, "i1 line 1")


def test_a_tax_beside_a_code_without_one_is_refused() -> None:
    require_tax(CARE, 100_00, 0, "i1 line 1")
    with pytest.raises(Refused, match="tax_beside_code_without_tax"):
        require_tax(CARE, 100_00, 1, "i1 line 1")


@given(st.integers(-(10**15), 10**15), st.sampled_from([FULL, FOOD, CARE]))
def test_of_each_net_one_tax_or_two_are_right(net: int, tax: object) -> None:
    rate = tax.rate_ppm  # type: ignore[attr-defined]
    right = [one for one in range(net * rate // 10**6 - 1, net * rate // 10**6 + 3) if _allowed(tax, net, one)]
    assert 1 <= len(right) <= 2
    assert all(2 * abs(one * 10**6 - net * rate) <= 10**6 + rate for one in right)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["SE-25", "SE-12", "SE-6", "SE-EXEMPT"]))
def test_of_a_price_with_tax_the_tax_within_it_is_right(gross: int, code: str) -> None:
    tax = tax_within(code, DAY, gross)
    require_tax(tax_on(code, DAY), gross - tax, tax, "i1 line 1")


def test_without_a_rate_no_tax_is_within_a_price() -> None:
    assert tax_within("SE-25", DAY, 500_00) == 100_00
    assert (tax_within("NO-25", DAY, 500_00), tax_within("SE-25", date(1995, 12, 31), 500_00)) == (0, 0)


def _allowed(tax: object, net: int, minor: int) -> bool:
    try:
        require_tax(tax, net, minor, "x")  # type: ignore[arg-type]
    except Refused:
        return False
    return True
