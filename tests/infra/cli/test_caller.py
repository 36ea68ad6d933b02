"""Who sits at the terminal is the user who logged in to the machine, whichever user they went on as."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from infra.cli import caller
from infra.cli.caller import Terminal, logged_in


@pytest.mark.parametrize(
    ("said", "found"), [("1000", 1000), ("0\n", 0), ("4294967295", None), ("", None), ("nobody", None)]
)
def test_the_machine_says_who_logged_in_or_nobody(tmp_path: Path, said: str, found: int | None):
    (tmp_path / "loginuid").write_text(said, encoding="ascii")
    assert logged_in(tmp_path / "loginuid") == found


def test_a_machine_that_cannot_say_is_no_error(tmp_path: Path):
    assert logged_in(tmp_path / "none") is None


def test_who_logged_in_acts_and_else_whoever_runs_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    login = tmp_path / "loginuid"
    monkeypatch.setattr(caller, "LOGIN", login)
    monkeypatch.setenv("SUDO_USER", "bo")
    mine = pwd.getpwuid(os.getuid()).pw_name
    assert Terminal().user() == mine
    other = next(one for one in pwd.getpwall() if one.pw_uid != os.getuid())
    login.write_text(str(other.pw_uid), encoding="ascii")
    assert Terminal().user() == pwd.getpwuid(other.pw_uid).pw_name
    login.write_text("54321", encoding="ascii")
    assert Terminal().user() == "54321"
    # Whoever logged in as root stays that, even if they go on as somebody else.
    monkeypatch.setattr(os, "getuid", lambda: other.pw_uid)
    login.write_text("0", encoding="ascii")
    assert Terminal().user() == pwd.getpwuid(0).pw_name
