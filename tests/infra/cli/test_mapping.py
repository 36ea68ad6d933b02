"""The chart's mapping as a person types it: a role gets another account, and the trial balance shows both."""

from __future__ import annotations

from typing import Any

from tests.infra.cli.clinic import BOOKED_ON, IBAN, Clinic
from tests.infra.cli.command_line import Answers, Reskontra


def accounts(reskontra: Reskontra, role: str, **of: str) -> list[Any]:
    rows = reskontra.json("mapping list")["rows"]
    found = [row for row in rows if row["role"] == role and all(row[name] == value for name, value in of.items())]
    return [(row["account"], row["from_on"], row["until_on"]) for row in found]


def test_a_role_has_its_accounts_one_after_the_other(reskontra: Reskontra):
    assert accounts(reskontra, "ar_patient") == [("1510", None, None)]
    said = reskontra("mapping", "set", "ar_patient", "1512", "--from", "2026-10-16", "--source", "board")
    assert said.out.startswith("role ar_patient, account 1512: recorded at position")
    reskontra("mapping set ar_patient 1513 --from 2026-11-01 --source board --name Patients --unconfirmed")
    assert accounts(reskontra, "ar_patient") == [
        ("1510", None, "2026-10-15"),
        ("1512", "2026-10-16", "2026-10-31"),
        ("1513", "2026-11-01", None),
    ]
    (row,) = (row for row in reskontra.json("mapping list --on 2026-11-02")["rows"] if row["role"] == "ar_patient")
    assert (row["name"], row["confirmed"], row["source"], row["kind"]) == ("Patients", False, "board", "control")
    facts = [row["text"] for row in reskontra.json("history mapping-ar_patient")["rows"]]
    assert facts[0] == "Role ar_patient mapped to account 1512 from 2026-10-16"


def test_a_bank_account_has_one_ledger_account_which_either_command_changes(loaded: Clinic):
    reskontra = loaded.reskontra
    first = accounts(reskontra, "bank", bank_account=IBAN)
    assert first == [("1930", None, None)]
    reskontra(f"mapping set bank 1941 --bank-account {IBAN} --from 2026-01-01 --source board")
    (listed,) = reskontra.json("bank-account list")["rows"]
    assert listed["ledger_account"] == "1941"
    rows = reskontra.json(f"trial-balance --as-of {BOOKED_ON}")["rows"]
    assert {row["account"] for row in rows if row["role"] == "bank"} == {"1941"}


def test_reports_name_the_accounts_that_nobody_has_confirmed_and_say_how(loaded: Clinic):
    reskontra = loaded.reskontra
    for report in (f"trial-balance --as-of {BOOKED_ON}", f"tie-out --as-of {BOOKED_ON}", "mapping list"):
        (line,) = (one for one in reskontra(report).out.splitlines() if one.startswith("nobody has confirmed"))
        assert "2494 (unallocated)" in line
        assert "1510" not in line
        assert "`reskontra mapping set ROLE ACCOUNT --from 1900-01-01 --source TEXT`" in line
    reskontra("mapping set unallocated 2494 --from 1900-01-01 --source board")
    assert "2494 (unallocated)" not in reskontra("mapping list").out


# Each command and its exit code in books where nothing was declared.
ANSWERS: Answers = {
    "mapping set": ("ar_patient 1512 --from 2026-10-16 --source board", 0),
    "mapping end": ("ar_patient --until 2026-10-16 --currency SEK", 1),
    "mapping list": ("", 0),
}
