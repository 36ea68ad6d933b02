"""What `reskontra serve` does when something stops, is held, or changes; real processes, and parts that tests stop."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra import postgres
from infra.serving.kept_database import KeptDatabase
from infra.serving.kept_process import KeptProcess
from infra.serving.supervision import Supervision
from infra.settings import Settings
from tests.kit.held_commits import until

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
# Prints that it is there only after it has taken care not to be ended.
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)",
]


@dataclass
class Part:
    """A part that tests let fail; `heard` has what was done to all parts, in order."""

    name: str
    heard: list[str] = field(default_factory=list)
    runs: bool = True
    why: str | None = None

    def keep(self) -> bool:
        self.heard.append(f"keep {self.name}")
        return self.runs

    def end(self) -> None:
        self.heard.append(f"end {self.name}")


@dataclass
class Data(Part):
    """The database of a test."""

    def keep(self) -> str | None:  # type: ignore[override]
        return self.why


class Stand:
    def __init__(self, folder: Path) -> None:
        self.heard: list[str] = []
        self.said: list[str] = []
        self.answers = True
        self.places = folder / "clinic.toml"
        self.places.write_text("")
        self.database = Data("database", self.heard)
        self.server, self.worker = Part("server", self.heard), Part("worker", self.heard)
        self.kept = Supervision(
            self.database, self.server, self.worker, lambda: self.answers, self.places, self.said.append, lambda _: None
        )

    def look(self) -> list[str]:
        self.heard.clear()
        self.kept.look()
        return list(self.heard)


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


def test_the_worker_starts_only_when_the_server_answers(stand: Stand):
    stand.answers = False
    assert stand.look() == ["keep server"]
    stand.answers = True
    assert stand.look() == ["keep server", "keep worker"]
    assert stand.look() == ["keep server", "keep worker"]
    assert stand.said == ["ready"]


def test_while_the_database_is_held_the_worker_rests_and_that_is_said_once(stand: Stand):
    stand.look()
    stand.database.why = "the database is kept stopped"
    assert stand.look() == ["keep server", "end worker"]
    stand.look()
    stand.database.why = None
    assert stand.look() == ["keep server", "keep worker"]
    assert stand.said == ["ready", "the database is kept stopped", "the database runs again"]


def test_the_worker_starts_anew_when_the_places_change(stand: Stand):
    stand.look()
    stand.places.write_text("changed")
    assert stand.look() == ["keep server", "end worker", "keep worker"]
    stand.places.unlink()
    assert stand.look() == ["keep server", "end worker", "keep worker"]
    assert stand.look() == ["keep server", "keep worker"]


def test_it_ends_the_worker_first_and_the_database_last_whatever_happens(stand: Stand):
    def fails() -> bool:
        raise OSError("no clock")

    with pytest.raises(OSError, match="no clock"):
        stand.kept.run(fails)
    assert stand.heard == ["end worker", "end server", "end database"]


def process(folder: Path, command: list[str], clock: Callable[[], float], said: list[str]) -> KeptProcess:
    return KeptProcess("worker", command, os.environ, folder / "logs" / "worker.log", said.append, clock)


def test_a_process_that_dies_starts_again_and_later_each_time(tmp_path: Path):
    now, said = [0.0], list[str]()
    kept = process(tmp_path, [sys.executable, "-c", "raise SystemExit(7)"], lambda: now[0], said)
    waits = []
    for _ in range(8):
        assert kept.keep()
        until(lambda: kept.pid is None)
        assert not kept.keep()
        waits.append(said[-1].rpartition("again in ")[2])
        now[0] += 59
        assert (kept.pid, waits[-1] != "60 s") == (None, True) or not kept.keep()
        now[0] += 1
    assert waits == ["1 s", "2 s", "4 s", "8 s", "16 s", "32 s", "60 s", "60 s"]
    assert "worker ended with code 7, see" in said[1]


def test_one_that_ran_for_long_is_soon_there_again(tmp_path: Path):
    now, said = [0.0], list[str]()
    kept = process(tmp_path, SLEEPS, lambda: now[0], said)
    kept.keep()
    first = kept.pid
    assert first is not None
    now[0] = 100.0
    os.kill(first, signal.SIGKILL)
    until(lambda: kept.pid is None)
    kept.keep()
    now[0] += 1.0
    assert kept.keep()
    assert kept.pid != first
    kept.end()
    assert kept.pid is None


def test_one_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("infra.serving.kept_process.ENDING_S", 0.1)
    said = list[str]()
    kept = process(tmp_path, STUBBORN, time.monotonic, said)
    kept.keep()
    until(lambda: "here" in (tmp_path / "logs" / "worker.log").read_text())
    kept.end()
    assert (kept.pid, said[-1]) == (None, "worker did not end in time and was killed")


def test_a_database_that_is_held_stays_stopped_and_else_it_is_started_again(new_books: Callable[..., Settings]):
    settings = new_books()
    kept = KeptDatabase(settings)
    assert kept.keep() is None
    postgres.stop(settings)
    assert (kept.keep(), postgres.runs(settings)) == (None, True)
    postgres.stop(settings, datetime(2026, 10, 6, tzinfo=UTC))
    why = kept.keep()
    assert why is not None
    assert "is kept stopped (`reskontra db stop --hold`)" in why
    assert not postgres.runs(settings)
    postgres.release(settings)
    assert (kept.keep(), postgres.runs(settings)) == (None, True)
    kept.end()
    assert not postgres.runs(settings)


def test_a_database_that_ran_before_runs_afterwards(new_books: Callable[..., Settings]):
    settings = new_books()
    postgres.start(settings)
    kept = KeptDatabase(settings)
    assert kept.keep() is None
    kept.end()
    assert postgres.runs(settings)
