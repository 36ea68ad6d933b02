"""Unpaid tax of the cash method falls due at the end of a fiscal year, item by item, and by whom it may."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers, Reskontra

BILL = "invoice issue --account p1 --payer patient --series new --first 1 --service CERTIFICATE --vat-code SE-25"


def test_what_fell_due_is_listed_with_its_sum_and_recorded_once(reskontra: Reskontra):
    reskontra("entity declare --vat-method cash")
    reskontra(f"{BILL} --amount 125.00 --issued-on 2024-12-10 --id a")
    reskontra(f"{BILL} --amount 250.00 --issued-on 2024-12-11 --id b")
    rehearsed = reskontra("vat-year-end --through 2024-12-31 --dry-run").out
    assert "fell due unpaid on 2024-12-31: 75.00 SEK, of 2 items, dry run: nothing is recorded" in rehearsed
    done = reskontra.json("vat-year-end --through 2024-12-31")
    assert {row["item_id"]: (row["net_minor"], row["tax_minor"]) for row in done["rows"]} == {
        "a.1": (100_00, 25_00),
        "b.1": (200_00, 50_00),
    }
    assert done["totals"] == [{"name": "tax", "currency": "SEK", "amount_minor": 75_00}]
    assert "none, of 0 items" in reskontra("vat-year-end --through 2024-12-31").out


def test_the_net_is_that_of_the_tax_without_exempt_lines_and_without_rounding(reskontra: Reskontra, tmp_path: Path):
    reskontra("entity declare --vat-method cash --rounds-invoices true")
    file = tmp_path / "invoices.jsonl"
    file.write_text(
        '{"invoice_id": "a", "series": "new", "currency": "SEK", "issued_on": "2024-12-10", "due_on": "2025-01-10", '
        '"lines": [{"line_id": 1, "service_code": "CERTIFICATE", "service_on": "2024-12-10", "amount_minor": 7968, '
        '"vat_code": "SE-25", "vat_minor": 1992}, {"line_id": 2, "service_code": "VISIT", "service_on": "2024-12-10", '
        '"amount_minor": 5000, "vat_code": "SE-EXEMPT", "vat_minor": 0}], '
        '"payers": [{"account_id": "p1", "amount_minor": 14960}]}'
    )
    reskontra("account open p1 --payer patient")
    reskontra("series open new --first 1")
    reskontra(f"invoice issue --file {file}")
    (row,) = reskontra.json("vat-year-end --through 2024-12-31")["rows"]
    assert (row["net_minor"], row["tax_minor"]) == (79_68, 19_92)


def test_by_default_it_is_the_last_fiscal_year_that_ended(clinic: Clinic):
    said = clinic.reskontra.json("vat-year-end --dry-run")
    assert said["as_of"].endswith("-12-31")
    assert said["as_of"] < clinic.reskontra.json("aging")["as_of"]


@pytest.mark.parametrize("day", ["2025-12-30", "2150-12-31"])
def test_a_day_on_which_no_fiscal_year_has_ended_is_refused_even_if_no_tax_waits(clinic: Clinic, day: str):
    assert clinic.reskontra(f"vat-year-end --through {day} --json", code=1).codes == ["fiscal_year_goes_on"]


def test_who_may_not_is_refused_before_anything_is_read(clinic: Clinic):
    clinic.reskontra("person register nora --id nora --duty billing")
    refused = clinic.reskontra.by("nora")("vat-year-end --json", code=1)
    assert refused.codes == ["duty_missing"]


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {"vat-year-end": ("--dry-run", 0)}
