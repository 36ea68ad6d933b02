"""A second copy of the read tables beside the live ones: made empty, and swapped for them in one transaction."""

from __future__ import annotations

from time import sleep
from typing import Final

import psycopg
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from projections.store.read_tables import POSITION, TABLES, Place

# How often a swap asks readers to let go, half a second each, and how long they have to themselves in between.
TRIES: Final = 60
PAUSE: Final = 0.2

_OLD: Final = "_old"


def make_next(connection: psycopg.Connection[TupleRow], live: Place, rebuilt: Place) -> None:
    """Empty copies in the schema, with the live tables' indexes, comments and rights; those of a rebuild that
    was cut off are dropped first."""
    with connection.transaction():
        drop(connection, rebuilt)
        for table in TABLES:
            _like(connection, SQL("CREATE TABLE"), live, rebuilt, table)
            for grantee, right in _rights(connection, live, table):
                connection.execute(
                    SQL("GRANT {} ON {} TO {}").format(SQL(right), rebuilt.table(table), Identifier(grantee))
                )
        _start(connection, rebuilt)


def make_temporary(connection: psycopg.Connection[TupleRow], live: Place, rebuilt: Place) -> None:
    """Empty copies that only this session sees and that end with it."""
    for table in TABLES:
        _like(connection, SQL("CREATE TEMPORARY TABLE"), live, rebuilt, table)
    _start(connection, rebuilt)


def hold_followers(connection: psycopg.Connection[TupleRow], live: Place) -> None:
    """Let followers of the live tables wait until the transaction ends; readers go on."""
    connection.execute(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(live.table(POSITION)))


def swap(connection: psycopg.Connection[TupleRow], live: Place, rebuilt: Place) -> None:
    """Put the rebuilt tables in the live ones' place and drop those; within the caller's transaction.

    Readers wait for it, and it for them, only while the names change. Raises LockNotAvailable when some
    reader never lets go.
    """
    _wait_for_readers(connection, live)
    for table in TABLES:
        names = _indexes(connection, live, table)
        rename = SQL("ALTER TABLE {} RENAME TO {}")
        connection.execute(rename.format(live.table(table), Identifier(table + _OLD)))
        connection.execute(rename.format(rebuilt.table(table), Identifier(table)))
        connection.execute(SQL("DROP TABLE {}").format(Identifier(live.schema, table + _OLD)))
        for definition, made in _indexes(connection, live, table).items():
            query = SQL("ALTER INDEX {} RENAME TO {}")
            connection.execute(query.format(Identifier(live.schema, made), Identifier(names[definition])))


def _wait_for_readers(connection: psycopg.Connection[TupleRow], live: Place) -> None:
    """Take all live tables at a moment when nobody reads them.

    Each try ends before the database would look for a deadlock and choose a reader as its victim.
    """
    lock = SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(SQL(", ").join(map(live.table, TABLES)))
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


def count(connection: psycopg.Connection[TupleRow], live: Place) -> None:
    """Let the planner know how many rows there are now, instead of some time later by itself."""
    connection.execute(SQL("ANALYZE {}").format(SQL(", ").join(map(live.table, TABLES))))


def drop(connection: psycopg.Connection[TupleRow], rebuilt: Place) -> None:
    """Drop a copy, as far as it is there."""
    for table in TABLES:
        connection.execute(SQL("DROP TABLE IF EXISTS {}").format(rebuilt.table(table)))


def _like(connection: psycopg.Connection[TupleRow], create: SQL, live: Place, rebuilt: Place, table: str) -> None:
    connection.execute(SQL("{} {} (LIKE {} INCLUDING ALL)").format(create, rebuilt.table(table), live.table(table)))


def _start(connection: psycopg.Connection[TupleRow], rebuilt: Place) -> None:
    connection.execute(SQL("INSERT INTO {} (position) VALUES (0)").format(rebuilt.table(POSITION)))


def _rights(connection: psycopg.Connection[TupleRow], live: Place, table: str) -> list[tuple[str, str]]:
    query = """
        SELECT roles.rolname, rights.privilege_type
        FROM pg_class AS tables
        CROSS JOIN LATERAL aclexplode(tables.relacl) AS rights
        JOIN pg_roles AS roles ON roles.oid = rights.grantee
        WHERE tables.oid = to_regclass(%s) AND rights.grantee <> tables.relowner
    """
    return [(row[0], row[1]) for row in connection.execute(query, (f'"{live.schema}"."{table}"',))]


def _indexes(connection: psycopg.Connection[TupleRow], live: Place, table: str) -> dict[str, str]:
    """The indexes of a table, name by definition: a copy's have names of the database's making."""
    query = """
        SELECT substring(indexdef FROM ' USING .*'), indexname FROM pg_indexes
        WHERE schemaname = %s AND tablename = %s
    """
    return {row[0]: row[1] for row in connection.execute(query, (live.schema, table))}
