"""Defects put into the books on purpose: a run that does not turn red over each proves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Final

from projections import ReadStoreTrouble
from tests.faults.desk import Plant
from tests.faults.strikes import Fault


class Passing:
    """Gives everything on to the one it stands for."""

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)


class _CommitsLater(Passing):
    _open: AbstractContextManager[Any] | None = None

    @contextmanager
    def writing(self, *given: Any, **named: Any) -> Iterator[Any]:
        if self._open is not None:
            self._open.__exit__(None, None, None)
        self._open = self._of.writing(*given, **named)
        yield self._open.__enter__()


class AcknowledgesBeforeCommit(Plant):
    """The answer is given when all is sent; the commit comes with the next command."""

    fault = Fault("clock back", "load")
    found_as = "acknowledged and lost"

    def journal(self, journal: Any) -> Any:
        return _CommitsLater(journal)


class _WithoutMarks(Passing):
    def append(self, additions: Sequence[Any], marks: Sequence[Any] = (), **given: Any) -> Sequence[int]:
        positions: Sequence[int] = self._of.append(additions, (), **given)
        return positions


class _ForgetsKeys(Passing):
    @contextmanager
    def writing(self, *given: Any, **named: Any) -> Iterator[Any]:
        with self._of.writing(*given, **named) as writing:
            yield _WithoutMarks(writing)


class RetriesWithoutKey(Plant):
    """The save does not remember the command's key, so that the same again is decided again."""

    fault = Fault("crash", "reply")
    found_as = "the model did it"

    def journal(self, journal: Any) -> Any:
        return _ForgetsKeys(journal)


class ReadsWhateverItSees(Plant):
    """The reader goes as far as the last position it can see, and never looks back."""

    fault = Fault("reordered", "commit")
    found_as = "the model and the projections differ"

    def journal(self, journal: Any) -> Any:
        def last_seen() -> int:
            with journal.recorder.datastore.get_connection() as connection:
                found = connection.execute("SELECT coalesce(max(notification_id), 0) AS last FROM clinic.events")
                return int(found.fetchone()["last"])

        journal.stable_position = last_seen
        return journal


class _SkipsPages(Passing):
    def apply(self, batch: Sequence[Any], after: int, upto: int) -> int:
        try:
            return int(self._of.apply(batch, after, upto))
        except ReadStoreTrouble:
            self._of.apply([], after, upto)
            raise


class SkipsWhatCannotBeWritten(Plant):
    """A page that cannot be written is left out, and the position goes on."""

    fault = Fault("full", "position")
    found_as = "the read tables differ from a rebuild|the model and the projections differ"

    def store(self, store: Any) -> Any:
        return _SkipsPages(store)


class NotesAnyTime(Plant):
    """What is known at a time is noted as the clock says, also when it has gone back."""

    fault = Fault("clock back", "load")
    found_as = "what was known at"

    def journal(self, journal: Any) -> Any:
        def log_position(at: datetime) -> int:
            position = int(journal.stable_position())
            with journal.recorder.datastore.get_connection() as connection:
                connection.execute(
                    "INSERT INTO clinic.watermarks VALUES (%s, %s) ON CONFLICT DO NOTHING", (at, position)
                )
            return position

        journal.log_position = log_position
        return journal


PLANTS: Final = (
    AcknowledgesBeforeCommit,
    RetriesWithoutKey,
    ReadsWhateverItSees,
    SkipsWhatCannotBeWritten,
    NotesAnyTime,
)
