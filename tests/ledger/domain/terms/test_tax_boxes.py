"""The boxes of the VAT return: each tax code is in the boxes of its kind, and whole kronor drop the öre."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.money import decimals_of
from ledger.domain.terms.tax_boxes import TAX_BOXES, WHOLE, WholeUnits, boxes_of
from ledger.domain.terms.tax_codes import TAX_CODES

MONTH = (date(2026, 10, 1), date(2026, 10, 31))
KINDS = {"base": "taxable", "tax": "taxable", "sales": "exempt"}


def test_each_taxed_code_is_in_one_box_of_sales_and_one_of_tax_and_each_exempt_one_in_one_of_sales() -> None:
    for code in TAX_CODES:
        held = [box.holds for box in boxes_of(*MONTH) if code.code in box.tax_codes]
        assert sorted(held) == {"taxable": ["base", "tax"], "exempt": ["sales"], "outside": []}[code.kind]


def test_the_boxes_are_those_of_the_swedish_return_and_each_has_a_source() -> None:
    assert [(box.box, box.holds, box.tax_codes) for box in boxes_of(*MONTH)] == [
        ("05", "base", ("SE-25", "SE-12", "SE-6")),
        ("10", "tax", ("SE-25",)),
        ("11", "tax", ("SE-12",)),
        ("12", "tax", ("SE-6",)),
        ("42", "sales", ("SE-EXEMPT",)),
    ]
    kinds = {row.code: row.kind for row in TAX_CODES}
    for box in TAX_BOXES:
        assert box.source
        assert decimals_of(box.currency) is not None
        assert {kinds[code] for code in box.tax_codes} == {KINDS[box.holds]}


@pytest.mark.parametrize("days", [(date(2011, 12, 1), date(2011, 12, 31)), (date(2011, 12, 31), date(2012, 1, 1))])
def test_a_return_that_begins_before_the_boxes_has_none(days: tuple[date, date]) -> None:
    assert not list(boxes_of(*days))


@pytest.mark.parametrize(("minor", "whole"), [(199, 1), (100, 1), (99, 0), (0, 0), (-99, 0), (-100, -1), (-199, -1)])
def test_oere_are_dropped_also_below_zero(minor: int, whole: int) -> None:
    assert WHOLE.of(minor) == whole


@given(st.integers(-(10**15), 10**15), st.sampled_from(["SEK", "JPY", "KWD"]))
def test_whole_units_are_nearer_to_zero_by_less_than_one(minor: int, currency: str) -> None:
    unit = 10 ** (decimals_of(currency) or 0)
    dropped = minor - WholeUnits(currency, "", confirmed=False).of(minor) * unit
    assert abs(dropped) < unit
    assert dropped * minor >= 0
