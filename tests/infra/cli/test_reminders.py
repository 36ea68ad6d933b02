"""Reminders are rehearsed, sent and listed: whom, whom not and why, without anything personal."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from projections.reports.gap import Gap
from reconciliation.reminded import Decided, Lagging, Reminded
from tests.infra.cli.clinic import IBAN, Clinic
from tests.infra.cli.command_line import Answers

DUE = date(2026, 11, 10)


def test_a_rehearsal_says_what_the_run_then_does(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra("reconcile", clinic.day(), f"--on={DUE}")
    (would,) = reskontra.json(f"remind --on {DUE} --dry-run")["rows"]
    assert reskontra.json("reminders")["rows"] == []
    (did,) = reskontra.json(f"remind --on {DUE}")["rows"]
    assert would["rehearsed"] is True
    assert {**would, "rehearsed": False} == did
    (item,) = did["items"]
    assert (item["item_id"], item["decision"], item["asked_minor"]) == ("i3.1", "sent", 350_00)
    (listed,) = reskontra.json(f"reminders --on {DUE}")["rows"]
    assert {name: listed[name] for name in item} == item
    assert (did["reminded_with_money"], did["missed"]) == (0, 0)
    for words in ("reminders", f"remind --on {DUE} --dry-run"):
        assert "Eva Ek" not in json.dumps(reskontra.json(words))
    assert "dry run: nothing is recorded" in reskontra(f"remind --on {DUE} --dry-run").out
    assert "1 item of clinic: 1 reminder sent, 0 not sent" in reskontra("reminders").out


def test_before_any_file_nobody_is_reminded_and_the_account_is_named(clinic: Clinic):
    answered = clinic.reskontra(f"remind --on {DUE} --json", code=1)
    assert answered.codes == ["bank_not_loaded"]
    sentence = answered.json["problems"][0]["sentence"]
    assert "none of its statements is loaded" in sentence
    assert answered.json["problems"][0]["about"] == IBAN
    # What it says to type is a command as it stands, but for the day.
    _, _, advised = sentence.partition("`reskontra ")
    clinic.reskontra(f"{advised.partition('`')[0]} 2026-11-01")
    assert answered.json["rows"][0]["missed"] == 3


def test_a_refused_file_is_named_before_anybody_declares_that_nothing_is_missing(clinic: Clinic):
    (clinic.folder / "cut.xml").write_text("<Document>", encoding="utf-8")
    clinic.reskontra("reconcile", clinic.folder / "cut.xml", code=1)
    (problem,) = clinic.reskontra.json(f"remind --on {DUE}", code=1)["problems"]
    assert problem["sentence"].endswith("Look first at 1 refused file in `reskontra files`")


SAID: dict[str, tuple[dict[str, Any], str]] = {
    "late": ({"lagging": (Lagging("b1", date(2026, 11, 9)),)}, "only up to and including 2026-11-09, and not up to"),
    "ahead": ({"lagging": (Lagging("b1", None, date(2026, 12, 9)),)}, "ends on 2026-12-09, which is in the future"),
    "closed, perhaps": (
        {"lagging": (Lagging("b1", date(2026, 11, 9), None, "SEK"),)},
        "declare b1 --currency SEK --until 2026-11-09`",
    ),
    "later files": (
        {"lagging": (Lagging("b1", date(2026, 11, 8), None, "SEK", None, date(2026, 11, 9)),)},
        "the days after it, although files of the account have days up to and including 2026-11-09",
    ),
    "missing": (
        {"lagging": (Lagging("b1", date(2026, 11, 8), None, "SEK", Gap(date(2026, 11, 8), DUE, 0, 5, ("1", "3"))),)},
        "because a statement of b1 between 2026-11-08 and 2026-11-10 is missing (numbers 1 to 3), 0.05 SEK in all",
    ),
    "not joining": (
        {"lagging": (Lagging("b1", date(2026, 11, 8), None, "SEK", Gap(date(2026, 11, 8), DUE, 0, 5, ("1", "2"))),)},
        "so the bank may have corrected one of them: ask it",
    ),
    "no account": (
        {"items": (Decided("i1.1", "p1", "SEK", DUE, 150_00, "not_sent", "bank_not_loaded"),)},
        "no bank account is open on 2026-11-10",
    ),
    "money of nobody": ({"differing": {"b1": DUE, "b2": None}}, "b1 (2026-11-10), b2"),
    "refused": ({"refused": 2}, "2 reminders were refused"),
}


@pytest.mark.parametrize(("found", "said"), SAID.values(), ids=SAID)
def test_what_stands_in_the_way_is_said(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, found: dict[str, Any], said: str
):
    from reconciliation import reminder_run

    plain: dict[str, Any] = {"loading": 0, "due": 1, "sent": 0, "suppressed": 1, "refused": 0}
    done = Reminded(DUE, DUE, **{**plain, **found})
    monkeypatch.setattr(reminder_run, "remind_due", lambda *_given, **_named: done)
    (problem,) = clinic.reskontra("remind --json", code=1).json["problems"]
    assert said in problem["sentence"]
    assert problem["about"] or "refused" in found
    # Only an account of which nothing later is loaded can have been closed.
    assert ("--until" in problem["sentence"]) == (said.endswith("--until 2026-11-09`") or "not up to" in said)


def test_what_is_finances_task_is_said(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    from reconciliation import reminder_run

    waits = Decided("i1.1", "p1", "SEK", DUE, 150_00, "not_sent", "money_waits", task_of="finance")
    done = Reminded(DUE, DUE, loading=0, due=1, sent=0, suppressed=1, refused=0, items=(waits,))
    monkeypatch.setattr(reminder_run, "remind_due", lambda *_given, **_named: done)
    assert "waiting for money that finance must decide about by now: 1" in clinic.reskontra("remind").out


def test_reminders_in_vain_are_named_with_what_to_do(clinic: Clinic):
    reskontra = clinic.reskontra
    reskontra("reconcile", clinic.day(), f"--on={DUE}")
    reskontra(f"receipt record --rail cash --amount 350.00 --currency SEK --on {DUE} --id late")
    reskontra(f"remind --on {DUE}")
    assert reskontra.json("reminders --in-vain")["rows"] == []
    reskontra("allocate late --item i3.1")
    (again,) = reskontra.json(f"remind --on {DUE} --dry-run")["rows"]
    assert again["reminded_with_money"] == 1
    assert [(one["item_id"], one["there_minor"], one["money"]) for one in again["in_vain"]] == [
        ("i3.1", 350_00, ["receipt-late"])
    ]
    assert reskontra.json("reminders --in-vain")["rows"] == again["in_vain"]
    for words in (f"remind --on {DUE}", "reminders --in-vain"):
        said = " ".join(reskontra(words).out.split())
        assert "receipt-late" in said
        assert "tell the payer" in said


def test_two_lists_of_reminders_at_once_are_refused(clinic: Clinic):
    assert "give one of" in clinic.reskontra("reminders --tasks --in-vain", code=2).err


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {"reminders": ("--tasks", 0)}
