"""The loop of `reskontra serve`: whatever has stopped is started again, unless somebody holds it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

POLL_S: Final = 0.5


class Kept(Protocol):
    """A process that is kept running."""

    name: str

    def keep(self) -> bool:
        """Start it if it does not run; returns whether it runs."""

    def end(self) -> None:
        """End it, and wait."""


class Database(Protocol):
    """The database server that is kept running."""

    def keep(self) -> str | None:
        """Start it if it does not run; returns why it cannot run now, or null."""

    def end(self) -> None:
        """Stop it, if it was started here."""


@dataclass
class Supervision:
    """What is kept running: the database, Prefect's server (null if another one is used), and the worker.

    `answers` says whether Prefect's server answers. The worker runs only while both do; it is started anew when the
    file of places changes.
    """

    database: Database
    server: Kept | None
    worker: Kept
    answers: Callable[[], bool]
    places: Path
    say: Callable[[str], None]
    pause: Callable[[float], None] = time.sleep
    _said: str | None = field(default=None, init=False)
    _places: tuple[int, int] | None = field(default=None, init=False)
    _ready: bool = field(default=False, init=False)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Keep everything running until `stopping` says so; then end it, the worker first."""
        try:
            while not stopping():
                self.look()
                self.pause(POLL_S)
        finally:
            self.say("stopping")
            self.worker.end()
            if self.server is not None:
                self.server.end()
            self.database.end()

    def look(self) -> None:
        """Start what does not run."""
        why = self.database.keep()
        if why != self._said:
            self.say(why if why is not None else "the database runs again")
            self._said = why
        runs = self.server is None or self.server.keep()
        if why is not None or not runs or not self.answers():
            # A worker without a database or a server would only fail again and again.
            if why is not None:
                self.worker.end()
            return
        if self._places_changed() and self._ready:
            self.say(f"{self.places} has changed")
            self.worker.end()
        if self.worker.keep() and not self._ready:
            self._ready = True
            self.say("ready")

    def _places_changed(self) -> bool:
        try:
            found = self.places.stat()
            seen: tuple[int, int] | None = (found.st_mtime_ns, found.st_size)
        except FileNotFoundError:
            seen = None
        changed, self._places = seen != self._places, seen
        return changed
