"""Every command has help, loads no library that it does not need, and tells wrong usage by exit code two."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.cli.command_line import Reskontra
from tests.kit.commands import COMMANDS, options_of

PROGRAM = Path(sys.executable).parent / "reskontra"
HEAVY = (
    "adbc_driver_postgresql",
    "altair",
    "eventsourcing",
    "great_expectations",
    "ledger",
    "lxml",
    "pandas",
    "polars",
    "prefect",
    "projections",
    "psycopg",
    "pyarrow",
    "reconciliation",
    "sqlalchemy",
    "stdnum",
)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_and_takes_an_entity_and_json(command: str):
    answered = Reskontra({})(*command.split(), "--help")
    assert answered.out.startswith(f"Usage: reskontra {command}")
    assert {"--entity", "--json", "--help"} <= options_of(command)


def test_the_command_line_starts_no_library_and_no_room():
    probe = f"import sys, infra.cli; infra.cli.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert Reskontra({})("--version").out == f"reskontra {version('reskontra')}\n"


def test_in_a_pipe_help_is_plain():
    run = subprocess.run([PROGRAM, "aging", "--help"], check=True, capture_output=True, text=True)
    assert run.stdout.isascii()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Usage: reskontra"),
        ("nonsense", "No such command 'nonsense'"),
        ("db", "Usage: reskontra db"),
        ("db explode", "No such command 'explode'"),
        ("aging --as-of tomorrow", "'tomorrow' is not a day; give one such as 2024-07-31"),
        ("aging --as-of 2026-13-01", "is not a day"),
        ("aging --as-of 1899-12-31", "from 1900-01-01"),
        ("acts --to 9999-12-31", "from 1900-01-01"),
        ("vault log --on 2200-01-01", "from 1900-01-01"),
        ("aging --known-at 9999-12-31T23:59-12:00", "neither a position"),
        ("period close 0202-05", "is not a month; give one such as 2026-09, with days from 1900-01-01"),
        ("period rehearse 9999-12", "from 1900-01-01 to"),
        ("sie export x.si --period 0001-01", "is not a month"),
        ("sie export x.si --period 2026-13", "is not a month"),
        ("aging --known-at 2026-01-01T00:00", "nor a time with its zone"),
        ("aging --known-at soon", "neither a position"),
        ("aging --entity Clinic!", "not an entity code"),
        ("aging --entity public", "reserved by the database"),
        ("account open p1", "--payer"),
        ("account open p1 --payer robot", "--payer"),
        ("series open inv --first 0", "--first"),
        ("inspect", "Missing argument"),
        ("reconcile", "Missing argument"),
        ("inspect x --currency crowns", "ISO 4217"),
        ("serve-bank-day . --timezone Mars/Base", "is not a time zone"),
    ],
)
def test_wrong_usage_is_exit_code_two(typed: str, says: str):
    answered = Reskontra({})(typed, code=2)
    assert says in answered.err + answered.out
