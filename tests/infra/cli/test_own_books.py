"""Your own books in seven commands: the README's are run as a person runs them, and print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from infra.cli.command_line import KnownCommands
from infra.scenarios.reader import read_scenario
from infra.scenarios.scenario import BankFile
from infra.scenarios.use_cases import words_of
from infra.settings import Settings
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference, CamtStatement, write_camt053

ROOT = Path(__file__).parents[3]
BANK_DAY = "docs/examples/bank-day.xml"
SCENARIO = "tests/scenarios/readme/own_books_in_seven_commands.yaml"
# Stands for what nobody can know: the rest of a line, or alone for lines that are left out.
LEFT_OUT = "…"


class Typed(NamedTuple):
    """A command of the README, and what it shows below it."""

    words: list[str]
    shown: str


def seven() -> list[Typed]:
    """The commands of the README's section, in order."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Your own books in seven commands\n")[2]
    block = section.partition("```console\n$ ")[2].partition("```")[0].replace("\\\n", "")
    typed = [part.partition("\n") for part in block.split("\n$ ")]
    return [Typed(shlex.split(command), shown.rstrip("\n")) for command, _, shown in typed]


def pattern(shown: str) -> str:
    """The expression that matches what may be printed where this is shown."""
    lines = [
        r"(?:.*\n)+" if line == LEFT_OUT else f"{r'.*'.join(map(re.escape, line.split(LEFT_OUT)))}\n"
        for line in shown.splitlines()
    ]
    return "".join(lines)


def shows(shown: str, printed: str) -> bool:
    return re.fullmatch(pattern(shown), printed) is not None


@pytest.mark.timeout(600)
def test_the_seven_commands_print_what_the_readme_shows(new_books: Callable[..., Settings], tmp_path: Path):
    settings = new_books()
    given = {name: value for name, value in os.environ.items() if not name.startswith(("RESKONTRA_", "PREFECT_"))}
    books = {"RESKONTRA_DATA_DIR": str(settings.data_dir), "RESKONTRA_STATE_DIR": str(settings.state_dir)}
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    for words, shown in seven():
        program = Path(sys.executable).parent / words[0]
        done = subprocess.run(
            [program, *words[1:]], cwd=tmp_path, env=given | books, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), f"{words}: {done.stdout}{done.stderr}"
        assert shows(shown, done.stdout), f"{words} printed\n{done.stdout}\nwhere README shows\n{shown}"


def test_they_are_seven_and_each_is_another():
    assert [" ".join(words[:3]) for words, _ in seven()] == [
        "reskontra db upgrade",
        "reskontra person register",
        "reskontra bank-account declare",
        "reskontra invoice issue",
        f"reskontra reconcile {BANK_DAY}",
        "reskontra aging --as-of",
        "reskontra verify",
    ]
    assert all(shown for _, shown in seven())


def test_the_bank_file_is_as_our_writer_writes_it_and_pays_the_invoice_of_the_commands():
    _, _, (declared, _), (_, issued), *_ = seven()
    (reference,) = re.findall(r" p1 +(\d+) ", issued)
    on, at, minor = date(2026, 10, 12), "2026-10-12T18:00:00", 400_00
    paid = CamtDetail(amount_minor=minor, references=(CamtReference(reference),), counterparty="Eva Ek")
    entry = CamtEntry(minor, on, on, "B1", (paid,))
    statement = CamtStatement("S1", declared[3], "SEK", 1, at, on, on, [entry], opening_minor=1000_00)
    assert (ROOT / BANK_DAY).read_bytes() == write_camt053("M1", at, [statement])


def test_the_scenario_gives_the_same_commands():
    scenario = read_scenario(ROOT / SCENARIO, KnownCommands())
    asked = [one for step in scenario.steps for one in (step.does, *(asks.asked for asks in step.questions)) if one]
    loads = [step.load.path for step in scenario.steps if isinstance(step.load, BankFile)]
    assert loads == [f"../../../{BANK_DAY}"]
    _, *typed = ([word for part in words[1:] for word in part.split("=")] for words, _ in seven())
    for words, one in zip(typed, asked, strict=True):
        given = words_of([(option, [text.text for text in values]) for option, values in one.given])
        options = [part for word in given if word != "--" for part in word.split("=")]
        files = [BANK_DAY] if one.command == "reconcile" else []
        assert sorted([*one.command.split(), *options, *files]) == sorted(words)


def test_only_what_is_left_out_may_differ():
    assert shows("a … c\n…\nend", "a b b c\nmore\nand more\nend\n")
    assert not shows("a … c\nend", "a b c\nmore\nend\n")
    assert not shows("a … c\nend", "a b d\nend\n")
    assert not shows("a.c", "abc\n")
