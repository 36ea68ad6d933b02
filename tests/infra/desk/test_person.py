"""Persons at the desk: the first one registers themselves, and only persons record something."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from infra.postgres import Urls
from tests.conftest import served
from tests.infra.cli.command_line import Reskontra

REGISTER = "person register --duty admin --duty billing --duty finance --id me"
SERIES = "series open A --first 1001"


@pytest.fixture
def empty(unstaffed_urls: Urls, tmp_path: Path) -> Reskontra:
    """The command line on books without persons."""
    return Reskontra(served(unstaffed_urls, tmp_path / "data"))


def test_in_books_without_persons_everybody_is_told_to_register_themselves(empty: Reskontra):
    assert "Register yourself" in empty(SERIES, code=1).err
    empty(REGISTER)
    empty(SERIES)
    assert "Let an administrator run" in empty.by("eve")(SERIES, code=1).err


def test_whoever_registers_without_the_duty_is_told_what_to_type(empty: Reskontra):
    answered = empty("person register --json", code=1)
    assert answered.codes == ["first_person_administers"]
    sentence = answered.json["problems"][0]["sentence"]
    assert "`reskontra person register --duty admin`" in sentence
    assert sentence.endswith("registers the others.")


def test_the_first_person_is_the_one_who_sits_there(empty: Reskontra):
    assert empty("person register bo --duty admin --json", code=1).codes == ["actor_unknown"]
    (row,) = empty.json(REGISTER)["rows"]
    assert row["person_id"] == "me"
    assert {one["duty"]: one["held"] for one in empty.json("person list")["rows"]} == {
        "admin": "now",
        "billing": "now",
        "finance": "now",
    }


def test_a_person_is_named_by_sign_in_or_by_id(empty: Reskontra):
    empty(REGISTER)
    empty("person register nora --id n-12345")
    for name in ("nora", "n-12345", "n-12"):
        empty(f"person give-duty {name} nurse --key {name}")
    assert empty("person give-duty nobody nurse --json", code=1).codes == ["person_unknown"]
    (row,) = [one for one in empty.json("person list")["rows"] if one["person_id"] == "n-12345"]
    assert (row["duty"], row["held"]) == ("nurse", "now")


def test_without_its_key_the_book_is_read_and_nobody_records(empty: Reskontra, tmp_path: Path):
    empty(REGISTER)
    away = Reskontra({**empty.environ, "RESKONTRA_VAULT_KEYS": str(tmp_path / "elsewhere")})
    assert away(f"{SERIES} --json", code=1).codes == ["vault_key_missing"]
    away("aging")
    assert [row["you"] for row in away.json("person list")["rows"]] == [False] * 3
    empty(SERIES)


@pytest.mark.parametrize("command", ["seal now", "archive years 2020", "write-off list"])
def test_what_leaves_no_fact_needs_a_duty_too_and_reading_needs_none(empty: Reskontra, command: str):
    empty(REGISTER)
    empty("person register audrey --duty nurse")
    answered = empty.by("audrey")(f"{command} --json", code=None)
    assert answered.codes == ([] if "list" in command else ["duty_missing"])


def test_no_name_of_a_user_is_in_the_book(empty: Reskontra, unstaffed_urls: Urls):
    empty(REGISTER)
    empty("person register zacharias_quist --duty billing")
    empty.by("zacharias_quist")("account open --payer patient p1")
    with psycopg.connect(unstaffed_urls.owner) as connection:
        told = connection.execute("SELECT convert_from(state, 'UTF8') FROM clinic.events").fetchall()
    assert not [text for (text,) in told if "zacharias" in text]
