"""The facts of a moment, to which the books are put back before each run, so that every run starts alike."""

from __future__ import annotations

import psycopg

from tests.benchmarks.baselines import copy_rows

Stored = tuple[str, int, str, bytes, int]

_COLUMNS = "originator_id, originator_version, topic, state, notification_id"


class Snapshot:
    """What the journal holds when it is taken; `restore` forgets all that came later, idempotency keys too."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self._owner = owner
        self.rows = stored(owner)
        self._packed = copy_rows.pack(self.rows)

    @property
    def position(self) -> int:
        """The last position taken."""
        return self.rows[-1][4]

    def restore(self) -> None:
        """Put the books back."""
        self._owner.execute("TRUNCATE clinic.events, clinic.commands")
        copy_rows.copy(self._owner, "clinic.events", [self._packed])


def stored(owner: psycopg.Connection, after: int = 0) -> list[Stored]:
    """All facts in order, but for the first ones."""
    return owner.execute(f"SELECT {_COLUMNS} FROM clinic.events ORDER BY notification_id OFFSET {after}").fetchall()
