"""One legal entity's journal: appends batches of facts, reads streams, and follows all facts in order."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Lock, local
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg import Connection

from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.fact import Command, Dated
from ledger.journal.arrow_pages import PAGE, ArrowPages
from ledger.journal.codec import CODEC, Codec
from ledger.journal.datastore import datastore_for
from ledger.journal.journal_statements import DRAWN, END_OF_SAVE, LAST, LOG, MARKS, POSITION_AT
from ledger.journal.known_streams import NOTHING_KNOWN, Kept, Known
from ledger.journal.reader import FactReader
from ledger.journal.recorded_facts import Addition, CommandMark, Obeyed, Recorded, StoredFact
from ledger.journal.recorder import JournalRecorder
from ledger.journal.sql_statements import Row
from ledger.journal.turns import TURN_WAIT, Conflict, JournalUnavailable, NoTurn, answered, available, begin

# Seconds for which facts that are recorded may not be stable, and between two looks.
SETTLING: Final = 2.0
_PAUSE: Final = 0.001

__all__ = ["Conflict", "Journal", "JournalUnavailable", "NoTurn", "open_journal"]


class NotYetSettled(ValueError):
    """Raised if it is not yet certain which facts were known at the given time."""


class Writing:
    """One writer's reads and appends on one connection.

    Without `turns` or `whole` (see `Journal.writing`), each append is its own transaction.
    """

    def __init__(self, journal: Journal, connection: Connection[Any]) -> None:
        self._appending = Lock()
        self._over = False
        # Why an append failed: the transaction is over then, so nothing more can be read in it.
        self._failed: Exception | None = None
        self.last_read = journal.last_read
        self.kept, self.admitted = journal.kept, journal.admitted
        self._journal = journal
        self._recorder = journal.recorder
        self._connection = connection

    def marks(self, keys: Collection[str]) -> dict[str, CommandMark]:
        """The marks of earlier commands, as `Journal.marks`; waits while another thread is appending."""
        with self._reading():
            return self._journal.marks(keys)

    def newer(self, streams: Collection[str], known: Known) -> tuple[list[tuple[str, int, Dated]], int]:
        """The facts of streams, as `Journal.newer`; waits while another thread is appending."""
        with self._reading():
            return self._journal.newer(streams, known)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._appending:
            if self._failed is not None:
                raise self._failed
            yield

    def append(
        self, additions: Sequence[Addition], marks: Sequence[CommandMark] = (), obeyed: Obeyed | None = None
    ) -> Sequence[int]:
        """Append all facts or none; returns rising positions. Raises Conflict if the obeyed stream has a newer fact.

        If the caller holds turns, the facts are committed only at the end of the caller's `with` block, when the turns
        are released.
        """
        with self._appending:
            if self._over:
                raise JournalUnavailable("the writing has already ended, so nothing was recorded")
            try:
                return self._recorder.append_on(self._connection, additions, marks, obeyed)
            except Exception as failed:
                self._failed = failed
                raise

    def end(self) -> None:
        """Wait for a thread that is still appending; nothing is appended afterwards.

        An interrupt does not end this wait: if the connection were released while that thread is still appending, the
        thread could still record facts after the rollback.
        """
        interrupted: BaseException | None = None
        while not self._over:
            try:
                with self._appending:
                    self._over = True
            except BaseException as late:
                interrupted = late
        if interrupted is not None:
            raise interrupted


class Journal:
    """The facts of one legal entity."""

    def __init__(self, recorder: JournalRecorder, codec: Codec = CODEC, arrow: ArrowPages | None = None) -> None:
        self.recorder = recorder
        self.codec = codec
        self.catalogue = codec.catalogue
        self.schema: str = recorder.datastore.schema
        # The version and the newest fact of streams that every writer obeys, as this process last read them.
        self.last_read: dict[str, tuple[int, Dated | None]] = {}
        self.kept: dict[str, Kept] = {}
        self.admitted: dict[tuple[str, type[Command]], Any] = {}
        self._held = local()
        self._arrow = arrow
        self._reading = FactReader(self._fetch, codec, arrow)

    def append(self, additions: Sequence[Addition], marks: Sequence[CommandMark] = ()) -> Sequence[int]:
        """Append all facts or none; returns the positions in rising order. Raises Conflict or JournalUnavailable."""
        with self.writing() as writing:
            return writing.append(additions, marks)

    @contextmanager
    def writing(self, turns: Collection[str] = (), whole: bool = False, wait: str = TURN_WAIT) -> Iterator[Writing]:
        """One connection for reading and appending; it commits at the end of the block, or rolls back on an exception.

        `turns` are streams that many writers want at once: the call waits until they are free, and holds them until the
        commit. With neither `turns` nor `whole`, each append is its own transaction and a single round trip. Raises
        Conflict (NoTurn if the wait was longer than `wait`) and JournalUnavailable.
        """
        with answered(), self.recorder.datastore.get_connection() as connection, self._holding(connection):
            try:
                if turns or whole:
                    begin(connection, self.schema, turns, wait)
                writing = Writing(self, connection)
                try:
                    yield writing
                finally:
                    writing.end()
                connection.commit()
            except BaseException:
                with suppress(psycopg.Error):
                    connection.rollback()
                raise

    def read(self, streams: Collection[str]) -> dict[str, list[Recorded]]:
        """Facts by stream, in order; if the stream's noun has `newest_is_enough`, only the newest fact."""
        return self._reading.streams(streams)

    def facts(self, streams: Collection[str]) -> list[tuple[str, int, Dated]]:
        """The facts that `read` returns, as (stream, version, fact with its day), in order within each stream."""
        return self.newer(streams, NOTHING_KNOWN)[0]

    def newer(self, streams: Collection[str], known: Known) -> tuple[list[tuple[str, int, Dated]], int]:
        """As `facts`, beside the facts of known streams after their known version; and the last archived position.

        If more has been archived since that version was read, all facts of the known streams are returned.
        """
        return self._reading.newer(streams, known)

    def read_all(self, stream: str) -> list[Recorded]:
        """Every fact of one stream, in order."""
        return self._reading.whole_stream(stream)

    def follow(self, after: int, limit: int) -> list[Recorded]:
        """Facts after a position up to the stable position, in order; at most `limit` of them."""
        return self._reading.recorded_after(after, self.stable_position(), limit)

    def replay(self, after: int = 0, upto: int | None = None, *, page: int = PAGE) -> Iterator[list[Recorded]]:
        """Facts after a position, in order, page by page up to the stable position, or to `upto` if that is earlier.

        At most two pages are in memory, however many facts there are.
        """
        stable = self.stable_position()
        return self._reading.replayed(after, stable if upto is None else min(upto, stable), page)

    def stored(self, after: int, upto: int, limit: int) -> list[StoredFact]:
        """At most `limit` facts as stored bytes, in order, after a position and up to `upto`, which is stable."""
        return self._reading.stored_after(after, upto, limit)

    def stored_pages(self, after: int, upto: int) -> Iterator[list[StoredFact]]:
        """All facts at positions above `after` and at most `upto`, as stored bytes; at most two pages are in memory."""
        return self._reading.stored_pages(after, upto, PAGE)

    def stable_position(self) -> int:
        """The stable position: the last end of a save at or below which no new fact can appear."""
        with available():
            return self.recorder.stable_position()

    def settle(self, patience_s: float = SETTLING) -> None:
        """Wait until everything that was recorded is stable; the caller holds a lock with which nobody else can save.

        A writer's locks are released one by one after its commit, so for a moment its facts may not be stable although
        the caller already has the lock. Raises NoTurn.
        """
        last = int(self._fetch(LAST, ())[0][0])
        deadline = time.monotonic() + patience_s
        while self.stable_position() < last:
            if time.monotonic() > deadline:
                raise NoTurn("a writer does not come to its end")
            time.sleep(_PAUSE)

    def hold_stable(self, position: int) -> None:
        """Treat as stable a position that another reader saw as stable, so that both readers see the same facts."""
        self.recorder.hold_stable(min(position, self.last_drawn()))

    def last_drawn(self) -> int:
        """The last position drawn by any writer; no recorded fact is beyond it."""
        return int(self._fetch(DRAWN, ())[0][0])

    def end_of_save(self, position: int) -> int:
        """The last position, at or before a stable one, that is inside no command's save."""
        return int(self._fetch(END_OF_SAVE, (position,))[0][0])

    def log_position(self, at: datetime) -> int:
        """Log which position is stable at a given time, so that `known_at` can be resolved later; returns the position.

        First, ends every writer that has long been stuck in a bulk save, because readers cannot read beyond an
        unfinished save. A time is logged only if it is after the last logged time.
        """
        with available():
            self.recorder.end_stalled_writers()
        position = self.stable_position()
        self._fetch(LOG, (at, position))
        return position

    def position_at(self, at: datetime) -> int:
        """The last stable position that was logged at or before a time (with its zone); 0 if there is none.

        If an earlier version of the program logged a position inside a save, the end of a save before it is returned.
        Raises NotYetSettled for a time after the last logged one, because a running job could still log a time in
        between.
        """
        ((position, last),) = self._fetch(POSITION_AT, (at,))
        if last is None:
            raise NotYetSettled(
                "no time has been logged yet; give a position, or try again when something has been recorded"
            )
        if at > last:
            raise NotYetSettled(
                f"what was known then can still change: the last logged time is {last.astimezone(UTC).isoformat()}; "
                "give that time, an earlier one, or a position"
            )
        return int(position)

    def marks(self, keys: Collection[str]) -> dict[str, CommandMark]:
        """The marks of earlier commands, by idempotency key; there is none of a key that no database can hold."""
        rows = self._fetch(MARKS, (possible,)) if (possible := [one for one in keys if one.isprintable()]) else []
        return {row[0]: CommandMark(*row) for row in rows}

    def close(self) -> None:
        """Close all connections."""
        if self._arrow is not None:
            self._arrow.close()
        self.recorder.datastore.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _holding(self, connection: Connection[Any]) -> Iterator[None]:
        """Let all reads of this thread use this connection during the block.

        If a transaction is open on the connection, the reads belong to that transaction; otherwise the only effect is
        that no second connection is needed.
        """
        before = getattr(self._held, "connection", None)
        self._held.connection = connection
        try:
            yield
        finally:
            self._held.connection = before

    def _fetch(self, statement: str, parameters: Sequence[object]) -> list[Row]:
        held = getattr(self._held, "connection", None)
        statements = self.recorder.statements
        if held is not None:
            return statements.run(held, statement, parameters)
        with available(), self.recorder.datastore.get_connection() as connection:
            return statements.run(connection, statement, parameters)


def open_journal(url: str, entity: str, catalogue: Catalogue = CATALOGUE) -> Journal:
    """The journal of an entity at a libpq URL; the URL's database role decides whether it may write."""
    with available():
        datastore = datastore_for(url, entity)
        datastore.connect()
        codec = CODEC if catalogue is CATALOGUE else Codec(catalogue)
        return Journal(JournalRecorder(datastore), codec, ArrowPages(url, entity))
