"""The event store library's recorder, with parallel writers and readers that never skip a fact."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Identifier

from ledger.journal.recorded import CommandMark

# Saves up to this size are one statement and one round trip; larger ones are binary COPY.
ONE_STATEMENT: Final = 200
# Facts sent to the server at a time, so that it inserts one block while we pack the next.
BLOCK: Final = 1000

_HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_TRAILER: Final = struct.pack(">h", -1)
_COLUMNS_EVENTS: Final = struct.Struct(">hi")
_VERSION: Final = struct.Struct(">iqi")
_LENGTH: Final = struct.Struct(">i")
_POSITION: Final = struct.Struct(">iq")
_MARK: Final = struct.Struct(">iqiq")


def datastore_for(url: str, entity: str, connections: int = 5) -> PostgresDatastore:
    """The library's datastore for a libpq URL and an entity's schema; bounded waits everywhere."""
    given: dict[str, Any] = dict(conninfo_to_dict(url))
    known = {name: str(given.pop(name, "")) for name in ("dbname", "host", "port", "user", "password")}
    datastore = PostgresDatastore(
        known["dbname"],
        known["host"],
        known["port"],
        known["user"],
        known["password"],
        connect_timeout=10.0,
        idle_in_transaction_session_timeout=60,
        pool_size=1,
        max_overflow=connections - 1,
        schema=entity,
        originator_id_type="text",
    )
    limits = "-c lock_timeout=10s -c statement_timeout=300s -c application_name=reskontra"
    given["options"] = f"{given.get('options') or ''} {limits}".strip()
    if isinstance(datastore.pool.kwargs, dict):
        datastore.pool.kwargs.update({"connect_timeout": 10} | given)
        for name, value in known.items():
            if not value:
                datastore.pool.kwargs.pop(name, None)
    return datastore


class JournalRecorder(PostgresApplicationRecorder):
    """Appends without a table lock, one statement or one binary COPY a save; reads up to the stable position.

    The table, its functions and its rights are made by the journal's migrations, never at start-up.
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        if datastore.enable_db_functions:
            raise ValueError("POSTGRES_ENABLE_DB_FUNCTIONS loses facts for readers; unset it")
        super().__init__(datastore, events_table_name="events")
        names = {"schema": Identifier(datastore.schema)}
        self._append = SQL("SELECT {schema}.append_facts(%b, %b, %b, %b, %b, %b, %b, %b)").format(**names)
        self._reserve = SQL("SELECT {schema}.reserve_positions(%b)").format(**names)
        self._copy_events = SQL("COPY {schema}.events FROM STDIN (FORMAT BINARY)").format(**names)
        self._copy_marks = SQL("COPY {schema}.commands FROM STDIN (FORMAT BINARY)").format(**names)
        self._stable = SQL("SELECT {schema}.stable_position()").format(**names)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, marks: Sequence[CommandMark] = (), **kwargs: Any
    ) -> Sequence[int]:
        """Append all of a save or nothing; the positions, rising but not contiguous. IntegrityError on conflict."""
        if not stored_events:
            return []
        with self.datastore.get_connection() as connection:
            if len(stored_events) <= ONE_STATEMENT:
                return self._insert_at_once(connection, stored_events, marks)
            return self._insert_by_copy(connection, stored_events, marks)

    def _insert_at_once(
        self, connection: Connection[DictRow], events: Sequence[StoredEvent], marks: Sequence[CommandMark]
    ) -> list[int]:
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(
                self._append,
                (
                    [str(event.originator_id) for event in events],
                    [event.originator_version for event in events],
                    [event.topic for event in events],
                    [event.state for event in events],
                    [mark.key for mark in marks],
                    [mark.digest for mark in marks],
                    [mark.first for mark in marks],
                    [mark.last for mark in marks],
                ),
                prepare=True,
            )
            positions: list[int] = _only(cursor)
            return positions

    def _insert_by_copy(
        self, connection: Connection[DictRow], events: Sequence[StoredEvent], marks: Sequence[CommandMark]
    ) -> list[int]:
        with connection.transaction(), connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(self._reserve, (len(events),), prepare=True)
            positions: list[int] = _only(cursor)
            with cursor.copy(self._copy_events) as copy:
                copy.write(_HEADER)
                for start in range(0, len(events), BLOCK):
                    stop = start + BLOCK
                    copy.write(_packed_events(events[start:stop], positions[start:stop]))
                copy.write(_TRAILER)
            if marks:
                with cursor.copy(self._copy_marks) as copy:
                    copy.write(_HEADER + _packed_marks(marks, positions) + _TRAILER)
            return positions

    def stable_position(self) -> int:
        """The position up to which every fact is committed or never will be."""
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(self._stable, prepare=True)
            return int(_only(cursor))

    def max_notification_id(self) -> int | None:
        """The last position a reader may see."""
        return self.stable_position() or None

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Facts in order, as the library's readers ask for them, never beyond the stable position."""
        stable = self.stable_position()
        last = stable if stop is None else min(stop, stable)
        found: Sequence[Notification] = super().select_notifications(
            start, limit, last, topics, inclusive_of_start=inclusive_of_start
        )
        return found


def _only(cursor: Cursor[Any]) -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row[0]


def _packed_events(events: Iterable[StoredEvent], positions: Iterable[int]) -> bytes:
    """Rows of binary COPY: stream, version, name, state, position."""
    parts: list[bytes] = []
    add = parts.append
    for event, position in zip(events, positions, strict=True):
        stream = _utf8(event.originator_id)
        name = event.topic.encode()
        add(_COLUMNS_EVENTS.pack(5, len(stream)))
        add(stream)
        add(_VERSION.pack(8, event.originator_version, len(name)))
        add(name)
        add(_LENGTH.pack(len(event.state)))
        add(event.state)
        add(_POSITION.pack(8, position))
    return b"".join(parts)


def _packed_marks(marks: Iterable[CommandMark], positions: Sequence[int]) -> bytes:
    parts: list[bytes] = []
    for mark in marks:
        key = mark.key.encode()
        parts.append(_COLUMNS_EVENTS.pack(4, len(key)))
        parts.append(key)
        parts.append(_LENGTH.pack(len(mark.digest)))
        parts.append(mark.digest)
        parts.append(_MARK.pack(8, positions[mark.first], 8, positions[mark.last]))
    return b"".join(parts)


def _utf8(stream: UUID | str) -> bytes:
    return stream.encode() if isinstance(stream, str) else str(stream).encode()
