"""The version that facts name is that of the installed program: it stands in one place."""

from __future__ import annotations

from importlib.metadata import version

from ledger.version import VERSION


def test_the_installed_program_has_the_version_that_facts_name():
    assert version("reskontra") == VERSION
