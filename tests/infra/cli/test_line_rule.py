"""Line rules as people type them: requested, approved by another person, listed, replaced and ended."""

from __future__ import annotations

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers

_TAX = "line-rule request tax --role tax_account --words SKATTEVERKET --direction out"

ANSWERS: Answers = {
    "line-rule request": ("lab --role suppliers --words Labbet", 0),
    "line-rule approve": ("none", 1),
    "line-rule reject": ("none --reason TOO_WIDE", 1),
    "line-rule end": ("none --reason MOVED", 1),
    "line-rule list": ("", 0),
    "line-rule try": ("none", 1),
}


def held(clinic: Clinic) -> list[tuple[int, str]]:
    return [(row["version"], row["held"]) for row in clinic.reskontra.json("line-rule list")["rows"]]


def test_a_rule_is_requested_by_one_person_and_approved_by_another(clinic: Clinic):
    reskontra = clinic.reskontra
    asked = reskontra(f"{_TAX} --currency SEK --least 100.00 --most 900.00 --order 2 --bank-code PMNT-ICDT")
    assert "it waits to be approved, not by you, with `reskontra line-rule approve tax`" in asked.out
    assert reskontra("line-rule approve tax --json", code=1).codes == ["approver_is_requester"]
    assert held(clinic) == [(1, "requested")]
    reskontra.by("bo")("line-rule approve tax")
    assert held(clinic) == [(1, "now")]
    listed = reskontra("line-rule list").out
    assert "out, code PMNT-ICDT, SKATTEVERKET, from 100.00, to 900.00, SEK" in " ".join(listed.split())


def test_the_next_version_takes_its_place_and_an_end_ends_it(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra(_TAX)
    reskontra.by("bo")("line-rule approve tax.v1")
    reskontra(f"{_TAX} --from 2099-01-01")
    assert reskontra(f"{_TAX} --json", code=1).codes == ["line_rule_waits"]
    reskontra.by("bo")("line-rule reject tax --reason TOO_LATE")
    reskontra(f"{_TAX} --counterparty 5050-1055")
    reskontra.by("bo")("line-rule approve tax")
    assert held(clinic) == [(1, "replaced"), (2, "rejected"), (3, "now")]
    reskontra("line-rule end tax --reason MOVED --last yesterday")
    assert held(clinic) == [(1, "ended"), (2, "rejected"), (3, "ended")]


def test_amounts_need_a_currency_and_a_bank_account_must_be_ours(clinic: Clinic):
    reskontra = clinic.reskontra
    assert reskontra(f"{_TAX} --least 5 --json", code=1).codes == ["line_rule_without_currency"]
    assert reskontra(f"{_TAX} --bank-account 99 --json", code=1).codes == ["bank_account_undeclared"]
    rows = reskontra.json("bank-account list")["rows"]
    reskontra(f"{_TAX} --bank-account {rows[0]['bank_account']}")


def test_a_rule_is_tried_on_what_is_booked_and_changes_nothing(loaded: Clinic):
    reskontra = loaded.reskontra
    exactly = "--currency SEK --least 70.00 --most 70.00 --from 2099-01-01"
    reskontra(f"line-rule request wages --role wages_payable --bank-code PMNT --direction out {exactly}")
    before = reskontra.json("movement list")["rows"]
    (row,) = reskontra.json("line-rule try wages")["rows"]
    assert (row["booked_as"], row["why"], row["would_be"]) == ("bank_suspense", "debit_unexplained", "wages_payable")
    assert (row["lines"], row["amount_minor"]) == (1, -70_00)
    assert reskontra.json("movement list")["rows"] == before
    reskontra.by("bo")("line-rule approve wages")
    assert "wages.v1 would explain 1 of 3 booked lines" in reskontra("line-rule try wages.v1").out
