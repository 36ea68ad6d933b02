"""Keeping archived years: which files there are, whether they are sound, and where they are when they were moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from ledger.journal.archived import FILES, ArchivedFactsUnreadable, ArchivedFile, compared
from ledger.journal.fact_files import places_in
from ledger.journal.locks import alone
from ledger.journal.turns import available
from ledger.journal.waits import Waits, bounded


class ArchivingRefused(Exception):
    """Facts that may not be archived, or not now; everything is as it was, or archived up to a whole file."""


def archived_files(url: str, entity: str) -> list[ArchivedFile]:
    """The files of archived facts, in order, as the books know them."""
    with as_owner(url) as connection:
        return files_of(connection, entity)


def check_file(url: str, entity: str, file: ArchivedFile) -> None:
    """Raises ArchivedFactsUnreadable where a file is not what was archived, or the books place its facts elsewhere."""
    compared(file)
    with as_owner(url) as connection, connection.transaction():
        misplaced = _misplaced(connection, entity, file)
    if misplaced is not None:
        raise ArchivedFactsUnreadable(
            f"{file.path} is what was archived, but the books name other places of its facts in archived_streams, "
            f"first of {misplaced}; restore that table from a backup"
        )


def _misplaced(connection: Connection[TupleRow], entity: str, file: ArchivedFile) -> str | None:
    """The first stream whose archived facts are elsewhere than the books say, by name."""
    streams, versions, positions = places_in(file.path)
    at = 0
    with connection.cursor("archived_places") as cursor:
        cursor.execute(SQL(_PLACES).format(schema=Identifier(entity)), (file.last,) * 3)
        while rows := cursor.fetchmany(10_000):
            for stream, last_version, last_position, placed in rows:
                end = at + len(placed)
                here = (streams[at:end], positions[at:end], versions[end - 1 : end])
                told = ([stream] * len(placed), placed, [last_version])
                if not placed or here != told or max(placed) != last_position:
                    return str(min([stream, *streams[at : at + 1]]))
                at = end
    return streams[at] if at < len(streams) else None


def find_again(owner_url: str, entity: str, folder: Path) -> list[ArchivedFile]:
    """Say that the files of archived facts are in another folder now, all of them proven to be; the files."""
    with as_owner(owner_url) as connection, archiving_alone(connection, entity):
        place = folder.resolve()
        moved = [file._replace(file=str(place / file.path.name)) for file in files_of(connection, entity)]
        for file in moved:
            compared(file)
        with connection.transaction():
            for file in moved:
                connection.execute(SQL(_MOVE).format(schema=Identifier(entity)), (file.file, file.last))
        return moved


def files_of(connection: Connection[TupleRow], entity: str) -> list[ArchivedFile]:
    """The same, asked on a connection."""
    return [ArchivedFile(*row) for row in connection.execute(SQL(FILES).format(schema=Identifier(entity)))]


@contextmanager
def as_owner(url: str) -> Iterator[Connection[TupleRow]]:
    """A connection that may take its time; raises JournalUnavailable."""
    with available(), psycopg.connect(autocommit=True, **bounded(url, Waits(lock=0, statement=0))) as connection:
        yield connection


def archiving_alone(connection: Connection[Any], entity: str) -> AbstractContextManager[None]:
    """One archive of an entity at a time; raises ArchivingRefused for the second."""
    taken = ArchivingRefused(f"facts of {entity} are being archived already; wait until that has ended")
    return alone(connection, entity, "archiving", taken)


_MOVE: Final = "UPDATE {schema}.archived_facts SET file = %s WHERE last_position = %s"
# Of a file all that is placed after the file before it, and of the last file all that is placed beyond it.
_PLACES: Final = """
SELECT stream, last_version, last_position, positions FROM {schema}.archived_streams
WHERE last_position > (SELECT coalesce(max(last_position), 0) FROM {schema}.archived_facts WHERE last_position < %s)
    AND (last_position <= %s OR NOT EXISTS (SELECT FROM {schema}.archived_facts WHERE last_position > %s))
ORDER BY stream, last_version
"""
