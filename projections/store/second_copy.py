"""A second copy of the read tables beside the live ones: created empty, and swapped with them in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from time import sleep
from typing import Final

import psycopg
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from projections.read_models.registry import MODELS
from projections.store.definitions import POSITION, VERSIONS, Location, definition, index_names

# How many times a swap tries to lock out readers (for half a second each time), and for how many seconds readers run
# undisturbed between two tries.
TRIES: Final = 60
PAUSE: Final = 0.2


def make(connection: psycopg.Connection[TupleRow], live: Location, copy: Location) -> None:
    """Create this program's empty tables beside the live ones, after dropping the remains of an earlier copy.

    They get the rights of the live position table. Each also gets the rights that were granted by hand on the live
    table of which it is a copy.
    """
    with connection.transaction():
        drop(connection, copy)
        begin(connection, live, copy)
        for model in MODELS:
            connection.execute(definition(model, copy).encode())
        _grant(connection, live, copy)


def begin(connection: psycopg.Connection[TupleRow], live: Location, copy: Location) -> None:
    """Create the table with the position, at the journal's beginning."""
    shape = SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS)")
    connection.execute(shape.format(copy.table(POSITION), live.table(POSITION)))
    start = SQL("INSERT INTO {} (position, versions) VALUES (0, %s)").format(copy.table(POSITION))
    connection.execute(start, (Jsonb(dict(VERSIONS)),))


def hold_followers(connection: psycopg.Connection[TupleRow], live: Location) -> None:
    """Make followers of the live tables wait until the transaction ends; readers continue."""
    connection.execute(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(live.table(POSITION)))


def swap(connection: psycopg.Connection[TupleRow], live: Location, copy: Location) -> None:
    """Replace the live tables with the copy, within the caller's transaction.

    The swap and the readers wait for each other only while the names change. Raises LockNotAvailable if some reader
    never finishes.
    """
    gone = there(connection, live)
    _wait_for_readers(connection, live, gone)
    for table in gone:
        connection.execute(SQL("DROP TABLE {}").format(live.table(table)))
    for model in MODELS:
        rename = SQL("ALTER TABLE {} RENAME TO {}")
        connection.execute(rename.format(copy.table(model.table), Identifier(model.table)))
        for made, name in zip(index_names(model, copy), index_names(model, live), strict=True):
            rename = SQL("ALTER INDEX {} RENAME TO {}")
            connection.execute(rename.format(Identifier(live.schema, made), Identifier(name)))
    reached = SQL("UPDATE {} SET (position, versions) = (SELECT position, versions FROM {})")
    connection.execute(reached.format(live.table(POSITION), copy.table(POSITION)))
    connection.execute(SQL("DROP TABLE {}").format(copy.table(POSITION)))


def there(connection: psycopg.Connection[TupleRow], location: Location) -> list[str]:
    """Of the read tables that a position table lists, those that exist, whichever program version created them."""
    if not _is_there(connection, location, POSITION):
        return []
    query = SQL("SELECT jsonb_object_keys(versions) FROM {} ORDER BY 1").format(location.table(POSITION))
    noted = [row[0] for row in connection.execute(query)]
    return [table for table in noted if _is_there(connection, location, table)]


def drop(connection: psycopg.Connection[TupleRow], copy: Location) -> None:
    """Drop a copy, or whatever exists of it."""
    for table in there(connection, copy):
        connection.execute(SQL("DROP TABLE {}").format(copy.table(table)))
    connection.execute(SQL("DROP TABLE IF EXISTS {}").format(copy.table(POSITION)))


def _is_there(connection: psycopg.Connection[TupleRow], location: Location, table: str) -> bool:
    # The session's own schema does not exist until the session creates a table in it; that is not an error.
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (_full_name(location, table),)).fetchone()
    return row is not None and bool(row[0])


def _wait_for_readers(connection: psycopg.Connection[TupleRow], live: Location, tables: Sequence[str]) -> None:
    """Lock all live tables at a moment when nobody reads them.

    Each attempt ends before the database would search for deadlocks, because that search could cancel a reader.
    """
    if not tables:
        return
    lock = SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(SQL(", ").join(map(live.table, tables)))
    for attempt in range(1, TRIES + 1):
        try:
            with connection.transaction():
                connection.execute("SET LOCAL lock_timeout TO '500ms'")
                connection.execute(lock)
                return
        except LockNotAvailable:
            if attempt == TRIES:
                raise
            sleep(PAUSE)


def _grant(connection: psycopg.Connection[TupleRow], live: Location, copy: Location) -> None:
    of_position = _rights(connection, live, POSITION)
    for model in MODELS:
        for grantee, right in sorted(of_position | _rights(connection, live, model.table)):
            query = SQL("GRANT {} ON {} TO {}")
            connection.execute(query.format(SQL(right), copy.table(model.table), Identifier(grantee)))


def _rights(connection: psycopg.Connection[TupleRow], live: Location, table: str) -> set[tuple[str, str]]:
    query = """
        SELECT roles.rolname, rights.privilege_type
        FROM pg_class AS tables
        CROSS JOIN LATERAL aclexplode(tables.relacl) AS rights
        JOIN pg_roles AS roles ON roles.oid = rights.grantee
        WHERE tables.oid = to_regclass(%s) AND rights.grantee <> tables.relowner
    """
    return {(row[0], row[1]) for row in connection.execute(query, (_full_name(live, table),))}


def _full_name(location: Location, table: str) -> str:
    return f'"{location.schema}"."{table}{location.suffix}"'
