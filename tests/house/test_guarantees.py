"""Every guarantee names a test that exists, and the README's six are among them."""

from __future__ import annotations

import re

from tests.house.source import ROOT

NAMED = re.compile(r"`(tests/[^`]+)`")
TABLE = (ROOT / "GUARANTEES.md").read_text(encoding="utf-8")


def rows() -> list[tuple[str, list[str]]]:
    """Each guarantee, and the tests beside it."""
    cells = [line.strip("| ").split(" | ") for line in TABLE.splitlines() if line.startswith("| ")][1:]
    return [(guarantee, NAMED.findall(tests)) for guarantee, tests in cells]


def six() -> list[str]:
    """The guarantees that the README gives."""
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Six guarantees\n")[2].partition("\n\n[")[0]
    )
    return [" ".join(one.split()).rstrip(".") for one in section.split("\n- ")[1:]]


def exists(name: str) -> bool:
    path, _, test = name.partition("::")
    return (ROOT / path).exists() and (not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"))


def test_every_guarantee_names_tests_that_exist():
    assert rows()
    assert not [guarantee for guarantee, tests in rows() if not tests]
    assert not [name for _, tests in rows() for name in tests if not exists(name)]


def test_the_six_of_the_readme_are_among_them():
    assert len(six()) == 6
    assert not [one for one in six() if one not in dict(rows())]


def test_a_test_that_is_not_there_would_be_found():
    assert exists("tests/house/test_guarantees.py::exists") is True
    assert exists("tests/house/test_guarantees.py::test_nothing") is False
    assert exists("tests/house/test_nothing.py") is False
