"""A room that tests do not run is seen: `make tests` traces them, and fails if a room is below 95 %."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ledger.domain.money import decimals_of
from tests.house.source import ROOMS, ROOT
from tests.kit import covering


def test_tests_are_traced_and_the_slowest_are_told():
    recipe = (ROOT / "Makefile").read_text().partition("\ntests:\n")[2].splitlines()[0]
    assert "-p tests.kit.covering" in recipe
    assert "--durations 10" in recipe


@pytest.mark.parametrize(("missed", "marked"), [(5, False), (6, True)])
def test_a_room_below_is_marked_and_fails_the_run(missed: int, marked: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        covering, "traced", lambda: {"ledger/a.py": ran(1800, 1), "ledger/domain/b.py": ran(100, missed)}
    )
    lines: list[str] = []
    telling = covering.Telling()
    session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    telling.pytest_sessionfinish(session)  # type: ignore[arg-type]
    telling.pytest_terminal_summary(SimpleNamespace(section=lines.append, line=lines.append))
    assert [line.split()[0] for line in lines if "below" in line] == (["ledger/domain"] if marked else [])
    assert session.exitstatus == (pytest.ExitCode.TESTS_FAILED if marked else pytest.ExitCode.OK)


def test_a_run_that_failed_keeps_its_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(covering, "traced", lambda: {"ledger/a.py": ran(100, 50)})
    session = SimpleNamespace(exitstatus=pytest.ExitCode.INTERRUPTED)
    covering.Telling().pytest_sessionfinish(session)  # type: ignore[arg-type]
    assert session.exitstatus == pytest.ExitCode.INTERRUPTED


def ran(lines: int, missed: int) -> dict[str, list[int]]:
    """A file with so many lines, of which so many were not run."""
    return {"executed_lines": [*range(missed, lines)], "missing_lines": [*range(missed)]}


def test_each_room_and_each_room_in_it_is_counted():
    files = {"ledger/disk.py": ran(10, 1), "ledger/domain/bank/line.py": ran(10, 2), "infra/cli/aging.py": ran(10, 0)}
    assert covering.lines_by_room(files) == {
        "ledger": (20, 3),
        "ledger/domain": (10, 2),
        "infra": (10, 0),
        "infra/cli": (10, 0),
    }


PROBE = """
import json, sys
from pathlib import Path
from tests.kit import covering
covering.FOLDER = Path(sys.argv[1])
tracing = covering.Tracing("gw0")
from ledger.domain.money import decimals_of
decimals_of("SEK")
tracing.save()
"""


def test_what_a_process_runs_is_noted_and_what_it_never_imports_counts_as_not_run(tmp_path: Path):
    subprocess.run([sys.executable, "-c", PROBE, str(tmp_path)], cwd=ROOT, check=True)
    (saved,) = tmp_path.iterdir()
    files = json.loads(saved.read_text())["files"]
    assert {Path(name).parts[0] for name in files} == set(ROOMS)
    body = decimals_of.__code__.co_firstlineno + 2
    assert body in files["ledger/domain/money.py"]["executed_lines"]
    assert not files["reconciliation/flows/bank_day_job.py"]["executed_lines"]
