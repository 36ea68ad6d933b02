"""Archiving closed years: facts leave the hot table for files, each file proven before its facts are deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import psycopg
from psycopg import Connection, errors
from psycopg.rows import TupleRow, tuple_row
from psycopg.sql import SQL, Identifier

from ledger.journal.archive_keeping import ArchivingRefused, archiving_alone, as_owner, files_of
from ledger.journal.archived import ArchivedFile, compared
from ledger.journal.fact_files import ROW_GROUP, FactFile, FactFileBroken, OpenFactFile, sha256_of, write_facts
from ledger.journal.migrations_archive import TRIGGER
from ledger.journal.recorded import StoredFact
from ledger.on_disk import make_folder

# About a million: a few seconds of work, and one transaction, each.
FACTS_A_FILE: Final = 64 * ROW_GROUP

# How long writers may have to wait behind us for the one lock that stops them, and how often that is tried.
_PATIENCE: Final = "2s"
_ATTEMPTS: Final = 15

# Looks at facts as they are archived, and raises where one is not what it should be.
Check = Callable[[Sequence[StoredFact]], None]
# Told of every step as it is done, and the number of facts of the file in work.
Told = Callable[[str, int], None]


class Archived(NamedTuple):
    """What an archive run did: how far the archive reaches now, and the files that it made."""

    reach: int
    files: tuple[ArchivedFile, ...]


def archive(
    owner_url: str,
    entity: str,
    folder: Path,
    upto: int,
    sealed: int,
    *,
    check: Check = lambda facts: None,
    told: Told = lambda step, facts: None,
    most: int = FACTS_A_FILE,
) -> Archived:
    """Move every fact up to a position into files of a folder, at most `most` facts each; again does nothing.

    `sealed` is the position of the last signed checkpoint. A file is written, read back and compared with the table
    fact by fact, then its facts leave the table in one transaction; stopped anywhere, every fact is read once, and
    the same again goes on. Raises ArchivingRefused, ArchivedFactsUnreadable, JournalUnavailable, OSError, and
    what `check` raises.
    """
    with as_owner(owner_url) as connection, archiving_alone(connection, entity):
        run = _Run(connection, entity, folder.resolve(), check, told, most)
        run.refuse_beyond(upto, sealed)
        for file in run.files():
            compared(file)
        made: list[ArchivedFile] = []
        while span := run.next_span(upto):
            made.append(run.move(span))
        if made:
            run.give_space_back()
        files = run.files()
        return Archived(files[-1].last if files else 0, tuple(made))


class _Span(NamedTuple):
    """The facts of the next file."""

    first: int
    last: int
    facts: int


class _Run:
    def __init__(
        self,
        connection: Connection[TupleRow],
        entity: str,
        folder: Path,
        check: Check,
        told: Told,
        most: int,
    ) -> None:
        self.folder = folder
        self._connection = connection
        self._entity = entity
        self._check = check
        self._told = told
        self._most = most

    def run(self, statement: str, *parameters: object) -> psycopg.Cursor[TupleRow]:
        """One statement."""
        return self._connection.execute(SQL(statement).format(schema=Identifier(self._entity)), parameters)

    def files(self) -> list[ArchivedFile]:
        """What is archived."""
        return files_of(self._connection, self._entity)

    def refuse_beyond(self, upto: int, sealed: int) -> None:
        """Only what nothing can still change is archived."""
        row = self.run("SELECT {schema}.stable_position()").fetchone()
        assert row is not None
        if upto > row[0]:
            raise ArchivingRefused(
                f"position {upto} is not stable, only {row[0]} is; wait until the transactions that are open end, or, "
                "where it was sealed already, find out by `reskontra verify` which facts are missing"
            )
        if upto > sealed:
            raise ArchivingRefused(
                f"position {upto} lies after the last signed checkpoint, which is at {sealed}; seal the facts first"
            )

    def next_span(self, upto: int) -> _Span | None:
        """The facts of the next file; one that was written already, and no more than that, is gone on with."""
        files = self.files()
        reach = files[-1].last if files else 0
        first, last, facts = self._span(reach, upto)
        if not facts:
            return None
        for path in self.folder.glob(f"{self._entity}-{first:015d}-*.parquet"):
            written = int(path.stem.rpartition("-")[2])
            if written <= upto:
                return _Span(*self._span(reach, written))
        return _Span(first, last, facts)

    def _span(self, after: int, upto: int) -> TupleRow:
        row = self.run(_SPAN, after, upto, self._most).fetchone()
        assert row is not None
        return row

    def move(self, span: _Span) -> ArchivedFile:
        """One file: written, compared, and its facts deleted."""
        file = self._written(span)
        self._told("written", span.facts)
        self._keep_unique()
        self._told("guarded", span.facts)
        with self._connection.transaction():
            # One snapshot: what was compared is what is deleted, and a row changed since makes it fail.
            self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self._compare(file)
            self._told("compared", span.facts)
            self.run(_STREAMS, file.first, file.last)
            self.run(_FACTS, file.first, file.last, file.facts, str(file.path), file.sha256)
            self._told("recorded", span.facts)
            deleted = self.run(_DELETE, file.first, file.last).rowcount
            if deleted != file.facts:
                raise ArchivingRefused(f"{deleted} facts would leave the books for {file.facts} of {file.path}")
            self._told("deleted", span.facts)
        self._told("committed", span.facts)
        return ArchivedFile(file.first, file.last, file.facts, str(file.path), file.sha256)

    def _written(self, span: _Span) -> FactFile:
        """The file of these facts: one that is there already, of a run that was stopped, or a new one."""
        path = self.folder / f"{self._entity}-{span.first:015d}-{span.last:015d}.parquet"
        if path.exists():
            return FactFile(path, *span, sha256_of(path))
        make_folder(self.folder)
        with self._connection.transaction():
            return write_facts(path, self._pages(span.first - 1, span.last))

    def _keep_unique(self) -> None:
        """The trigger that keeps archived places taken, before there is the first of them."""
        if self.run(_HAS_TRIGGER, f'"{self._entity}".events').fetchone() is not None:
            return
        for attempt in range(_ATTEMPTS):
            try:
                with self._connection.transaction():
                    self.run(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
                    self.run(TRIGGER)
                return
            except errors.LockNotAvailable:
                if attempt == _ATTEMPTS - 1:
                    raise ArchivingRefused(
                        "writers keep the table of events busy; run the same again when there is less to do"
                    ) from None

    def _compare(self, file: FactFile) -> None:
        """Raises ArchivingRefused where the file is not what the table holds, fact by fact."""
        try:
            with OpenFactFile(file.path) as written:
                after, facts = file.first - 1, 0
                for number in range(len(written.groups)):
                    group = written.group(number).between(0, file.last)
                    upto = group[-1].position if group else after
                    hot = [fact for page in self._pages(after, upto) for fact in page]
                    if hot != group:
                        raise FactFileBroken(f"it differs from the books after position {after}")
                    self._check(group)
                    after, facts = upto, facts + len(group)
                if (written.first, after, facts, written.facts) != (file.first, file.last, file.facts, facts):
                    raise FactFileBroken("it does not hold the facts that it should")
        except FactFileBroken as broken:
            raise ArchivingRefused(
                f"{file.path} is not what the books hold: {broken}; move it away, and run the same again"
            ) from broken

    def _pages(self, after: int, upto: int) -> Iterator[list[StoredFact]]:
        """The table's facts after a position and up to another; within a transaction."""
        with self._connection.cursor("archiving", row_factory=tuple_row) as cursor:
            cursor.execute(SQL(_PAGES).format(schema=Identifier(self._entity)), (after, upto), binary=True)
            while rows := cursor.fetchmany(ROW_GROUP):
                yield [StoredFact(*row) for row in rows]

    def give_space_back(self) -> None:
        """Let new facts take the place of those that left; readers and writers go on meanwhile."""
        self.run("VACUUM (ANALYZE, TRUNCATE false) {schema}.events")
        self.run("ANALYZE {schema}.archived_streams")
        self._told("vacuumed", 0)


_SPAN: Final = (
    "SELECT coalesce(min(position), 0), coalesce(max(position), 0), count(*) FROM (SELECT notification_id AS position"
    " FROM {schema}.events WHERE notification_id > %s AND notification_id <= %s ORDER BY 1 LIMIT %s) AS next"
)
_PAGES: Final = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.events"
    " WHERE notification_id > %s AND notification_id <= %s ORDER BY notification_id"
)
_HAS_TRIGGER: Final = "SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'archived_stays_unique'"
_STREAMS: Final = """
INSERT INTO {schema}.archived_streams (stream, last_version, last_position, positions)
SELECT originator_id, max(originator_version), max(notification_id),
    array_agg(notification_id ORDER BY originator_version)
FROM {schema}.events WHERE notification_id BETWEEN %s AND %s GROUP BY originator_id
"""
_FACTS: Final = """
INSERT INTO {schema}.archived_facts (first_position, last_position, facts, file, sha256) VALUES (%s, %s, %s, %s, %s)
"""
_DELETE: Final = "DELETE FROM {schema}.events WHERE notification_id BETWEEN %s AND %s"
