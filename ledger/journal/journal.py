"""One legal entity's journal: append a batch, read streams, follow in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Lock, local
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg import Connection

from ledger.domain.catalogue import CATALOGUE, Catalogue
from ledger.domain.fact import Fact
from ledger.journal.codec import CODEC, Codec
from ledger.journal.prepared import Row
from ledger.journal.reading import Reading
from ledger.journal.recorded import Addition, CommandMark, Recorded, StoredFact
from ledger.journal.recorder import JournalRecorder, datastore_for
from ledger.journal.replaying import PAGE, ArrowPages
from ledger.journal.turns import Conflict, JournalUnavailable, NoTurn, answered, available, begin
from ledger.journal.waits import bounded

__all__ = ["Conflict", "Journal", "JournalUnavailable", "NoTurn", "open_journal"]


class NotYetSettled(ValueError):
    """A time of which it is not certain yet what was known then."""


class Writing:
    """What one writer reads and appends on one connection; without turns every append is its own transaction."""

    def __init__(self, journal: Journal, connection: Connection[Any]) -> None:
        self._appending = Lock()
        self._over = False
        self.marks = journal.marks
        self.facts = journal.facts
        self._recorder = journal.recorder
        self._connection = connection

    def append(self, additions: Sequence[Addition], marks: Sequence[CommandMark] = ()) -> Sequence[int]:
        """Append all or nothing; the positions, rising. What has taken turns is recorded once its turn ends."""
        with self._appending:
            if self._over:
                raise JournalUnavailable("the writing has ended; nothing of this is recorded")
            return self._recorder.append_on(self._connection, additions, marks)

    def end(self) -> None:
        """Wait for a thread that still appends; nothing is appended afterwards.

        Whoever interrupts this waits, too: were the connection given up under that thread, what is rolled back here
        would be recorded there.
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
        self._held = local()
        self._arrow = arrow
        self._reading = Reading(self._fetch, codec, arrow)

    def append(self, additions: Sequence[Addition], marks: Sequence[CommandMark] = ()) -> Sequence[int]:
        """Append all or nothing; the positions, rising. Raises Conflict or JournalUnavailable."""
        with self.writing() as writing:
            return writing.append(additions, marks)

    @contextmanager
    def writing(self, turns: Collection[str] = (), whole: bool = False) -> Iterator[Writing]:
        """One connection to read and append on; leaving it commits, an exception leaves nothing recorded.

        With `turns`, streams that many writers want at once, this waits for them and holds them until the
        commit. Without them and not `whole`, each append is a transaction of its own, and a single round trip.
        Raises Conflict, of that NoTurn where the wait was too long, and JournalUnavailable.
        """
        with answered(), self.recorder.datastore.get_connection() as connection, self._holding(connection):
            try:
                if turns or whole:
                    begin(connection, self.schema, turns)
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
        """Facts by stream, in order; of long streams whose newest fact is enough, that one alone."""
        return self._reading.streams(streams)

    def facts(self, streams: Collection[str]) -> list[tuple[str, int, Fact]]:
        """The same facts without what is around them: stream, version and fact, each stream's in order."""
        return self._reading.facts(streams)

    def read_all(self, stream: str) -> list[Recorded]:
        """Every fact of one stream, in order."""
        return self._reading.whole_stream(stream)

    def follow(self, after: int, limit: int) -> list[Recorded]:
        """Facts after a position, in order, up to the stable position and at most `limit` of them."""
        return self._reading.recorded_after(after, self.stable_position(), limit)

    def replay(self, after: int = 0, upto: int | None = None, *, page: int = PAGE) -> Iterator[list[Recorded]]:
        """Facts after a position, in order, page by page up to the stable position, or to `upto` when that is earlier.

        Two pages are in memory at a time, however many facts there are.
        """
        stable = self.stable_position()
        return self._reading.replayed(after, stable if upto is None else min(upto, stable), page)

    def stored(self, after: int, upto: int, limit: int) -> list[StoredFact]:
        """Facts as their bytes are stored, in order: after a position, up to a stable one, at most `limit`."""
        return self._reading.stored_after(after, upto, limit)

    def stored_pages(self, after: int, upto: int) -> Iterator[list[StoredFact]]:
        """The same, all of them page by page; two pages are in memory at a time."""
        return self._reading.stored_pages(after, upto, PAGE)

    def stable_position(self) -> int:
        """The position up to which nothing can still appear."""
        with available():
            return self.recorder.stable_position()

    def hold_stable(self, position: int) -> None:
        """Take a position for stable that somebody was told is: what is read would else differ by reader."""
        self.recorder.hold_stable(min(position, self.last_drawn()))

    def last_drawn(self) -> int:
        """The last position that any writer was given; no fact that was recorded lies beyond it."""
        return int(self._fetch(_DRAWN, ())[0][0])

    def log_position(self, at: datetime) -> int:
        """Note which position is stable at a time, so that `known_at` can be asked for later; the position.

        A time that was noted already, or one before it, is not noted. A writer that began a bulk save long ago and
        was stopped in the middle of it is ended first, as nobody could read beyond it.
        """
        with available():
            self.recorder.end_stalled_writers()
        position = self.stable_position()
        self._fetch(_LOG, (at, position))
        return position

    def position_at(self, at: datetime) -> int:
        """The last stable position logged at or before a time (aware); 0 where none was.

        Raises NotYetSettled for a time after the last one logged: a job at work may still log one before it.
        """
        ((position, last),) = self._fetch(_POSITION_AT, (at,))
        if last is None:
            raise NotYetSettled("no moment has been noted yet; ask for a position, or again once something is recorded")
        if at > last:
            raise NotYetSettled(
                f"what was known then can still change: the last moment noted is {last.astimezone(UTC).isoformat()}; "
                "ask for that or an earlier one, or for a position"
            )
        return int(position)

    def marks(self, keys: Collection[str]) -> dict[str, CommandMark]:
        """What is remembered of commands, by idempotency key."""
        rows = self._fetch(_MARKS, (list(keys),)) if keys else []
        return {row[0]: CommandMark(*row) for row in rows}

    def close(self) -> None:
        """Give all connections back."""
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
        """What this thread reads meanwhile goes through the same connection: it is one transaction's, or one's less."""
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
    """The journal of an entity at a libpq URL, for writing or reading as the URL's role may."""
    with available():
        # A pool would try again until its time is up; one plain connection says at once what is wrong.
        psycopg.connect(**bounded(url)).close()
        codec = CODEC if catalogue is CATALOGUE else Codec(catalogue)
        return Journal(JournalRecorder(datastore_for(url, entity)), codec, ArrowPages(url, entity))


# A clock that went back or stood still, or a job run again for an earlier day, must not change what was known when.
_LOG: Final = """
INSERT INTO {schema}.watermarks (logged_at, position)
SELECT given.at, given.position FROM (VALUES (%b::timestamptz, %b::bigint)) AS given (at, position)
WHERE NOT EXISTS (SELECT 1 FROM {schema}.watermarks WHERE logged_at >= given.at)
ON CONFLICT DO NOTHING
"""
_DRAWN: Final = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {schema}.events_position"
_POSITION_AT: Final = """
SELECT (SELECT coalesce(max(position), 0) FROM {schema}.watermarks WHERE logged_at <= %b::timestamptz),
    (SELECT max(logged_at) FROM {schema}.watermarks)
"""
_MARKS: Final = "SELECT key, digest, first_position, last_position FROM {schema}.commands WHERE key = ANY(%b)"
