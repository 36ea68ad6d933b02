"""The recipe of a new noun names the files that a real one touched, each of them and no others."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.house.source import ROOT
from tests.house.test_rooms import AREAS

EXAMPLE: dict[str, Any] = json.loads((ROOT / "tests/house/examples/new_noun.json").read_text(encoding="utf-8"))
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
MODULE = re.compile(rf"ledger/domain/({'|'.join(AREAS)})/([a-z_]+)\.py")
# More would be a house in which a thing is said in many places. Documents are counted apart.
MOST_OF_THE_PROGRAM, MOST_OF_THE_TESTS = 6, 4


def recipe(name: str) -> list[str]:
    """The files of a recipe's table, with `<area>` and `<noun>` in place of their names."""
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(f"**{name}**")[2]
    return ROW.findall(told.partition("\n**")[0])


def filled(rows: list[str], files: list[str]) -> list[str]:
    """The rows with the area and the noun of the one module of the domain among the files."""
    ((area, noun),) = (found.groups() for file in files if (found := MODULE.fullmatch(file)))
    return sorted(row.replace("<area>", area).replace("<noun>", noun) for row in rows)


def test_the_recipe_of_a_new_noun_names_the_files_of_the_example_and_no_others():
    assert filled(recipe("A new noun"), EXAMPLE["files"]) == sorted(EXAMPLE["files"])


def test_a_new_noun_touches_few_files():
    tests = [file for file in EXAMPLE["files"] if file.startswith("tests/")]
    program = [file for file in EXAMPLE["files"] if file.endswith(".py") and file not in tests]
    assert len(program) <= MOST_OF_THE_PROGRAM
    assert len(tests) <= MOST_OF_THE_TESTS


def test_the_files_that_a_recipe_names_are_there():
    fixed = [row for row in recipe("A new noun") if "<" not in row]
    assert fixed
    assert [row for row in fixed if not (ROOT / row).exists()] == []


def test_a_row_is_filled_with_the_names_of_the_example():
    rows = ["ledger/domain/<area>/<noun>.py", "tests/test_<noun>.py", "c.py"]
    files = ["ledger/domain/disputes_and_relief/dispute.py", "d.py"]
    assert filled(rows, files) == ["c.py", "ledger/domain/disputes_and_relief/dispute.py", "tests/test_dispute.py"]
