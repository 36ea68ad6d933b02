"""The list of problem codes is the whole list: each is told somewhere, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reconciliation.statements import problems
from reconciliation.statements.problems import CODES, Problem

SOURCES = Path(problems.__file__).parent


def test_each_code_is_told_by_some_reader():
    told = "\n".join(path.read_text() for path in SOURCES.rglob("*.py") if path.name != "problems.py")
    assert [code for code in CODES if not re.search(rf'"{code}"', told)] == []


def test_a_code_outside_the_list_cannot_be_told():
    with pytest.raises(ValueError, match="not in the list"):
        Problem("something_else", "message", "place", "refuse")
