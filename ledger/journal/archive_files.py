"""The files of archived years: listing them, checking them, and registering a new folder for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from ledger.journal.archived_years import FILES, ArchivedFactsUnreadable, ArchivedFile, compared
from ledger.journal.fact_files import places_in
from ledger.journal.locks import alone
from ledger.journal.turns import available
from ledger.journal.waits import Waits, bounded


class ArchivingRefused(Exception):
    """Facts must not be archived now. Nothing was changed, unless the run had already archived some complete files."""


def archived_files(url: str, entity: str) -> list[ArchivedFile]:
    """The files of archived facts that the books list, in order."""
    with as_owner(url) as connection:
        return files_of(connection, entity)


def check_file(url: str, entity: str, file: ArchivedFile) -> None:
    """Raise ArchivedFactsUnreadable if a file was changed, or if its facts' positions are not those in the books."""
    compared(file)
    with as_owner(url) as connection, connection.transaction():
        misplaced = _misplaced(connection, entity, file)
    if misplaced is not None:
        raise ArchivedFactsUnreadable(
            f"{file.path} is unchanged, but the table archived_streams gives its facts other positions than the file "
            f"does; the first stream that differs is {misplaced}; restore that table from a backup"
        )


def _misplaced(connection: Connection[TupleRow], entity: str, file: ArchivedFile) -> str | None:
    """The first stream, in order of name, whose archived facts are not at the positions that the books give."""
    streams, versions, positions = places_in(file.path)
    at = 0
    with connection.cursor("archived_places") as cursor:
        cursor.execute(SQL(_PLACES).format(schema=Identifier(entity)), (file.last,) * 3)
        while rows := cursor.fetchmany(10_000):
            for stream, last_version, last_position, placed in rows:
                end = at + len(placed)
                here = (streams[at:end], positions[at:end], versions[end - 1 : end])
                expected = ([stream] * len(placed), placed, [last_version])
                if not placed or here != expected or max(placed) != last_position:
                    return str(min([stream, *streams[at : at + 1]]))
                at = end
    return streams[at] if at < len(streams) else None


def find_again(owner_url: str, entity: str, folder: Path) -> list[ArchivedFile]:
    """Register a new folder for the files of archived facts, after checking all files in it; returns the files."""
    with as_owner(owner_url) as connection, archiving_alone(connection, entity):
        target = folder.resolve()
        moved = [file._replace(file=str(target / file.path.name)) for file in files_of(connection, entity)]
        for file in moved:
            compared(file)
        with connection.transaction():
            for file in moved:
                connection.execute(SQL(_MOVE).format(schema=Identifier(entity)), (file.file, file.last))
        return moved


def files_of(connection: Connection[TupleRow], entity: str) -> list[ArchivedFile]:
    """The files of archived facts, looked up over the given connection."""
    return [ArchivedFile(*row) for row in connection.execute(SQL(FILES).format(schema=Identifier(entity)))]


@contextmanager
def as_owner(url: str) -> Iterator[Connection[TupleRow]]:
    """A connection of the database's owner, without a time limit; raises JournalUnavailable."""
    with available(), psycopg.connect(autocommit=True, **bounded(url, Waits(lock=0, statement=0))) as connection:
        yield connection


def archiving_alone(connection: Connection[Any], entity: str) -> AbstractContextManager[None]:
    """Allow only one archive run of an entity at a time; raises ArchivingRefused for a second one."""
    taken = ArchivingRefused(f"another process is archiving facts of {entity}; wait until it has ended")
    return alone(connection, entity, "archiving", taken)


_MOVE: Final = "UPDATE {schema}.archived_facts SET file = %s WHERE last_position = %s"
# The rows that belong to one file: from after the last position of the previous file up to the last position of this
# file. For the newest file there is no upper limit.
_PLACES: Final = """
SELECT stream, last_version, last_position, positions FROM {schema}.archived_streams
WHERE last_position > (SELECT coalesce(max(last_position), 0) FROM {schema}.archived_facts WHERE last_position < %s)
    AND (last_position <= %s OR NOT EXISTS (SELECT FROM {schema}.archived_facts WHERE last_position > %s))
ORDER BY stream, last_version
"""
