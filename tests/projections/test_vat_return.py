"""The VAT return from sums alone: what is in a box, what is in none, and what makes it not tie."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from ledger.domain.catalogue import CATALOGUE
from projections.reports.report import Control, table_of
from projections.reports.trial_balance import COLUMNS as BALANCE
from projections.reports.vat_return import boxes, controls, on_tax_accounts, without_box
from tests.kit.care import invoice, open_clinic, taxed

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


def taxes(*rows: tuple[str, str | None, int, int], currency: str = "SEK", earlier: bool = False) -> pa.Table:
    """Role, tax code, amount and base, debits less credits."""
    names = ("role", "tax_code", "amount_minor", "base_minor")
    fields = [("role", pa.string()), ("tax_code", pa.string()), ("currency", pa.string()), ("earlier", pa.bool_())]
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) | {"currency": currency, "earlier": earlier} for row in rows],
        schema=pa.schema([*fields, ("amount_minor", pa.int64()), ("base_minor", pa.int64())]),
    )


def shown(rows: Any) -> dict[tuple[str, str | None], int]:
    return {(row["what"], row["box"] or row["name"]): row["amount_minor"] for row in rows if row["amount_minor"]}


def balance(*rows: tuple[str, str, int]) -> pa.Table:
    """Account, role and balance."""
    names = ("account", "role", "balance_minor")
    rest = {"currency": "SEK", "debit_minor": 0, "credit_minor": 0}
    return table_of([dict(zip(names, row, strict=True)) | rest for row in rows], BALANCE)


def test_taxed_sales_are_the_bases_of_the_tax_that_is_due_and_exempt_sales_are_revenue():
    found = taxes(
        ("vat_output", "SE-25", -25_00, -100_00),
        ("vat_output", "SE-12", -12_00, -100_00),
        # The revenue of what is taxed may be due later.
        ("revenue", "SE-25", -900_00, 0),
        ("revenue", "SE-EXEMPT", -70_00, 0),
    )
    there = list(boxes(found, FIRST, LAST, by_payment=False))
    assert shown(there) == {("box", "05"): 200_00, ("box", "10"): 25_00, ("box", "11"): 12_00, ("box", "42"): 70_00}
    assert [row["box"] for row in there] == ["05", "10", "11", "12", "42"]
    assert all(row["box_confirmed"] for row in there)
    assert not list(without_box(found, FIRST, LAST))


def test_with_the_cash_method_the_box_of_exempt_sales_is_not_confirmed():
    there = boxes(taxes(), FIRST, LAST, by_payment=True)
    assert {row["box"]: row["box_confirmed"] for row in there} == {
        "05": True,
        "10": True,
        "11": True,
        "12": True,
        "42": False,
    }


def test_what_happened_before_these_days_is_told_below_its_box_and_counted_in_it():
    late = taxes(("vat_output", "SE-6", -6_00, -100_00), earlier=True)
    assert shown(boxes(late, FIRST, LAST, by_payment=False)) == {
        ("box", "05"): 100_00,
        ("earlier", "05"): 100_00,
        ("box", "12"): 6_00,
        ("earlier", "12"): 6_00,
    }


def test_what_no_box_is_for_is_listed_and_only_what_is_outside_the_tax_may_be_missing():
    rows = (("vat_output", None, -5, 0), ("vat_output", "SE-30", -7, -70), ("revenue", "SE-OUTSIDE", -90, 0))
    found = list(without_box(taxes(*rows, ("revenue", None, -3, 0)), FIRST, LAST))
    assert [(row["what"], row["role"], row["tax_code"], row["amount_minor"]) for row in found] == [
        ("no_box", "revenue", None, 3),
        ("outside", "revenue", "SE-OUTSIDE", 90),
        ("no_box", "vat_output", None, 5),
        ("no_box", "vat_output", "SE-30", 7),
    ]
    assert controls(found, {("vat_output", "SEK"): 12}, {}) == (
        Control("output_tax", "SEK", 12, 0),
        Control("revenue_without_box", "SEK", 3, 0),
    )
    (in_euro,) = without_box(taxes(rows[0], currency="EUR"), FIRST, LAST)
    assert (in_euro["what"], in_euro["whole"]) == ("no_box", None)


def test_whatever_is_posted_on_an_account_of_output_tax_counts_against_the_boxes():
    before = balance(("2611", "vat_output", -10_00), ("2621", "vat_output", -4_00), ("3740", "rounding", -1))
    after = balance(
        ("2611", "vat_output", -35_00),
        ("2611", "rounding", -50),
        ("2621", "vat_output", -4_00),
        ("3740", "rounding", -2),
    )
    moved = on_tax_accounts(before, after)
    assert moved == {("vat_output", "SEK"): 25_00, ("rounding", "SEK"): 50}
    rows = list(boxes(taxes(("vat_output", "SE-25", -25_00, -100_00)), FIRST, LAST, by_payment=False))
    assert controls(rows, moved, {}) == (Control("output_tax", "SEK", 25_50, 25_00),)
    assert controls(rows, {("vat_output", "SEK"): 25_00}, {"SEK": 8_00}) == (
        Control("output_tax", "SEK", 25_00, 25_00),
        Control("due_at_end_of_fiscal_year", "SEK", 8_00, 0),
    )


def test_a_discount_lowers_the_sales_and_a_net_too_small_for_a_tax_is_sold_nevertheless():
    lines = (taxed(1, 100_00, "SE-25"), taxed(2, -20_00, "SE-25"), taxed(3, 1, "SE-6"))
    book = open_clinic().given(invoice("i1", *lines))
    (issued,) = [new.fact for new in book.log if type(new.fact).__name__ == "InvoiceIssued"]
    legs = [leg for leg in CATALOGUE.legs(issued) if leg.role == "vat_output"]
    assert [(leg.tax_code, leg.amount_minor, leg.base_minor) for leg in legs] == [
        ("SE-25", -20_00, -80_00),
        ("SE-6", 0, -1),
    ]
