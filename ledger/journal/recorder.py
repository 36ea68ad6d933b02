"""The event store library's recorder, with parallel writers and readers that never skip a fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import timedelta
from threading import Lock
from typing import Any, Final, NoReturn
from uuid import UUID

from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import retry
from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from ledger.journal.binary_copy import HEADER, TRAILER, packed_facts, packed_marks
from ledger.journal.datastore import UNSAFE
from ledger.journal.locks import lock_key
from ledger.journal.recorded_facts import Addition, CommandMark, Obeyed
from ledger.journal.sql_statements import SqlStatements
from ledger.journal.stored_facts import StoredFacts
from ledger.journal.turns import BEGIN_ANEW
from ledger.journal.waits import WAITS

# A save of up to this many facts takes one statement and one round trip; a larger one uses binary COPY.
ONE_STATEMENT: Final = 200


class JournalRecorder(PostgresApplicationRecorder):
    """Appends without a table lock, with one statement or one binary COPY per save; reads up to the stable position.

    The journal's migrations create the table, its functions and its rights; nothing is created at start-up.
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        if datastore.enable_db_functions:
            raise ValueError(f"{UNSAFE} makes readers miss facts; unset it")
        super().__init__(datastore, events_table_name="events")
        names = {"schema": Identifier(datastore.schema)}
        self.statements = SqlStatements(datastore.schema)
        self._copy_events = SQL("COPY {schema}.events FROM STDIN (FORMAT BINARY)").format(**names)
        self._copy_marks = SQL("COPY {schema}.commands FROM STDIN (FORMAT BINARY)").format(**names)
        self._end_stalled = SQL("SELECT {schema}.end_stalled_writers(%b)").format(**names)
        self._locks: dict[str, int] = {}
        self._answering = Lock()
        self._answered = 0
        self._stored = StoredFacts(self._rows)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, marks: Sequence[CommandMark] = (), **kwargs: Any
    ) -> Sequence[int]:
        """Append all facts of a save, or none; returns rising positions, possibly with gaps.

        Raises IntegrityError on a conflict.
        """
        additions = [
            Addition(str(event.originator_id), event.originator_version, event.topic, event.state)
            for event in stored_events
        ]
        with self.datastore.get_connection() as connection:
            try:
                return self.append_on(connection, additions, marks)
            except BEGIN_ANEW as error:
                raise IntegrityError("another writer was faster, so nothing was recorded") from error

    def append_on(
        self,
        connection: Connection[DictRow],
        additions: Sequence[Addition],
        marks: Sequence[CommandMark],
        obeyed: Obeyed | None = None,
    ) -> Sequence[int]:
        """Append on a given connection, within its transaction; raises psycopg's errors.

        Nothing is appended if the obeyed stream has a newer fact than the writer has read.
        """
        if not additions:
            return []
        known = self._known(obeyed)
        if len(additions) <= ONE_STATEMENT:
            return self._append_at_once(connection, additions, marks, known)
        return self._append_by_copy(connection, additions, marks, known)

    def _known(self, obeyed: Obeyed | None) -> tuple[str, int, int]:
        """The obeyed stream, its lock and the version that is known of it; an empty name if nothing is obeyed."""
        if obeyed is None:
            return ("", 0, 0)
        lock = self._locks.get(obeyed.stream)
        if lock is None:
            lock = self._locks[obeyed.stream] = lock_key(self.datastore.schema, obeyed.stream)
        return (obeyed.stream, lock, obeyed.version)

    def _append_at_once(
        self,
        connection: Connection[DictRow],
        additions: Sequence[Addition],
        marks: Sequence[CommandMark],
        known: tuple[str, int, int],
    ) -> Sequence[int]:
        given = (*_columns(additions, 4), *_columns(marks, 4), *known)
        ((positions,),) = self.statements.run(connection, _APPEND, given)
        return list(positions)

    def _append_by_copy(
        self,
        connection: Connection[DictRow],
        additions: Sequence[Addition],
        marks: Sequence[CommandMark],
        known: tuple[str, int, int],
    ) -> Sequence[int]:
        # If the caller has begun a transaction, the copy needs no savepoint of its own.
        begun = connection.pgconn.transaction_status == TransactionStatus.INTRANS
        with nullcontext() if begun else connection.transaction(), connection.cursor() as cursor:
            ((drawn,),) = self.statements.run(connection, _DRAW, (len(additions), *known))
            positions = drawn if len(drawn) == len(additions) else range(drawn[0], drawn[1] + 1)
            _copy(cursor, self._copy_events, packed_facts(additions, positions))
            if marks:
                _copy(cursor, self._copy_marks, packed_marks(marks, positions))
            return positions

    def stable_position(self) -> int:
        """The stable position, at or below which no new fact can appear. It never goes back."""
        with self.datastore.get_connection() as connection:
            ((position,),) = self.statements.run(connection, _STABLE, ())
        # What is stable stays stable. The database can return a lower position than before while there is a writer that
        # looked up the journal's end long ago. A reader that chose its goal by the higher answer, but read only up to
        # the lower one, would skip the facts in between.
        return self.hold_stable(int(position))

    def hold_stable(self, position: int) -> int:
        """Treat as stable a position that another reader found stable; returns the last stable position."""
        with self._answering:
            self._answered = max(self._answered, position)
            return self._answered

    def end_stalled_writers(self, patience: float = WAITS.statement) -> int:
        """End writers whose COPY began over `patience` seconds ago and waits for its client; returns how many ended.

        No timeout of the server ends these writers, and all readers would have to wait until these writers continue.
        """
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(self._end_stalled, (timedelta(seconds=patience),)).fetchone()
            assert row is not None
            return int(row[0])

    def max_notification_id(self) -> int | None:
        """The last position that a reader may see."""
        return self.stable_position() or None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Facts of one stream, for the library's repositories."""
        found = self._stored.versions(str(originator_id), gt, lte, desc, limit)
        return [StoredEvent(fact.stream, fact.version, fact.name, fact.state) for fact in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Facts in order, for the library's readers, never beyond the stable position."""
        stable = self.stable_position()
        last = stable if stop is None else min(stop, stable)
        after = 0 if start is None else start - 1 if inclusive_of_start else start
        found = self._stored.after(after, last, limit, topics)
        return [Notification(fact.stream, fact.version, fact.name, fact.state, fact.position) for fact in found]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        """Refused: the library's subscription needs announcements, and these would make all writers wait."""
        raise ProgrammingError("the journal does not announce facts; read it with `follow` instead")

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _rows(self, statement: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        with self.datastore.get_connection() as connection:
            return self.statements.run(connection, statement, parameters)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _copy(cursor: Cursor[Any], statement: Composed, blocks: Iterator[bytes]) -> None:
    with cursor.copy(statement) as copy:
        copy.write(HEADER)
        for block in blocks:
            copy.write(block)
        copy.write(TRAILER)


_APPEND: Final = "SELECT {schema}.append_facts(%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"
_DRAW: Final = "SELECT {schema}.draw_positions(%b, %b, %b, %b)"
_STABLE: Final = "SELECT {schema}.stable_position()"
