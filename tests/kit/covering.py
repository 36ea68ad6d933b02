"""Coverage by room, as `make tests` prints it where tests are spread; a room below 95 % fails the run.

A line is noted when it first runs; after that, the code runs at full speed again. So every test is traced.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage

from tests.house.source import ROOMS, ROOT

FOLDER: Final = ROOT / "build" / "coverage"
LEAST: Final = 95
# When a line has run so often, those that ran are no longer traced: to look for them takes as long as tracing so many.
OFTEN: Final = 2000
# Protocols and overloads have bodies that never run.
NEVER_RUN: Final = (r"^\s*\.\.\.$",)


class Tracing:
    """Traces the process that runs tests, from before the first of our modules is imported."""

    def __init__(self, worker: str) -> None:
        sources = [str(ROOT / room) for room in ROOMS]
        self._to = FOLDER / f"{worker}-{os.getpid()}.json"
        self._traced = Slipcover(source=sources, exclude_also=[*NEVER_RUN], d_miss_threshold=OFTEN)
        ImportManager(self._traced, FileMatcher(sources=sources)).__enter__()

    def pytest_sessionfinish(self) -> None:
        self.save()

    def save(self) -> None:
        """Write what was run, for the process that tells it."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._to.write_text(json.dumps(self._traced.get_coverage()))


class Telling:
    """Tells at the end, in the process that spreads the tests, what was run of each room."""

    def __init__(self) -> None:
        self._rooms: dict[str, tuple[int, int]] = {}

    def pytest_sessionstart(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for file in FOLDER.iterdir():
            file.unlink()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._rooms = lines_by_room(traced())
        if any(percent(*counted) < LEAST for counted in self._rooms.values()) and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.section("coverage by room")
        for room, (lines, missed) in sorted(self._rooms.items()):
            below = "" if percent(lines, missed) >= LEAST else f"  below {LEAST} %"
            terminalreporter.line(f"{room:32} {percent(lines, missed):5.1f} %  {missed:4} of {lines:5} not run{below}")


def percent(lines: int, missed: int) -> float:
    """How much of the lines was run."""
    return 100 * (lines - missed) / lines


def traced() -> Mapping[str, Any]:
    """By file: the lines that ran in any process of the tests, and those that ran in none."""
    first, *others = (json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json")))
    for other in others:
        merge_coverage(first, other)
    files: Mapping[str, Any] = first["files"]
    return files


def lines_by_room(files: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """By room, and by the rooms in it: its lines, and those that were not run."""
    lines, missed = Counter[str](), Counter[str]()
    for file, counted in files.items():
        parts = Path(file).parts
        inner = "/".join(parts[:2])
        for room in {parts[0], parts[0] if inner.endswith(".py") else inner}:
            lines[room] += len(counted["executed_lines"]) + len(counted["missing_lines"])
            missed[room] += len(counted["missing_lines"])
    return {room: (count, missed[room]) for room, count in lines.items() if count}


def pytest_configure(config: pytest.Config) -> None:
    """A plugin of its own in each process."""
    if TRACING is not None:
        config.pluginmanager.register(TRACING)
    elif config.option.numprocesses:
        config.pluginmanager.register(Telling())


WORKER: Final = os.environ.get("PYTEST_XDIST_WORKER")
TRACING: Final = Tracing(WORKER) if WORKER else None
