"""Scenario files are played through in books of their own, which vanish; the user's own books stay as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.scenarios import play
from tests.infra.cli.clinic import Clinic
from tests.infra.cli.command_line import Answers, Reskontra

ANSWERS: Answers = {"rehearse": ("{folder}/empty.txt", 1)}

BILLED = """# A patient is billed 400.00.
steps:
  - on: 2026-10-01
    as: anna
    do: invoice issue
    with: {account: p1, payer: patient, series: A, first: 7, amount: 400.00, service: VISIT}
    name: A
  - expect:
      open-items: {A: {open: 400.00, due_on: 2026-10-31}}
      history: {subject: A, rows: [{actor: "person:anna", recorded_at: "2026-10-01T12:00+02:00"}]}
"""
WRONG = BILLED.replace("open: 400.00", "open: 40.00")
REFUSED = BILLED.replace("amount: 400.00", "amount: 400.00, currency: USD")


def written(folder: Path, text: str, name: str = "billed.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def schemas_and_roles(reskontra: Reskontra) -> set[Any]:
    """What is in the database, and the roles of the server."""
    with psycopg.connect(reskontra.environ["RESKONTRA_DATABASE_URL"]) as conn:
        schemas = conn.execute("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'").fetchall()
        return {*schemas, *conn.execute("SELECT rolname FROM pg_roles").fetchall()}


def test_what_is_as_expected_is_ok_and_the_books_of_the_file_vanish(clinic: Clinic, tmp_path: Path):
    reskontra = clinic.reskontra
    before = schemas_and_roles(reskontra)
    position = reskontra.json("open-items")["known_at"]
    answered = reskontra("rehearse", written(tmp_path, BILLED))
    assert answered.out == (
        f"ok         {tmp_path}/billed.yaml: A patient is billed 400.00.\n1 scenario, none not as expected\n"
    )
    assert answered.err == ""
    assert schemas_and_roles(reskontra) == before
    assert reskontra.json("open-items")["known_at"] == position
    assert not Path(reskontra.environ["RESKONTRA_DATA_DIR"]).exists()


def test_what_is_not_as_expected_exits_1_and_is_shown_beside_what_was_expected(reskontra: Reskontra, tmp_path: Path):
    files = [written(tmp_path, BILLED), written(tmp_path, WRONG, "wrong.yaml")]
    answered = reskontra("rehearse", *files, code=1)
    assert answered.out.splitlines()[1:] == [
        f"differs    {tmp_path}/wrong.yaml: A patient is billed 400.00.",
        f"{tmp_path}/wrong.yaml:9: open-items: A: open: expected 40.00, found 400.00",
        "2 scenarios, 1 not as expected",
    ]
    assert answered.err == ""
    answer = reskontra("rehearse", *files, "--json", code=1).json
    assert [row["status"] for row in answer["rows"]] == ["ok", "differs"]
    assert answer["rows"][1]["differences"] == [
        {"line": 9, "what": "open-items: A: open", "expected": "40.00", "actual": "400.00"}
    ]
    assert [problem["code"] for problem in answer["problems"]] == ["scenario_differs"]


def test_a_step_that_is_refused_stops_the_file(reskontra: Reskontra, tmp_path: Path):
    answer = reskontra("rehearse", written(tmp_path, REFUSED), "--json", code=1).json
    (row,) = answer["rows"]
    assert (row["status"], row["steps"]) == ("stopped", 2)
    assert [one["actual"].partition(":")[0] for one in row["differences"]] == ["currency_not_kept"]


def test_a_malformed_file_is_named_with_its_line_and_no_books_are_made(tmp_path: Path):
    bad = written(tmp_path, BILLED.replace("with:", "wiht:"), "bad.yaml")
    # There is no server at this address, so books cannot be made.
    nowhere = Reskontra({"RESKONTRA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    answered = nowhere("rehearse", bad, code=1)
    assert f"{bad}:6: 'wiht' is not known here; did you mean 'with'?" in answered.out


@pytest.mark.parametrize(("trouble", "code"), [(KeyboardInterrupt, 130), (ZeroDivisionError, 1)])
def test_the_books_vanish_after_an_interrupt_and_after_an_error(
    reskontra: Reskontra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: type[BaseException], code: int
):
    before = schemas_and_roles(reskontra)
    folders: list[Path] = []

    def broken(_scenario: object, carry_out: object, folder: Path, *others: object) -> None:
        assert schemas_and_roles(reskontra) > before
        folders.append(folder)
        raise trouble

    monkeypatch.setattr(play, "play", broken)
    reskontra("rehearse", written(tmp_path, BILLED), code=code)
    assert schemas_and_roles(reskontra) == before
    assert [folder.exists() for folder in folders] == [False]


def test_a_file_beside_the_scenario_is_read_and_never_changed(reskontra: Reskontra, tmp_path: Path):
    proof = written(tmp_path, "mine", "proof.json")
    text = BILLED + "  - do: seal now\n  - do: prove\n    with: {fact: 1, to: proof.json}\n"
    reskontra("rehearse", written(tmp_path, text))
    assert proof.read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["billed.yaml", "proof.json"]


def test_usage_that_only_the_command_itself_finds_wrong_is_a_refusal(reskontra: Reskontra, tmp_path: Path):
    text = (
        BILLED
        + "  - do: identify\n    with: {receipt: r1, account: p1, undo: true}\n    expect: {refused: wrong_usage}\n"
    )
    answer = json.loads(reskontra("rehearse", written(tmp_path, text), "--json").out)
    assert answer["ok"]
