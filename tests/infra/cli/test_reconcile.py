"""The bank day from the command line: rehearsed without a trace, and run, after which it is nothing new."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.desk.desk import Desk
from infra.settings import Settings
from reconciliation.reminded import Reminded
from tests.infra.cli.clinic import IBAN, Clinic, paid
from tests.infra.cli.command_line import Answered, Answers, Reskontra

PROGRAM = Path(sys.executable).parent / "reskontra"


def position(clinic: Clinic) -> int:
    return int(clinic.reskontra.json("trial-balance")["known_at"])


def test_a_dry_run_plans_everything_and_records_nothing(clinic: Clinic):
    path, before = clinic.day(), position(clinic)
    answer = clinic.reskontra.json("reconcile", path, "--dry-run", "--on", "2026-11-10")
    (file,) = answer["rows"]
    assert (file["status"], file["entries"], file["matched"]) == ("new", 5, 2)
    assert file["kinds"] == {"exact": 1, "over": 1}
    assert [match["item_id"] for match in file["matches"]] == ["i1.1", "i2.1"]
    assert [review["code"] for review in file["reviews"]] == ["no_reference", "debit_unexplained"]
    assert position(clinic) == before
    assert clinic.reskontra.json("receipts")["rows"] == clinic.reskontra.json("quarantine")["rows"] == []
    assert not (Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"]) / "archive").exists()


def test_a_dry_run_for_people_shows_matches_and_what_would_wait(clinic: Clinic):
    out = clinic.reskontra("reconcile", clinic.day(), "--dry-run", "--on", "2026-11-10").out
    assert out.startswith("bank day of clinic, 2026-11-10, dry run: nothing is recorded\n")
    assert "would be loaded" in out
    assert "1 exact, 1 over" in out
    assert "day.xml: would wait for a person" in out
    assert "the book ties out at position" in out


def test_a_dry_run_of_what_is_loaded_says_nothing_new(clinic: Clinic):
    path = clinic.day()
    clinic.load(path)
    # Cut anew by the bank: other bytes, the same lines.
    again = clinic.statement(
        [paid(2, 300_00, clinic.reference["i2"]), paid(1, 150_00, clinic.reference["i1"])], "b.xml"
    )
    answer = clinic.reskontra.json("reconcile", path, again, "--dry-run", "--on", "2026-11-10")
    assert [(row["status"], row["nothing_new"]) for row in answer["rows"]] == [("complete", True), ("new", True)]
    assert "day.xml: nothing new" in clinic.reskontra("reconcile", path, "--dry-run").out


def test_what_would_be_refused_says_why(clinic: Clinic):
    path = clinic.day()
    path.write_bytes(path.read_bytes().replace(b">1400.00<", b">1400.01<"))
    missing = clinic.folder / "none.xml"
    answered = clinic.reskontra("reconcile", path, missing, "--dry-run", "--on", "2026-11-10", "--json", code=1)
    assert sorted(answered.codes) == ["balances_do_not_foot", "path_missing"]
    assert "day.xml is refused: " in clinic.reskontra("reconcile", path, "--dry-run", code=1).err


def test_the_doubts_of_a_refused_file_wait_for_nobody(clinic: Clinic):
    path = clinic.statement([paid(1, 150_00, "1001172")])
    path.write_bytes(path.read_bytes().replace(b">1150.00<", b">1150.01<"))
    answered = clinic.reskontra("reconcile", path, "--on", "2026-11-10", "--json", code=1)
    assert answered.codes == ["balances_do_not_foot"]
    (row,) = answered.json["rows"]
    assert (row["waiting"], row["doubts"]) == (0, [])
    assert clinic.reskontra.json("quarantine")["rows"] == []
    assert "wait for a person" not in clinic.reskontra("reconcile", path, "--dry-run", code=1).out.splitlines()[-1]
    path.write_bytes(path.read_bytes().replace(b">1150.01<", b">1150.00<"))
    (row,) = clinic.reskontra.json("reconcile", path, "--on", "2026-11-10")["rows"]
    assert [one["code"] for one in row["doubts"]] == ["reference_check_digit_wrong"]
    (doubt,) = clinic.reskontra.json("quarantine")["rows"]
    assert (doubt["file_names"], doubt["place"], doubt["amount_minor"], doubt["bank_account"]) == (
        ["day.xml"],
        "statement 1, Ntry 1, TxDtls 1, line 13",
        150_00,
        IBAN,
    )
    shown = clinic.reskontra("quarantine").out
    assert "day.xml (" in shown
    assert "150.00" in shown
    assert "`reskontra doubt close ID --reason CODE`" in shown


def test_an_account_nobody_declared_is_refused_and_says_what_to_do(reskontra: Reskontra, tmp_path: Path):
    path = Clinic(reskontra, tmp_path, {}).statement([paid(1, 150_00)])
    answered = reskontra("reconcile", path, "--dry-run", "--on", "2026-11-10", "--json", code=1)
    assert answered.codes == ["bank_account_unknown"]


def typed(clinic: Clinic, *words: object) -> Answered:
    """A command in a process of its own, as jobs need it: they settle Prefect before it is imported."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "RESKONTRA"))}
    environ["HOME"] = str(clinic.folder)
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        env=environ | {name: value for name, value in clinic.reskontra.environ.items() if value},
        capture_output=True,
        text=True,
    )
    return Answered(done.returncode, done.stdout, done.stderr)


def test_a_day_from_the_file_to_the_reminders(clinic: Clinic):
    path = clinic.day()
    first = clinic.reskontra.json("reconcile", path, "--on", "2026-11-10")
    (file,) = first["rows"]
    assert (file["kinds"], file["waiting"]) == ({"exact": 1, "over": 1}, 2)
    assert all(total["difference_minor"] == 0 for total in first["totals"])

    assert "day.xml: nothing new" in clinic.reskontra("reconcile", path, "--on", "2026-11-10").out

    (row,) = clinic.reskontra.json("remind --on 2026-11-10")["rows"]
    assert (row["due"], row["sent"], row["suppressed"]) == (1, 1, 0)
    assert row["bank_loaded_through_on"] == "2026-11-10"
    told = clinic.reskontra.json("history item-i3.1")["rows"]
    assert told[-1]["fact"] == "ReminderSent"
    assert clinic.reskontra("verify").code == 0


def test_reminders_say_what_stands_in_their_way(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    from reconciliation import reminder_run

    def run(*_given: Any) -> Reminded:
        return Reminded(date(2026, 10, 6), bank_loaded_through=None, loading=1, due=2, sent=0, suppressed=0, refused=2)

    monkeypatch.setattr(reminder_run, "remind_due", run)
    assert clinic.reskontra("remind --json", code=1).codes == ["file_half_loaded"]


def test_a_schedule_that_is_none_is_wrong_usage(clinic: Clinic):
    clinic.reskontra.environ["PREFECT_API_URL"] = "http://127.0.0.1:1/api"
    answered = typed(clinic, "serve-bank-day", clinic.folder, "--cron", "61 * * * *")
    assert (answered.code, "'61 * * * *' is not a schedule" in answered.err) == (2, True), answered.err


@pytest.mark.parametrize("words", [("reconcile", "FOLDER"), ("serve-bank-day", "FOLDER")])
def test_a_prefect_server_that_does_not_answer_is_named(clinic: Clinic, words: tuple[str, ...]):
    clinic.reskontra.environ["PREFECT_API_URL"] = "http://127.0.0.1:1/api"
    answered = typed(clinic, *(clinic.folder if word == "FOLDER" else word for word in words), "--json")
    assert (answered.code, answered.codes) == (1, ["job_server_unavailable"]), answered.err


def test_a_schedule_needs_a_server_and_a_folder(clinic: Clinic):
    asked = clinic.reskontra("serve-bank-day", clinic.folder, "--json", code=1)
    assert asked.codes == ["prefect_server_missing"]
    assert clinic.reskontra("serve-bank-day", clinic.folder / "none", "--json", code=1).codes == ["folder_missing"]


def test_the_demo_is_told_the_settings_the_files_and_where_to_speak(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    from infra.demo import run as demo

    def run(desk: Desk, settings: Settings, files: list[Path], say: Any, progress: Any) -> int:
        assert desk.books.entity == settings.entity
        say(f"{settings.entity} {[path.name for path in files]} {list(progress([1, 2], 'days'))}")
        return 1

    monkeypatch.setattr(demo, "run", run)
    answered = clinic.reskontra("demo", "a.xml", "--json", code=1)
    assert answered.json["rows"] == [{"said": "clinic ['a.xml'] [1, 2]"}]
    assert clinic.reskontra("demo", code=1).out == "clinic [] [1, 2]\n"


def test_answers_hold_no_name_of_a_payer(clinic: Clinic):
    path = clinic.day()
    for words in (("reconcile", path, "--dry-run", "--on", "2026-11-10"), ("receipts",), ("history", "p1")):
        answered = clinic.reskontra(*words, "--json")
        assert "Eva Ek" not in json.dumps(answered.json)


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {
    "reconcile": ("{folder} --dry-run --on 2026-11-10", 1),
    "remind": ("--entity nowhere", 1),
    "serve-bank-day": ("none", 1),
}
