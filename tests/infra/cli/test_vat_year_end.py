"""Unpaid tax of the cash method falls due at the end of a fiscal year, item by item, and by whom it may."""

from __future__ import annotations

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


def test_by_default_it_is_the_last_fiscal_year_that_ended(clinic: Clinic):
    said = clinic.reskontra.json("vat-year-end --dry-run")
    assert said["as_of"].endswith("-12-31")
    assert said["as_of"] < clinic.reskontra.json("aging")["as_of"]


def test_who_may_not_is_refused_before_anything_is_read(clinic: Clinic):
    clinic.reskontra("person register nora --id nora --duty billing")
    refused = clinic.reskontra.by("nora")("vat-year-end --json", code=1)
    assert refused.codes == ["duty_missing"]


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {"vat-year-end": ("--dry-run", 0)}
