"""Every file that came is listed with what became of it, and what needs a person comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciliation.archive import Archive
from tests.infra.cli.clinic import Clinic, paid
from tests.infra.cli.command_line import Answers


def test_refused_files_are_listed_first_with_what_to_do_and_what_replaced_them(clinic: Clinic):
    good = clinic.statement([paid(1, 150_00)]).read_bytes()
    inbox = clinic.folder / "inbox"
    inbox.mkdir()
    (inbox / "good.xml").write_bytes(good)
    (inbox / "broken.xml").write_bytes(good.replace(b">1150.00<", b">1151.00<"))
    (inbox / "cut.xml").write_bytes(good[:-40])
    clinic.reskontra("reconcile", inbox, inbox / "gone.xml", code=1)

    answer = clinic.reskontra.json("files")
    assert [(row["status"], row["names"], row["replaced_by"]) for row in answer["rows"]][-1] == (
        "loaded",
        ["good.xml"],
        None,
    )
    refused = {row["names"][0]: row for row in answer["rows"] if row["status"] == "refused"}
    assert {name: [one["code"] for one in row["reasons"]] for name, row in refused.items()} == {
        "broken.xml": ["balances_do_not_foot"],
        "cut.xml": ["file_truncated"],
    }
    assert answer["totals"][0] == {"name": "refused", "files": 2}

    # The bank sends the file again, in its right form and under both names.
    (inbox / "broken.xml").write_bytes(good)
    (inbox / "cut.xml").unlink()
    clinic.reskontra("reconcile", inbox)
    rows = clinic.reskontra.json("files")["rows"]
    (loaded,) = (row for row in rows if row["status"] == "loaded")
    assert loaded["names"] == ["broken.xml", "good.xml"]
    replaced = {row["names"][0]: row["replaced_by"] for row in rows if row["status"] == "refused"}
    # What was cut off says of which account and day it is, so its name does not matter.
    assert replaced == {"broken.xml": loaded["sha256"], "cut.xml": loaded["sha256"]}
    said = clinic.reskontra("files").out
    assert said.startswith("3 files of clinic\n")
    assert "of all files, 2 are refused, 0 of these without a replacement\n" in said
    for searched, count in (
        ("--status refused", 2),
        ("--name broken", 2),
        (f"--id {loaded['sha256'][:12]}", 1),
        (f"--id {loaded['sha256'][-6:]}", 1),
        ("--from today", 3),
        ("--to yesterday", 0),
    ):
        assert len(clinic.reskontra.json(f"files {searched}")["rows"]) == count, searched
    assert "file_truncated" in said


def test_a_path_at_which_there_is_nothing_is_refused_and_no_file_that_came(clinic: Clinic):
    answered = clinic.reskontra("reconcile", clinic.folder / "mistyped.xml", "--json", code=1)
    assert answered.codes == ["path_missing"]
    assert "check the path" in answered.json["problems"][0]["sentence"]
    assert answered.json["problems"][0]["about"] == "mistyped.xml"
    assert answered.json["rows"][0]["sha256"] is None
    assert clinic.reskontra.json("files")["rows"] == []


def test_a_file_that_could_not_be_read_is_listed_until_it_comes_again(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    path = clinic.statement([paid(1, 150_00)])
    with monkeypatch.context() as patch:
        patch.setattr("reconciliation.archive.archive.LARGEST_FILE", 10)
        patch.setattr(Archive.__init__, "__defaults__", (10,))
        clinic.reskontra("reconcile", path, code=1)
    (row,) = clinic.reskontra.json("files")["rows"]
    assert (row["status"], row["sha256"]) == ("refused", None)
    clinic.reskontra("reconcile", path)
    (row,) = clinic.reskontra.json("files")["rows"]
    assert (row["status"], row["names"]) == ("loaded", ["day.xml"])


def test_names_of_files_are_shown_to_whoever_may_see_who_paid(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    path = clinic.statement([paid(1, 150_00, "1001172")])
    clinic.reskontra("reconcile", path.rename(path.with_name("Eva Ek 19121212-1212.xml")))
    long = clinic.folder / "Bo By.xml"
    long.write_bytes(b"x" * 99)
    with monkeypatch.context() as patch:
        patch.setattr("reconciliation.archive.archive.LARGEST_FILE", 10)
        patch.setattr(Archive.__init__, "__defaults__", (10,))
        clinic.reskontra("reconcile", long, code=1)
    clinic.reskontra("person register otto --duty auditor --id otto")
    auditor = clinic.reskontra.by("otto")
    answer = auditor.json("files")
    assert [(row["names"], row["why"]) for row in answer["rows"]] == [([], ["file_unreadable"]), ([], [])]
    said = auditor("files").out + auditor("quarantine").out
    assert "names are left out: they are shown to persons with one of the duties front_desk, nurse" in said
    assert (answer["rows"][1]["file"] or "?") in said
    for asked in ("files", "files --json", "quarantine", "quarantine --json"):
        assert not {"Eva", "Bo By", "1212"} & {*auditor(asked).out.split()}, asked
        assert "Eva Ek 19121212-1212.xml" in clinic.reskontra(asked).out, asked
    assert auditor.json("files --name Eva")["rows"] == []


def test_a_file_that_never_was_the_banks_is_set_aside_with_a_reason(clinic: Clinic):
    path = clinic.folder / "shopping.txt"
    path.write_text("milk", encoding="utf-8")
    clinic.reskontra("reconcile", path, code=1)
    (row,) = clinic.reskontra.json("files")["rows"]
    assert "doubt close file-HASH" in clinic.reskontra("files").out
    name = f"file-{row['file']}"
    assert clinic.reskontra("doubt close file-zz --reason X --json", code=1).codes == ["refused_file_unknown"]
    clinic.reskontra(f"doubt close {name} --reason NOT_THE_BANKS")
    answer = clinic.reskontra.json("files")
    (row,) = answer["rows"]
    assert (row["status"], row["closed_because"], row["closed_by"]) == ("set aside", "NOT_THE_BANKS", "person:me")
    assert answer["totals"][0] == {"name": "refused", "files": 0}
    clinic.reskontra(f"doubt reopen {name} --reason MISREAD")
    assert clinic.reskontra.json("files")["totals"][0] == {"name": "refused", "files": 1}


def test_what_the_books_are_kept_in_is_never_taken_for_bank_files(clinic: Clinic):
    reskontra, data = clinic.reskontra, Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"])
    reskontra("reconcile", clinic.statement([paid(1, 150_00)]))
    before = reskontra.json("files")["rows"]
    for given in (data / "archive" / "clinic", data / "archive", data, data.parent):
        assert set(reskontra("reconcile", given, "--json", code=1).codes) <= {"own_files", "other_entitys_files"}, given
    assert reskontra.json("files")["rows"] == before


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {"files": ("", 0)}
