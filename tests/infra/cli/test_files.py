"""Every file that came is listed with what became of it, and what needs a person comes first."""

from __future__ import annotations

from pathlib import Path

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
        "gone.xml": ["file_unreadable"],
    }
    assert refused["gone.xml"]["sha256"] is None
    assert "check the path" in refused["gone.xml"]["reasons"][0]["sentence"]
    assert answer["totals"][0] == {"name": "refused", "files": 3}

    # The bank sends the file again, in its right form and under both names.
    (inbox / "broken.xml").write_bytes(good)
    (inbox / "cut.xml").unlink()
    clinic.reskontra("reconcile", inbox)
    rows = clinic.reskontra.json("files")["rows"]
    (loaded,) = (row for row in rows if row["status"] == "loaded")
    assert loaded["names"] == ["broken.xml", "good.xml"]
    replaced = {row["names"][0]: row["replaced_by"] for row in rows if row["status"] == "refused"}
    assert replaced == {"broken.xml": loaded["sha256"], "cut.xml": None, "gone.xml": None}
    said = clinic.reskontra("files").out
    assert said.startswith("4 files of clinic\n")
    assert said.endswith("of all files, 3 are refused, 2 of these without a replacement\n")
    for searched, count in (
        ("--status refused", 3),
        ("--name broken", 2),
        (f"--id {loaded['sha256'][:12]}", 1),
        (f"--id {loaded['sha256'][-6:]}", 1),
        ("--from today", 4),
        ("--to yesterday", 0),
    ):
        assert len(clinic.reskontra.json(f"files {searched}")["rows"]) == count, searched
    assert "file_truncated" in said


def test_what_the_books_are_kept_in_is_never_taken_for_bank_files(clinic: Clinic):
    reskontra, data = clinic.reskontra, Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"])
    reskontra("reconcile", clinic.statement([paid(1, 150_00)]))
    before = reskontra.json("files")["rows"]
    for given in (data / "archive" / "clinic", data / "archive", data, data.parent):
        assert set(reskontra("reconcile", given, "--json", code=1).codes) <= {"own_files", "other_entitys_files"}, given
    assert reskontra.json("files")["rows"] == before


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {"files": ("", 0)}
