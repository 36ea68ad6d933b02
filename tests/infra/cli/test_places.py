"""Places on the command line: files that come there are loaded, and wait until they are in the book."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ledger.disk import alone
from tests.infra.cli.clinic import IBAN, Clinic, paid
from tests.infra.cli.command_line import Answers

DAY = ("--on", "2026-11-10")


@pytest.fixture
def inbox(clinic: Clinic) -> Path:
    """The drop folder of the clinic's only bank account."""
    inbox = clinic.folder / "inbox"
    inbox.mkdir()
    named(clinic, inbox)
    return inbox


def named(clinic: Clinic, inbox: Path, account: str = IBAN) -> None:
    """Write the file of places."""
    path = Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"]) / "places" / "clinic.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[places.seb]\naccounts = ['{account}']\nfolder = '{inbox}'\nsettled_seconds = 0\n")


def test_files_that_came_are_loaded_put_away_and_nothing_new_comes_of_nothing(clinic: Clinic, inbox: Path):
    clinic.day().rename(inbox / "day.xml")
    answer = clinic.reskontra.json("places", "take", *DAY)
    assert [(row["name"], row["matched"]) for row in answer["rows"]] == [("day.xml", 2)]
    assert [one.name for one in inbox.iterdir()] == ["taken"]
    assert clinic.reskontra.json("places", "take", "seb", *DAY)["rows"] == []
    (place,) = clinic.reskontra.json("places", "list")["rows"]
    assert (place["place"], place["accounts"], place["timezone"]) == ("seb", [IBAN], "Europe/Stockholm")
    assert place["last_taken_at"]


def test_a_refused_file_waits_and_is_tried_again_until_somebody_sets_it_aside(clinic: Clinic, inbox: Path):
    path = clinic.statement([paid(1, 150_00)])
    path.write_bytes(path.read_bytes().replace(b">1150.00<", b">1150.01<"))
    path.rename(inbox / "cut.xml")
    first = clinic.reskontra("places", "take", *DAY, "--json", code=1)
    assert first.codes == ["balances_do_not_foot"]
    (row,) = first.json["rows"]
    again = clinic.reskontra("places", "take", *DAY, "--json", code=1)
    assert [(one["name"], one["sha256"]) for one in again.json["rows"]] == [(row["sha256"][:12], row["sha256"])]
    clinic.reskontra("doubt", "close", f"file-{row['sha256'][:12]}", "--reason", "not_the_banks")
    assert clinic.reskontra.json("places", "take", *DAY)["rows"] == []


def test_a_refused_file_that_came_again_and_was_loaded_is_no_problem_any_more(clinic: Clinic, inbox: Path):
    whole = clinic.statement([paid(1, 150_00)]).read_bytes()
    (inbox / "day.xml").write_bytes(whole[:-40])
    assert clinic.reskontra("places", "take", *DAY, "--json", code=1).codes == ["file_truncated"]
    (inbox / "day.xml").write_bytes(whole)
    (row,) = clinic.reskontra.json("places", "take", *DAY)["rows"]
    assert (row["name"], row["status"]) == ("day.xml", "new")
    assert clinic.reskontra.json("places", "take", *DAY)["rows"] == []
    (inbox / "other.xml").write_bytes(whole[:-50])
    clinic.reskontra("places", "take", *DAY, code=1)
    clinic.reskontra("places", "take", *DAY, code=1)


def test_a_place_that_cannot_be_reached_does_not_stop_the_others_and_is_a_problem(clinic: Clinic, inbox: Path):
    clinic.day().rename(inbox / "day.xml")
    path = Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"]) / "places" / "clinic.toml"
    gone = f"[places.gone]\naccounts = ['{IBAN}']\nfolder = '{inbox}/none'\n"
    path.write_text(gone + path.read_text())
    answered = clinic.reskontra("places", "take", *DAY, "--json", code=1)
    assert answered.codes == ["place_unreachable"]
    assert answered.json["problems"][0]["sentence"].startswith("gone: the folder ")
    assert [row["name"] for row in answered.json["rows"]] == ["day.xml"]


def test_places_that_cannot_be_right_are_refused(clinic: Clinic, inbox: Path):
    named(clinic, inbox, "none")
    assert clinic.reskontra("places", "list", "--json", code=1).codes == ["place_account_unknown"]
    named(clinic, Path(clinic.reskontra.environ["RESKONTRA_VAULT_KEYS"]))
    assert clinic.reskontra("places", "take", "--json", code=1).codes == ["own_files"]
    named(clinic, Path("inbox"))
    assert clinic.reskontra("places", "take", "--json", code=1).codes == ["places_invalid"]


def test_watching_says_what_is_late_once_on_the_log(clinic: Clinic, inbox: Path):
    answered = clinic.reskontra("places", "watch", "--json", code=1)
    assert answered.codes == ["account_late"]
    (row,) = answered.json["rows"]
    assert (row["account"], row["state"], row["since_on"]) == (IBAN, "late", None)
    assert answered.json["totals"] == [{"name": "log", "notices": 1}]
    assert clinic.reskontra("places", "watch", "--json", code=1).json["totals"] == []


def test_what_stands_in_the_way_of_serving_is_said(clinic: Clinic, inbox: Path, monkeypatch: pytest.MonkeyPatch):
    # Prefect's settings stay out of this process.
    monkeypatch.setattr("infra.cli.serve.settle_for_jobs", lambda *given: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert clinic.reskontra("serve", "--port", port, "--json", code=1).codes == ["port_taken"]
    folder = Path(clinic.reskontra.environ["RESKONTRA_DATA_DIR"]) / "serve"
    with alone(folder / "clinic", 0, AssertionError()):
        assert clinic.reskontra("serve", "--json", code=1).codes == ["served_already"]


# What each command is given for its answer, and the exit code it then ends with.
ANSWERS: Answers = {"places list": ("", 1), "places take": ("", 1), "places watch": ("", 1), "serve": ("", 1)}
