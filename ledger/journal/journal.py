"""One legal entity's journal: append a batch, read streams, follow in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from ledger.journal.codec import CODEC, Codec
from ledger.journal.reading import Reading
from ledger.journal.recorded import Addition, CommandMark, Recorded, StoredFact
from ledger.journal.recorder import JournalRecorder, datastore_for


class Conflict(Exception):
    """Somebody else appended to one of the streams, or used one of the keys, first; nothing was recorded."""


class JournalUnavailable(Exception):
    """The database does not answer, or will not take more; nothing of this save is acknowledged."""


class Journal:
    """The facts of one legal entity."""

    def __init__(self, recorder: JournalRecorder, codec: Codec = CODEC) -> None:
        self.recorder = recorder
        self.codec = codec
        self.schema: str = recorder.datastore.schema
        self._reading = Reading(self._fetch, codec)

    def append(self, additions: Sequence[Addition], marks: Sequence[CommandMark] = ()) -> Sequence[int]:
        """Append all or nothing; the positions, rising. Raises Conflict or JournalUnavailable."""
        events = [StoredEvent(*addition) for addition in additions]
        try:
            return self.recorder.insert_events(events, marks=marks)
        except IntegrityError as error:
            raise Conflict("a stream or a key was taken by another writer") from error
        except (OperationalError, InterfaceError) as error:
            raise JournalUnavailable(_without_values(error)) from error

    def read(self, streams: Collection[str]) -> dict[str, list[Recorded]]:
        """Facts by stream, in order; of long streams whose newest fact is enough, that one alone."""
        return self._reading.streams(streams)

    def read_all(self, stream: str) -> list[Recorded]:
        """Every fact of one stream, in order."""
        return self._reading.whole_stream(stream)

    def follow(self, after: int, limit: int) -> list[Recorded]:
        """Facts after a position, in order, up to the stable position and at most `limit` of them."""
        return self._reading.recorded_after(after, self.stable_position(), limit)

    def stored(self, after: int, upto: int, limit: int) -> list[StoredFact]:
        """Facts as their bytes are stored, in order: after a position, up to a stable one, at most `limit`."""
        return self._reading.stored_after(after, upto, limit)

    def stable_position(self) -> int:
        """The position up to which nothing can still appear."""
        try:
            return self.recorder.stable_position()
        except PersistenceError as error:
            raise JournalUnavailable(_without_values(error)) from error

    def log_position(self, at: datetime) -> int:
        """Note which position is stable at a time, so that `known_at` can be asked for later; the position.

        A time before one that was noted already is not noted.
        """
        position = self.stable_position()
        self._fetch(_LOG, (at, position))
        return position

    def position_at(self, at: datetime) -> int:
        """The last stable position logged at or before a time; 0 where none was."""
        return int(self._fetch(_POSITION_AT, (at,))[0][0])

    def marks(self, keys: Collection[str]) -> dict[str, CommandMark]:
        """What is remembered of commands, by idempotency key."""
        rows = self._fetch(_MARKS, (list(keys),)) if keys else []
        return {row[0]: CommandMark(*row) for row in rows}

    def close(self) -> None:
        """Give all connections back."""
        self.recorder.datastore.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fetch(self, statement: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        query: Composed = SQL(statement).format(schema=Identifier(self.schema))
        try:
            with (
                self.recorder.datastore.get_connection() as connection,
                connection.cursor(row_factory=tuple_row, binary=True) as cursor,
            ):
                cursor.execute(query, parameters, prepare=True)
                return cursor.fetchall() if cursor.description else []
        except PersistenceError as error:
            raise JournalUnavailable(_without_values(error)) from error


def open_journal(url: str, entity: str) -> Journal:
    """The journal of an entity at a libpq URL, for writing or reading as the URL's role may."""
    try:
        # A pool would try again until its time is up; one plain connection says at once what is wrong.
        psycopg.connect(url, connect_timeout=10).close()
        return Journal(JournalRecorder(datastore_for(url, entity)))
    except (PersistenceError, psycopg.Error) as error:
        raise JournalUnavailable(_without_values(error)) from error


def _without_values(error: Exception) -> str:
    """The first line of the database's message: the rest may repeat row values."""
    return str(error).partition("\n")[0]


# A clock that went back, or a job run again for an earlier day, must not change what was known when.
_LOG: Final = """
INSERT INTO {schema}.watermarks (logged_at, position)
SELECT given.at, given.position FROM (VALUES (%b::timestamptz, %b::bigint)) AS given (at, position)
WHERE NOT EXISTS (SELECT 1 FROM {schema}.watermarks WHERE logged_at > given.at)
ON CONFLICT DO NOTHING
"""
_POSITION_AT: Final = "SELECT coalesce(max(position), 0) FROM {schema}.watermarks WHERE logged_at <= %b"
_MARKS: Final = "SELECT key, digest, first_position, last_position FROM {schema}.commands WHERE key = ANY(%b)"
