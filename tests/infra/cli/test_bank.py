"""The ledger beside the bank, as people see it: equal, or different by a missing statement that is named."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from infra.cli.reports import bank_line
from reconciliation.statements.camt.writer import CamtEntry
from tests.infra.cli.clinic import BOOKED_ON, IBAN, Clinic
from tests.kit.clinic import paid, statement


def delivered(clinic: Clinic, number: int, opening_minor: int, amount_minor: int) -> Path:
    """The bank's n-th statement, of one payment."""
    on = BOOKED_ON + timedelta(days=number)
    path = clinic.folder / f"S{number}.xml"
    entries = [paid(amount_minor, None, f"b{number}", on)]
    path.write_bytes(statement(entries, opening_minor, f"S{number}", on, account=IBAN, sequence=number))
    return path


def test_a_missing_statement_is_named_everywhere_until_it_is_loaded(clinic: Clinic):
    first, missing, last = (delivered(clinic, *one) for one in ((1, 0, 10_00), (2, 10_00, 70_00), (3, 80_00, 5_00)))
    day = str(BOOKED_ON + timedelta(days=5))

    reconciled = clinic.reskontra("reconcile", first, last, "--on", day, code=1)
    assert "is missing (numbers 1 to 3), 70.00 SEK in all: load it" in reconciled.err
    out = reconciled.out
    line = f"the ledger differs from the bank: {IBAN} by 70.00 SEK; 1 gap between statements, see `reskontra bank`"
    assert line in out, out
    assert "1 to 3" in out
    for report in ("aging", "tie-out"):
        shown = clinic.reskontra(f"{report} --as-of {day}", code=1).out
        assert line in shown
        assert "ties out, but something is wrong with the bank's statements: see above" in shown
        assert "1 to 3" in shown
        together = clinic.reskontra.json(f"group {report} --entities clinic --as-of {day}", code=1)
        codes = [("ledger_is_not_bank", "clinic"), ("bank_gap", "clinic")]
        assert [(one["code"], one["about"]) for one in together["problems"]] == codes
        assert "clinic: a statement of" in together["problems"][1]["sentence"]
        assert f"clinic: {line}" in clinic.reskontra(f"group {report} --entities clinic --as-of {day}", code=1).out
    assert [row["what"] for row in clinic.reskontra.json(f"bank --as-of {day}", code=1)["rows"]] == ["account", "gap"]
    answer = clinic.reskontra.json("verify", code=1)
    assert [row["check"] for row in answer["rows"] if not row["ok"]] == ["bank"]
    assert [problem["code"] for problem in answer["problems"]] == ["ledger_is_not_bank", "bank_gap"]
    assert "is missing (numbers 1 to 3), 70.00 SEK in all: load it" in answer["problems"][1]["sentence"]

    equal = f"the ledger equals the bank on 1 account, through {BOOKED_ON + timedelta(days=3)}"
    assert equal in clinic.reskontra("reconcile", missing, "--on", day).out
    assert equal in clinic.reskontra(f"aging --as-of {day}").out
    assert clinic.reskontra.json("verify")["problems"] == []


def test_of_several_accounts_the_day_that_the_statements_of_all_reach_is_named(clinic: Clinic):
    delivered(clinic, 1, 0, 10_00)
    other, on = "SE4550000000058398257466", BOOKED_ON + timedelta(days=3)
    clinic.reskontra(f"bank-account declare {other} --currency SEK")
    (clinic.folder / "other.xml").write_bytes(statement([paid(5_00, None, "o1", on)], 0, "O1", on, account=other))
    files = (clinic.folder / "S1.xml", clinic.folder / "other.xml")
    equal = f"the ledger equals the bank on 2 accounts, through {BOOKED_ON + timedelta(days=1)}\n"
    assert equal in clinic.reskontra("reconcile", *files, "--on", str(on)).out
    assert equal in clinic.reskontra(f"aging --as-of {on}").out


@pytest.mark.parametrize(
    ("what", "minor", "sentence"),
    [
        ("waiting", -150_00, "statements have payments without details"),
        ("waiting", 150_00, "statements have returns without details"),
        ("excess", 150_00, "files show payments that no statement has"),
        ("excess", -150_00, "files show returns or charges that no statement has"),
    ],
)
def test_what_detail_files_and_statements_say_differently_is_told_beside_the_balance(
    what: str, minor: int, sentence: str
):
    named = {"bank_account": "b", "currency": "SEK", "through_on": BOOKED_ON}
    account = {"what": "account", "bank_minor": 0, "difference_minor": 0, "to_explain_minor": 0} | named
    _, told = bank_line([account, {"what": what, "details_minor": minor} | named])
    assert told == f"{sentence}: b, 150.00 SEK on {BOOKED_ON}: see `reskontra cut-over`"


def test_a_reversal_is_inspected_as_its_account_is_declared(clinic: Clinic):
    path = clinic.statement([CamtEntry(150_00, BOOKED_ON, BOOKED_ON, "B1", reversal=True)])
    amounts = []
    for reversals in ("as-stated", "flipped"):
        clinic.reskontra(f"bank-account declare {IBAN} --currency SEK --reversals {reversals}")
        shown = json.loads(clinic.reskontra("inspect", path, "--json").out)
        amounts += [line["amount_minor"] for line in shown["statements"][0]["lines"]]
    assert amounts == [150_00, -150_00]
    said = clinic.reskontra("inspect", path, "--judge", "--json", code=1)
    assert "take it back with `--reversals as-stated`" in json.loads(said.out)["problems"][0]["message"]
    # What is not said stays as it was declared.
    clinic.reskontra(f"bank-account declare {IBAN} --currency SEK --name Giro")
    (row,) = clinic.reskontra.json("bank-account list")["rows"]
    assert (row["name"], row["reversal_flips_sign"]) == ("Giro", True)
