"""The page of settings says every variable that the program reads, and no other."""

from __future__ import annotations

import re

from tests.house.source import ROOT, modules

VARIABLE = re.compile(r"\bRESKONTRA_[A-Z_]+\b")


def test_the_page_says_what_the_program_reads():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    said = {name for row in rows for name in VARIABLE.findall(row.split(" | ")[0])}
    assert said == {name for module in modules() for name in VARIABLE.findall(module.text)}
