"""The entity's terms are declared as far as they are said, shown, and asked by commands."""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
import pytest
from typer import BadParameter

from infra.cli.derived_options import about, changed
from ledger.domain.terms.entity import Terms
from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers, Reskontra
from tests.kit.commands import options_of


def shown(reskontra: Reskontra) -> dict[str, Any]:
    return {row["term"]: row["value"] for row in reskontra.json("entity show")["rows"]}


def test_terms_nobody_declared_are_the_defaults_and_said_so(reskontra: Reskontra):
    assert shown(reskontra) == json.loads(msgspec.json.encode(Terms())) | {"difference_limit": "1.00"}
    assert reskontra.json("entity show")["totals"] == [{"name": "terms", "declared_on": None}]
    assert reskontra("entity show").out.startswith("terms of clinic, not declared: these are the defaults\n")


def test_what_is_not_said_stays_as_it_is(reskontra: Reskontra):
    reskontra("entity", "declare", "--legal-name", "Clinic North", "--days-to-pay", "20", "--vat-method", "cash")
    reskontra("entity declare --currencies SEK --currencies EUR --zone Europe/Riga")
    said = shown(reskontra)
    assert (said["legal_name"], said["days_to_pay"], said["vat_method"]) == ("Clinic North", 20, "cash")
    assert (said["currencies"], said["zone"], said["language"]) == (["SEK", "EUR"], "Europe/Riga", "sv")
    assert reskontra("entity show").out.startswith("terms of clinic, declared on 20")
    assert reskontra.json("entity declare --days-to-pay 20")["rows"][0]["status"] == "nothing_new"
    reskontra("entity", "declare", "--legal-name", "")
    assert shown(reskontra)["legal_name"] is None
    facts = [row["fact"] for row in reskontra.json("history entity-terms")["rows"]]
    assert facts == ["EntityTermsDeclared"] * 3


def test_each_term_is_an_option_with_what_it_is():
    assert {f"--{name.replace('_', '-')}" for name in Terms.__struct_fields__} <= options_of("entity declare")
    said = " ".join(Reskontra({})("entity declare --help").out.split())
    for told in about(Terms).values():
        assert told
        assert told in said


class Wider(msgspec.Struct):
    """Terms as they may come to be."""

    kept: Annotated[bool, msgspec.Meta(description="Whether it is kept.")] = True
    months: tuple[int, ...] = ()


def test_a_term_of_any_kind_is_read_as_its_field_says():
    assert changed(Wider(), {"kept": "false", "months": ["1", "7"]}) == Wider(False, (1, 7))
    assert changed(Wider(False), {"kept": None, "months": []}) == Wider(False)
    with pytest.raises(BadParameter, match=r"--months: expected `int`, got `str`"):
        changed(Wider(), {"months": ["May"]})


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("--zone Europe/Atlantis", "is not a time zone"),
        ("--days-to-pay 400", "--days-to-pay: expected `int` <= 365"),
        ("--days-to-pay soon", "--days-to-pay: expected `int`"),
        ("--vat-method never", "--vat-method: invalid enum value"),
        ("--zone=", "--zone: expected `str`"),
        ("--interest 8", "No such option"),
    ],
)
def test_what_a_term_cannot_be_is_wrong_usage(reskontra: Reskontra, typed: str, says: str):
    assert says in " ".join(reskontra(f"entity declare {typed}", code=2).err.split())


@pytest.mark.parametrize("typed", ["--currencies KRO", "--currencies sek", "--jurisdiction sweden", "--language SV"])
def test_what_the_ledger_does_not_take_is_refused(reskontra: Reskontra, typed: str):
    assert reskontra(f"entity declare {typed} --json", code=1).codes == ["term_malformed"]


def test_an_invoice_is_due_and_in_the_currency_that_the_terms_say(reskontra: Reskontra):
    issue = "invoice issue --account p1 --payer patient --series inv --first 1001 --amount 1.00 --service X"
    issue += " --issued-on 2026-10-05"
    reskontra("entity declare --days-to-pay 10 --currencies EUR")
    (row,) = reskontra.json(issue)["rows"]
    assert (row["due_on"], row["items"][0]["currency"]) == ("2026-10-15", "EUR")
    reskontra("entity declare --days-to-pay 30 --currencies EUR --currencies SEK")
    said = reskontra(issue, code=1).err
    assert "give the invoice's currency with --currency: clinic keeps its books in EUR, SEK" in said
    (row,) = reskontra.json(f"{issue} --currency SEK")["rows"]
    assert (row["due_on"], row["items"][0]["currency"]) == ("2026-11-04", "SEK")
    # Both are booked now, so both are kept.
    assert reskontra("entity declare --currencies SEK --json", code=1).codes == ["currency_booked"]


def test_a_file_in_a_currency_that_is_not_kept_is_refused_by_the_terms(opened_clinic: Clinic, reskontra: Reskontra):
    path = opened_clinic.day()
    reskontra("entity declare --currencies EUR")
    refused = reskontra("reconcile", path, "--dry-run", "--on", "2026-11-10", "--json", code=1)
    assert "currency_not_kept" in refused.codes
    assert "currency_not_kept" in reskontra("inspect", path, "--on", "2026-11-10", code=1).out
    reskontra("entity declare --currencies SEK")
    reskontra("inspect", path, "--on", "2026-11-10")


@pytest.mark.parametrize(("typed", "held"), [("2", "2.00"), ("0,5", "0.50"), ("100.00", "100.00"), ("0", "0.00")])
def test_the_largest_difference_is_typed_in_units(reskontra: Reskontra, typed: str, held: str):
    reskontra(f"entity declare --difference-limit {typed}")
    assert shown(reskontra)["difference_limit"] == held


@pytest.mark.parametrize("typed", ["1.000", "-1", "1 kr", "100.01"])
def test_a_difference_that_is_no_amount_or_too_large_is_told(reskontra: Reskontra, typed: str):
    assert "--difference-limit: " in reskontra("entity", "declare", f"--difference-limit={typed}", code=2).err


def test_the_fiscal_year_is_chosen_before_the_first_voucher(reskontra: Reskontra):
    reskontra("entity declare --fiscal-year-from 5")
    reskontra("bank-account declare 5052-0014 --currency SEK")
    reskontra("bank-account opening 50520014 1000 --as-of 2026-08-31 --source letter")
    # An opening balance is no voucher, so nothing has a number yet.
    reskontra("entity declare --fiscal-year-from 7")
    reskontra("invoice issue --account p1 --payer patient --series A --first 1 --amount 1.00 --service X")
    assert reskontra("entity declare --fiscal-year-from 1 --json", code=1).codes == ["fiscal_year_fixed"]
    reskontra("entity declare --days-to-pay 20")


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "entity declare": ("--legal-name Clinic", 0),
    "entity show": ("", 0),
}
