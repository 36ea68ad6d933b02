"""The database of a run that the schedule starts: nobody is there to start a stopped server, so the run does it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from ledger import JournalUnavailable, open_journal

# The environment variable with the module that starts the embedded server; unset with your own server.
STARTER: Final = "RESKONTRA_STARTER"


class DatabaseStopped(Exception):
    """Raised if the database does not answer and cannot be started; the message says what to do."""


def require_database(url: str, entity: str) -> None:
    """Check that the database answers; the embedded server is started if it is stopped. Raises DatabaseStopped."""
    if _answers(url, entity):
        return
    module, said = os.environ.get(STARTER), ""
    if module:
        said = _started(module)
        if _answers(url, entity):
            return
    todo = said or "start it with `reskontra db start`" if module else "start it where it runs"
    raise DatabaseStopped(f"the database does not answer, so nothing was loaded: {todo}; the next run loads everything")


def _answers(url: str, entity: str) -> bool:
    try:
        with open_journal(url, entity) as journal:
            return journal.stable_position() >= 0
    except JournalUnavailable:
        return False


def _started(module: str) -> str:
    """Run the module that starts the server; returns what it said if it could not."""
    # It reads the settings of commands, in which a writer's URL stands for a server of your own.
    environ = {name: value for name, value in os.environ.items() if name != "RESKONTRA_WRITER_URL"}
    # The module is ours: the command that serves the schedule has put its name there.
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""
