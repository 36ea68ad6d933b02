"""The README tells exactly the commands there are, and every line it asks a person to type can be typed."""

from __future__ import annotations

import re

from tests.house.source import ROOT
from tests.kit.commands import COMMANDS, options_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
# A row of the table of commands: `| `refund approve REFUND` | what it is for |`, several commands in one cell too.
ROW = re.compile(r"^\| *(`[a-z](?:\\\||[^|\n])*)\|", re.MULTILINE)
# What a person is asked to type: `reskontra aging --as-of 2026-10-31`, in a sentence or in a block.
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TYPED = re.compile(r"\breskontra ((?:[a-z]|--)[^`\n#]*)")


def command_of(typed: str) -> str | None:
    """The longest command that these words begin with."""
    words = typed.split()
    named = [" ".join(words[:count]) for count in (2, 1)]
    return next((name for name in named if name in COMMANDS), None)


def told() -> list[str]:
    """What the table of commands tells, arguments and options included."""
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    return [span for cell in ROW.findall(table) for span in re.findall(r"`([^`]+)`", cell)]


def options_in(typed: str) -> set[str]:
    return set(re.findall(r"--[a-z][a-z-]*", typed))


def test_the_readme_tells_exactly_the_commands_there_are():
    named = [command_of(span) for span in told()]
    assert None not in named, [span for span in told() if command_of(span) is None]
    assert sorted(set(named) - {None}) == sorted(COMMANDS)
    assert len(named) == len(set(named))


def test_options_in_the_table_of_commands_exist():
    strange = [span for span in told() if not options_in(span) <= options_of(command_of(span) or "")]
    assert not strange


def test_what_the_readme_asks_to_type_can_be_typed():
    lines = [typed.strip() for typed in TYPED.findall("\n".join(CODE.findall(README)))]
    assert lines
    strange = [
        line for line in lines if (command := command_of(line)) is None or not options_in(line) <= options_of(command)
    ]
    assert not strange
