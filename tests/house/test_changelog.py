"""The changelog has the form of Keep a Changelog, and the program's version is that of its newest release or later."""

from __future__ import annotations

import re
import tomllib
from datetime import date

from ledger.version import VERSION
from tests.house.source import DOCUMENTS, ROOT

TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASE = re.compile(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})")
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def sections() -> list[tuple[str, list[str]]]:
    """Each release's heading, and the kinds of changes below it."""
    parts = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], re.findall(r"^### (.+)$", part, re.MULTILINE)) for part in parts]


def releases() -> list[tuple[tuple[int, ...], date]]:
    found = [RELEASE.fullmatch(heading) for heading, _ in sections()[1:]]
    assert None not in found, sections()
    return [(tuple(map(int, one.groups()[:3])), date.fromisoformat(one[4])) for one in found if one]


def test_what_is_unreleased_comes_first_and_releases_follow_newest_first():
    assert sections()[0][0] == "[Unreleased]"
    assert releases()
    assert releases() == sorted(releases(), reverse=True)
    assert len({version for version, _ in releases()}) == len(releases())


def test_changes_are_of_the_known_kinds_in_one_order():
    for heading, fact_classes in sections():
        assert fact_classes == [kind for kind in KINDS if kind in fact_classes], heading


def test_the_version_is_that_of_the_newest_release_or_later():
    assert tuple(map(int, VERSION.split("."))) >= releases()[0][0]


def test_nothing_else_states_the_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "ledger/version.py"
    others = [path for path in DOCUMENTS if path.name != "CHANGELOG.md"]
    assert not [
        path.name for path in others if re.search(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.])", path.read_text())
    ]
