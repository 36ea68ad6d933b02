"""Whatever goes wrong is told in a sentence, with no trace, no password and nothing about a person."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from infra.cli.answer import Answer
from infra.cli.invocation import Call
from infra.desk import troubles
from tests.infra.cli.clinic import Clinic, spoil
from tests.infra.cli.command_line import Reskontra

STOPPED = "postgresql://owner:secret-password@127.0.0.1:1/books"


def test_books_that_were_never_made_say_how_to_make_them(tmp_path: Path):
    reskontra = Reskontra({"RESKONTRA_DATA_DIR": str(tmp_path / "data")})
    answered = reskontra("aging", code=1)
    assert answered.out == ""
    assert answered.err == (
        "reskontra: entity clinic has no books here; create them with: reskontra db upgrade --entity clinic\n"
    )
    assert reskontra("aging --json", code=1).codes == ["entity_unknown"]
    assert not (tmp_path / "data").exists()


def test_another_entitys_books_are_not_these(clinic: Clinic):
    assert clinic.reskontra("aging --entity north --json", code=1).codes == ["entity_unknown"]


@pytest.mark.parametrize("typed", ["aging", "receipts", "db upgrade", "db status", "verify"])
def test_a_stopped_database_is_told_without_its_password(tmp_path: Path, typed: str):
    reskontra = Reskontra({"RESKONTRA_DATA_DIR": str(tmp_path), "RESKONTRA_DATABASE_URL": STOPPED})
    answered = reskontra(typed, code=1)
    assert "cannot connect" in answered.err
    assert "Traceback" not in answered.err
    assert "secret-password" not in answered.err
    assert reskontra(f"{typed} --json", code=1).codes == ["database_unavailable"]


def test_settings_that_contradict_are_told(tmp_path: Path):
    reskontra = Reskontra({"RESKONTRA_DATA_DIR": str(tmp_path), "RESKONTRA_WRITER_URL": STOPPED})
    assert reskontra("aging --json", code=1).codes == ["settings_invalid"]


def test_a_fault_of_the_program_is_told_by_its_place_alone(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    def broken(call: Call) -> Answer:
        raise ZeroDivisionError("Eva Ek, 19121212-1212")

    monkeypatch.setattr(Call, "desk", broken)
    answered = clinic.reskontra("aging", code=1)
    assert "ZeroDivisionError at " in answered.err
    assert "Eva Ek" not in answered.out + answered.err
    assert clinic.reskontra("aging --json", code=1).codes == ["unforeseen"]
    traced = Reskontra({**clinic.reskontra.environ, "RESKONTRA_TRACE": "1"})
    assert traced("aging", code=1).err == ""


def test_an_interrupted_command_says_so_and_ends_with_130(clinic: Clinic, monkeypatch: pytest.MonkeyPatch):
    def interrupted(call: Call) -> Answer:
        raise KeyboardInterrupt

    monkeypatch.setattr(Call, "desk", interrupted)
    answered = clinic.reskontra("aging", code=130)
    assert answered.err.startswith("interrupted;")


def test_who_acts_is_the_person_whom_the_machine_knows(clinic: Clinic):
    (row,) = clinic.reskontra.json("history invoice-i1")["rows"]
    assert row["actor"] == "person:me"


@pytest.mark.parametrize("typed", ["history invoice-i1", "rebuild"])
def test_a_fact_that_cannot_be_read_is_named(clinic: Clinic, typed: str):
    spoil(clinic, "UPDATE clinic.events SET state = 'spoilt' WHERE originator_id = 'invoice-i1'")
    answered = clinic.reskontra(f"{typed} --json", code=1)
    assert answered.codes == ["unreadable_fact"]


def test_every_known_error_is_where_it_is_said_to_be():
    for module, name in troubles.KNOWN:
        assert issubclass(getattr(import_module(module), name), Exception)


def test_what_is_typed_in_another_encoding_is_no_fault_of_the_program(clinic: Clinic):
    typed = ("credit", "A\udcff", "--reason", "X", "--series", "K", "--json")
    assert clinic.reskontra(*typed, code=1).codes == ["text_malformed"]


@pytest.mark.parametrize(
    "typed", ["entity declare --zone", "period close", "prove", "aging --known-at", "aging --entity", "aging --as-of"]
)
def test_a_personal_number_that_is_typed_is_not_repeated(clinic: Clinic, typed: str):
    answered = clinic.reskontra(*typed.split(), "19121212-1212", code=2)
    assert "what was typed" in answered.err
    assert "1212" not in answered.err
