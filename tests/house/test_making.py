"""The install prints one line, whatever pip says, and all of that when it fails; the hook runs what the house asks."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import ROOT

# Stands for Python: copies itself into the environment, and as pip says what an unreachable index makes pip say.
PYTHON = """#!/bin/sh
case "$*" in
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip "*) echo "from the index"; echo "WARNING: Retrying" >&2
    case "$*" in *"$FAILS"*) echo "ERROR: no distribution" >&2; exit 1 ;; esac ;;
esac
"""
LINE = "installing into .venv (about two minutes, once)\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a fresh clone as the recipe needs, with a Python that only says it installs."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "ledger/version.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "python").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def made(checkout: Path, *words: str, fails: str = "nothing") -> subprocess.CompletedProcess[str]:
    """What make does and prints, not as a part of the make that runs the tests."""
    environ = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"}
    return subprocess.run(
        ["make", *words, f"PYTHON={checkout / 'python'}"],
        cwd=checkout,
        env=environ | {"FAILS": fails},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_install_prints_one_line_whatever_pip_says(checkout: Path):
    done = made(checkout, "install")
    assert (done.returncode, done.stdout, done.stderr) == (0, LINE, "")
    assert made(checkout, "--question", "install").returncode == 0


@pytest.mark.parametrize(("fails", "said"), [("/pip.lock", 1), ("requirements.lock", 2), ("--no-index", 3)])
def test_an_install_that_fails_prints_all_that_pip_said_and_is_made_again(checkout: Path, fails: str, said: int):
    done = made(checkout, "install", fails=fails)
    assert done.returncode != 0
    assert done.stdout == LINE + "from the index\nWARNING: Retrying\n" * said + "ERROR: no distribution\n"
    assert made(checkout, "install").stdout == LINE


def test_pip_comes_first_as_it_is_locked(checkout: Path):
    made(checkout, "install")
    first = (checkout / ".venv/pip.lock").read_text(encoding="utf-8")
    assert first.startswith("pip==")
    assert first.count("==") == 1
    assert f"\n{first}" in (checkout / "requirements.lock").read_text(encoding="utf-8")
    assert first.count("--hash") > 1


def test_a_new_version_is_installed_anew(checkout: Path):
    made(checkout, "install")
    (checkout / "ledger/version.py").touch()
    os.utime(checkout / ".venv/.installed", (0, 0))
    assert made(checkout, "install").stdout == LINE


def test_the_hook_runs_linters_types_and_house_rules():
    hook = ROOT / ".githooks" / "pre-commit"
    assert os.access(hook, os.X_OK)
    (typed,) = [line for line in hook.read_text(encoding="utf-8").splitlines() if line.startswith("exec ")]
    planned = made(ROOT, "--dry-run", *typed.split()[2:]).stdout
    assert [
        what for what in ("ruff check", "ruff format --check", "mypy", "pytest tests/house") if what not in planned
    ] == []
