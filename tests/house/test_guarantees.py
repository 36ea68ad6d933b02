"""Every guarantee of the README names a test that exists."""

from __future__ import annotations

import re

from tests.house.source import ROOT

NAMED = re.compile(r"`(tests/[^`]+)`")


def test_the_tests_that_the_readme_names_exist():
    named = NAMED.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    missing = []
    for name in named:
        path, _, test = name.partition("::")
        if not (ROOT / path).exists() or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")):
            missing.append(name)
    assert named
    assert not missing
