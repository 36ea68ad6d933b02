"""Archiving closed years: facts move from the live table into files; each file is checked before facts are deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import psycopg
from psycopg import Connection, errors
from psycopg.rows import TupleRow, tuple_row
from psycopg.sql import SQL, Identifier

from ledger.disk import make_folder
from ledger.journal.archive_files import ArchivingRefused, archiving_alone, as_owner, files_of
from ledger.journal.archived_years import ArchivedFile, compared
from ledger.journal.fact_files import ROW_GROUP, FactFile, FactFileBroken, OpenFactFile, sha256_of, write_facts
from ledger.journal.migrations_archive import TRIGGER
from ledger.journal.recorded_facts import StoredFact

# Facts per file, about a million: each file takes a few seconds and one transaction.
FACTS_A_FILE: Final = 64 * ROW_GROUP

# An archive run needs a lock that blocks writers. `_PATIENCE` is how long one attempt to get the lock may make writers
# wait; `_ATTEMPTS` is how many attempts are made.
_PATIENCE: Final = "2s"
_ATTEMPTS: Final = 15

# Checks facts while they are archived; raises if a fact is wrong.
Check = Callable[[Sequence[StoredFact]], None]
# Called after every step, with the number of facts in the current file.
StepDone = Callable[[str, int], None]


class Archived(NamedTuple):
    """The result of an archive run: the last archived position, and the new files."""

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
    step_done: StepDone = lambda step, facts: None,
    most: int = FACTS_A_FILE,
) -> Archived:
    """Move every fact up to a position into files of at most `most` facts each; a second run changes nothing.

    `sealed` is the position of the last checkpoint. Each file is written, read back and compared with the table fact by
    fact; then its facts are deleted from the table in one transaction. If the run stops anywhere, readers still see
    every fact exactly once, and another run continues. Raises ArchivingRefused, ArchivedFactsUnreadable,
    JournalUnavailable, OSError, and whatever `check` raises.
    """
    with as_owner(owner_url) as connection, archiving_alone(connection, entity):
        run = _Run(connection, entity, folder.resolve(), check, step_done, most)
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
        step_done: StepDone,
        most: int,
    ) -> None:
        self.folder = folder
        self._connection = connection
        self._entity = entity
        self._check = check
        self._step_done = step_done
        self._most = most

    def run(self, statement: str, *parameters: object) -> psycopg.Cursor[TupleRow]:
        """Run one SQL statement."""
        return self._connection.execute(SQL(statement).format(schema=Identifier(self._entity)), parameters)

    def files(self) -> list[ArchivedFile]:
        """The files archived so far."""
        return files_of(self._connection, self._entity)

    def refuse_beyond(self, upto: int, sealed: int) -> None:
        """Refuse to archive facts that can still change."""
        row = self.run("SELECT {schema}.stable_position()").fetchone()
        assert row is not None
        if upto > row[0]:
            raise ArchivingRefused(
                f"position {upto} is not stable yet; the stable position is {row[0]}. Wait for open transactions; if "
                f"{upto} was already sealed, run `reskontra verify` instead to find the missing facts"
            )
        if upto > sealed:
            raise ArchivingRefused(
                f"position {upto} is after the last checkpoint, which is at position {sealed}; seal the facts first"
            )

    def next_span(self, upto: int) -> _Span | None:
        """The facts of the next file; if a stopped run has already written that file, exactly the facts in it."""
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
        """Write one file, compare it with the table, and delete its facts from the table."""
        file = self._written(span)
        self._step_done("written", span.facts)
        self._keep_unique()
        self._step_done("guarded", span.facts)
        with self._connection.transaction():
            # One snapshot, so that exactly the compared rows are deleted; if a row was changed meanwhile, the
            # transaction fails.
            self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self._compare(file)
            self._step_done("compared", span.facts)
            self.run(_STREAMS, file.first, file.last)
            self.run(_FACTS, file.first, file.last, file.facts, str(file.path), file.sha256)
            self._step_done("recorded", span.facts)
            deleted = self.run(_DELETE, file.first, file.last).rowcount
            if deleted != file.facts:
                raise ArchivingRefused(f"{deleted} facts would be deleted, but {file.path} contains {file.facts}")
            self._step_done("deleted", span.facts)
        self._step_done("committed", span.facts)
        return ArchivedFile(file.first, file.last, file.facts, str(file.path), file.sha256)

    def _written(self, span: _Span) -> FactFile:
        """The file for these facts: one left by a stopped run, or a new one."""
        path = self.folder / f"{self._entity}-{span.first:015d}-{span.last:015d}.parquet"
        if path.exists():
            return FactFile(path, *span, sha256_of(path))
        make_folder(self.folder)
        with self._connection.transaction():
            return write_facts(path, self._pages(span.first - 1, span.last))

    def _keep_unique(self) -> None:
        """Before the first archive, create the trigger that lets no new fact reuse an archived version or position."""
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
                        "writers keep the table of events locked; run the command again when fewer of them are at work"
                    ) from None

    def _compare(self, file: FactFile) -> None:
        """Raise ArchivingRefused unless the file equals the table, fact by fact."""
        try:
            with OpenFactFile(file.path) as written:
                after, facts = file.first - 1, 0
                for number in range(len(written.groups)):
                    group = written.group(number).between(0, file.last)
                    upto = group[-1].position if group else after
                    hot = [fact for page in self._pages(after, upto) for fact in page]
                    if hot != group:
                        raise FactFileBroken(f"the file differs from the table after position {after}")
                    self._check(group)
                    after, facts = upto, facts + len(group)
                if (written.first, after, facts, written.facts) != (file.first, file.last, file.facts, facts):
                    raise FactFileBroken("the file does not contain exactly the facts to archive")
        except FactFileBroken as broken:
            raise ArchivingRefused(
                f"{file.path} does not match the books: {broken}; move it away and run the command again"
            ) from broken

    def _pages(self, after: int, upto: int) -> Iterator[list[StoredFact]]:
        """The table's facts after position `after`, up to position `upto`, read within a transaction."""
        with self._connection.cursor("archiving", row_factory=tuple_row) as cursor:
            cursor.execute(SQL(_PAGES).format(schema=Identifier(self._entity)), (after, upto), binary=True)
            while rows := cursor.fetchmany(ROW_GROUP):
                yield [StoredFact(*row) for row in rows]

    def give_space_back(self) -> None:
        """Let new facts reuse the space of deleted ones; readers and writers continue meanwhile."""
        self.run("VACUUM (ANALYZE, TRUNCATE false) {schema}.events")
        self.run("ANALYZE {schema}.archived_streams")
        self._step_done("vacuumed", 0)


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
