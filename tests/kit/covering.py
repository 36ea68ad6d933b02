"""Coverage by room, as `make tests` prints it where tests are spread; a room below 95 % fails the run.

Tracing takes as long again as what it traces. So a test is traced once, with the first of its parameters, and each of
its phases for two seconds of processor time at most; what hypothesis repeats is not traced at all.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from coverage import Coverage

ROOT: Final = Path(__file__).parents[2]
CONFIG: Final = ROOT / "pyproject.toml"
FOLDER: Final = ROOT / "build" / "coverage"
LEAST: Final = 95
# The processor time of the tests' process; a wait is not counted.
LONGEST_S: Final = 2.0


class Tracing:
    """Traces tests in the process that runs them, from before the first of our modules is imported."""

    def __init__(self) -> None:
        self._coverage = Coverage(config_file=CONFIG)
        self._seen: set[tuple[Path, str]] = set()
        self._traced = False
        signal.signal(signal.SIGVTALRM, lambda number, frame: self._coverage.stop())
        self._coverage.start()

    def pytest_collection_finish(self) -> None:
        self._coverage.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        name = (item.path, item.name.partition("[")[0])
        self._traced = name not in self._seen and not hasattr(getattr(item, "obj", None), "hypothesis")
        self._seen.add(name)
        with self._tracing():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        with self._tracing():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        with self._tracing():
            return (yield)

    @contextmanager
    def _tracing(self) -> Iterator[None]:
        if not self._traced:
            yield
            return
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_S)
        self._coverage.start()
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self._coverage.stop()

    def pytest_sessionfinish(self) -> None:
        self._coverage.save()


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
        self._rooms = rooms()
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


def rooms() -> dict[str, tuple[int, int]]:
    """The rooms as the processes that ran tests have traced them."""
    traced = Coverage(config_file=CONFIG)
    traced.combine(keep=True)

    def of(file: Path) -> tuple[int, int]:
        _, lines, _, not_run, _ = traced.analysis2(str(file))
        return len(lines), len(not_run)

    return lines_by_room(of)


def lines_by_room(of: Callable[[Path], tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """By room, and by the rooms in it: its lines, and those that were not run."""
    lines, missed = Counter[str](), Counter[str]()
    for name in ("ledger", "projections", "reconciliation", "infra"):
        for file in (ROOT / name).rglob("*.py"):
            inner = "/".join(file.relative_to(ROOT).parts[:2])
            count, not_run = of(file)
            for room in {name, name if inner.endswith(".py") else inner}:
                lines[room] += count
                missed[room] += not_run
    return {room: (count, missed[room]) for room, count in lines.items() if count}


def pytest_configure(config: pytest.Config) -> None:
    """A plugin of its own in each process."""
    if TRACING is not None:
        config.pluginmanager.register(TRACING)
    elif config.option.numprocesses:
        config.pluginmanager.register(Telling())


TRACING: Final = Tracing() if "PYTEST_XDIST_WORKER" in os.environ else None
