"""A process that executes a submission, or follows, and is killed at a named step."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Final

from ledger import Submission
from tests.faults.arena import PATIENCE_S
from tests.faults.desk import Desk, Plant
from tests.kit.steps import CLIENT_READS, CLIENT_WRITES, SERVER_READS, Watch

_WORKERS: Final = multiprocessing.get_context("forkserver")
_WORKERS.set_forkserver_preload(
    ["tests.faults.desk", "ledger.execution.batch", "ledger.journal.journal", "projections.books"]
)


class Victim:
    """A child process that waits to be let go, and never comes to its end."""

    def __init__(self, url: str, step: str, submitted: Sequence[Submission]) -> None:
        self._starting, theirs = _WORKERS.Pipe()
        self._process = _WORKERS.Process(target=_live, args=(url, step, pickle.dumps(list(submitted)), theirs))
        self._process.start()

    def go(self) -> None:
        """Let it go."""
        self._starting.send(True)

    def await_end(self) -> None:
        """Let it go, and wait until it has killed itself."""
        self.go()
        self._process.join(PATIENCE_S)
        assert self._process.exitcode == -signal.SIGKILL, f"it ended with {self._process.exitcode}"

    def kill(self) -> None:
        """Kill it where it stands."""
        self._process.kill()
        self._process.join(PATIENCE_S)


def _live(url: str, step: str, pickled: bytes, starting: Connection) -> None:
    watch = Watch()
    desk = Desk(url, watch, Plant())
    if step in CLIENT_WRITES + CLIENT_READS:
        watch.arm(step, lambda: os.kill(os.getpid(), signal.SIGKILL))
    submitted = pickle.loads(pickled)
    starting.recv()
    if step in CLIENT_READS + SERVER_READS:
        desk.books.follow()
    else:
        desk.execute(submitted)
    # Where the step was not reached this is no death by a signal, which the parent sees.
    os._exit(3)
