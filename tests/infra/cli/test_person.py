"""Persons, their duties and limits on the command line, and the list of who decided what."""

from __future__ import annotations

import pytest

from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers
from tests.infra.cli.test_vault import put

ANSWERS: Answers = {
    "person register": ("nora --duty nurse --duty billing --id nora", 0),
    "person list": ("", 0),
    "person duties": ("--duty nurse", 0),
    "person give-duty": ("bo nurse --from 2000-01-01", 1),
    "person end-duty": ("bo approver --reason LEFT", 0),
    "person give-sign-in": ("bo bo2", 0),
    "person withdraw-sign-in": ("nobody --reason LEFT", 1),
    "limit set": ("approver refund --currency SEK --single 100.00", 0),
    "limit list": ("", 0),
    "limit except": ("me refund refund-f1 --amount 5 --currency SEK --reason URGENT", 1),
    "acts": ("--person bo --act write_off --from 2026-10-01 --to today", 0),
}


def test_who_decided_what_is_one_command(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra("write-off request i3 --reason UNECONOMIC --amount 300.00 --id w1")
    reskontra.by("bo")("write-off approve w1")
    (row,) = reskontra.json("acts --person bo --act write_off")["rows"]
    assert (row["actor"], row["duty"], row["document"], row["amount_minor"]) == (
        "person:bo",
        "approver",
        "writeoff-w1",
        300_00,
    )
    assert reskontra.json("acts --person bo --act write_off --to yesterday")["rows"] == []
    assert reskontra.json(f"acts --act write_off --known-at {row['ledger_position'] - 3}")["rows"] == []
    assert [one["act"] for one in reskontra.json("acts --person me --act write_off_request")["rows"]] == [
        "write_off_request"
    ]


def test_a_limit_is_typed_as_amounts_and_holds(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra("limit set approver write_off --currency SEK --single 299.99 --month 1000")
    (limit,) = reskontra.json("limit list")["rows"]
    assert (limit["single_minor"], limit["month_minor"]) == (299_99, 1000_00)
    reskontra("write-off request i3 --reason UNECONOMIC --amount 300.00 --id w1")
    answered = reskontra.by("bo")("write-off approve w1 --json", code=1)
    assert answered.codes == ["limit_passed"]
    said = "(approver: write_off of writeoff-w1, 300.00 SEK: at most 299.99 SEK at once)"
    assert answered.json["problems"][0]["sentence"].endswith(said)
    reskontra("limit except bo write_off writeoff-w1 --amount 300 --currency SEK --reason URGENT")
    reskontra.by("bo")("write-off approve w1")
    assert [one["actor"] for one in reskontra.json("acts --act forced")["rows"]] == ["person:bo"]


def test_limits_are_listed_as_they_are(clinic: Clinic):
    reskontra = clinic.reskontra
    assert "may decide nothing" not in reskontra("limit list").out
    reskontra("limit set approver refund --currency SEK --single 300.00")
    reskontra("limit set approver refund --currency SEK --single 200.00 --from 2099-01-01")
    heading, first, second = reskontra("limit list").out.splitlines()[1:4]
    assert heading.split() == ["duty", "kind", "currency", "at", "once", "in", "a", "month", "from", "held"]
    assert first.split()[2:7] == ["SEK", "300.00", "any", "amount", first.split()[6]]
    assert [line.split()[-1] for line in (first, second)] == ["now", "later"]
    (act, _) = reskontra.json("acts --act limit")["rows"]
    assert (act["amount_minor"], act["detail"].partition(": ")[2]) == (
        None,
        "300.00 SEK at once, any amount in a month",
    )
    assert "0.00" not in reskontra("acts --act limit").out.replace("300.00", "").replace("200.00", "")


def test_which_duty_may_do_what_is_one_command(clinic: Clinic):
    rows = {row["command"]: row["duties"] for row in clinic.reskontra.json("person duties")["rows"]}
    assert rows["write-off approve"] == ["approver"]
    assert rows["invoice issue --first"] == ["finance"]
    assert rows["vault log"] == ["auditor", "admin"]
    assert "aging" not in rows
    nurses = clinic.reskontra("person duties --duty nurse").out
    assert "treats patients" in nurses
    assert "keeps the books" not in nurses
    assert {"account open", "hold place"} <= {line.partition("  ")[0] for line in nurses.splitlines()}
    assert "write-off approve" not in nurses


def test_an_act_that_does_not_exist_is_told_with_those_that_do(clinic: Clinic):
    answered = clinic.reskontra("acts --act bogus --json", code=1)
    assert answered.codes == ["act_unknown"]
    sentence = answered.json["problems"][0]["sentence"]
    assert {"mark_end", "write_off", "forced"} <= set(sentence.partition("one of ")[2].split(", "))


def test_a_request_says_what_comes_next_and_the_list_for_whom_it_is(clinic: Clinic):
    reskontra = clinic.reskontra
    alone = reskontra("write-off request i3 --reason X --amount 1 --id w1").out
    assert "it waits to be approved, not by you, with `reskontra write-off approve w1`" in alone
    asked = reskontra("write-off request i3 --reason X --amount 1 --id w2 --on-behalf-of bo").out
    assert "approved, neither by you nor by the person who asked you, with `reskontra write-off approve w2`" in asked
    rows = {row["write_off_id"]: row["on_behalf_of"] for row in reskontra.json("write-off list")["rows"]}
    assert rows == {"w1": None, "w2": "person:bo"}
    assert "approver, not me nor bo" in reskontra("write-off list").out


def test_whoever_lost_a_sign_in_is_named(clinic: Clinic):
    clinic.reskontra("person give-sign-in bo bo2")
    answered = clinic.reskontra("person withdraw-sign-in bo2 --reason LEFT")
    assert answered.out.startswith("person bo: recorded at position ")


def test_a_duty_that_does_not_exist_is_told_with_those_that_do(clinic: Clinic):
    answered = clinic.reskontra("person register nora --duty owner", code=2)
    assert "'owner' is not a duty; give one of front_desk, nurse, billing" in answered.err.replace("\n", " ")


def test_the_names_of_persons_are_in_the_vault_and_shown_for_a_purpose(clinic: Clinic):
    put(clinic, "name", "Bo Berg", subject="bo")
    assert "Bo Berg" not in clinic.reskontra("person list").out
    assert "Bo Berg" in clinic.reskontra("person list --purpose audit").out
    named = {row["person_id"]: row["name"] for row in clinic.reskontra.json("person list --purpose audit")["rows"]}
    assert named == {"anna": None, "bo": "Bo Berg", "me": None}
    assert [row["purpose"] for row in clinic.reskontra.json("vault log --subject bo")["rows"]] == ["audit"] * 2


@pytest.mark.parametrize("sign_in", ["", " ", " anna", "anna ", "an\tna", "anna\n", "an\x1bna", "x" * 257, "\udce5sa"])
@pytest.mark.parametrize("command", ["register", "give-sign-in bo"])
def test_a_sign_in_that_no_machine_has_is_refused(clinic: Clinic, command: str, sign_in: str):
    answered = clinic.reskontra("person", *command.split(), "--json", "--", sign_in, code=1)
    assert answered.codes == ["sign_in_malformed"]
    assert len({row["person_id"] for row in clinic.reskontra.json("person list")["rows"]}) == 3


def test_a_sign_in_that_was_given_before_may_be_withdrawn_whatever_its_form(clinic: Clinic):
    answered = clinic.reskontra("person", "withdraw-sign-in", "--reason", "LEFT", "--json", "--", " anna", code=1)
    assert answered.codes == ["sign_in_unknown"]


def test_a_sign_in_of_no_user_here_or_of_another_spelling_is_noted(clinic: Clinic):
    reskontra = clinic.reskontra
    assert "this machine has no user of this name" in reskontra("person register nosuchuser").out
    assert "note:" not in reskontra("person register daemon").out
    assert "note:" not in reskontra("person register 54321").out
    assert "another person has this sign-in in other letters" in reskontra("person register ANNA").out
    assert "in other letters" not in reskontra("person give-sign-in bo Bo").out
    assert reskontra.json("person give-sign-in me BO")["rows"][0]["spelt_otherwise"] is True


def test_the_list_of_persons_says_who_you_are_and_how_many_sign_ins_each_has(clinic: Clinic):
    clinic.reskontra("person give-sign-in bo bo2")
    seen = clinic.reskontra.by("bo2").json("person list")["rows"]
    assert {row["person_id"] for row in seen if row["you"]} == {"bo"}
    assert {(row["person_id"], row["sign_ins"]) for row in seen} == {("anna", 1), ("bo", 2), ("me", 1)}
    assert not any(row["you"] for row in clinic.reskontra.by("stranger").json("person list")["rows"])
