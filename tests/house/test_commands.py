"""The page of commands has exactly the commands there are, and what a document asks a person to type can be typed."""

from __future__ import annotations

import re

from tests.house.source import DOCUMENTS, ROOT
from tests.kit.commands import COMMANDS, options_of

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
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
    """What the table of commands has, arguments and options included."""
    return [span for cell in ROW.findall(PAGE) for span in re.findall(r"`([^`]+)`", cell)]


def options_in(typed: str) -> set[str]:
    return set(re.findall(r"--[a-z][a-z-]*", typed))


def test_the_page_has_exactly_the_commands_there_are():
    named = [command_of(span) for span in told()]
    assert None not in named, [span for span in told() if command_of(span) is None]
    assert sorted(set(named) - {None}) == sorted(COMMANDS)
    assert len(named) == len(set(named))


def test_options_in_the_table_of_commands_exist():
    strange = [span for span in told() if not options_in(span) <= options_of(command_of(span) or "")]
    assert not strange


def strange(text: str) -> list[str]:
    """What a text asks to type and nobody can: no command, or none with this option."""
    lines = [typed.strip() for typed in TYPED.findall("\n".join(CODE.findall(text)).replace("\\\n", " "))]
    return [
        line for line in lines if (command := command_of(line)) is None or not options_in(line) <= options_of(command)
    ]


def test_what_documents_ask_to_type_can_be_typed():
    # What was decided or changed once may name what has gone since.
    living = [one for one in DOCUMENTS if one.name not in ("DECISIONS.md", "CHANGELOG.md")]
    texts = [one.read_text(encoding="utf-8") for one in living]
    assert sum("`reskontra " in text or "$ reskontra " in text for text in texts) > 1
    assert not [line for text in texts for line in strange(text)]


def test_what_cannot_be_typed_would_be_found():
    assert strange("`reskontra aging --as-of 2026-10-31`, `reskontra again`, `reskontra verify --harder`") == [
        "again",
        "verify --harder",
    ]
