"""Connects as the owner of the books, and only to a suitable server."""

import psycopg

from infra.postgres.errors import DatabaseUnavailable, ServerUnsuitable
from infra.postgres.urls import masked

OLDEST_SERVER = 150000
CONNECT_TIMEOUT_S = 10


def connect_owner(url: str) -> psycopg.Connection:
    """A connection as owner; each statement is a transaction of its own, except in a `transaction()` block.

    Raises DatabaseUnavailable if the server cannot be reached. Raises ServerUnsuitable if the server is older than 15,
    is read-only, or does not store text in UTF-8.
    """
    try:
        conn = psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S, autocommit=True)
        try:
            _check(conn, masked(url))
        except BaseException:
            conn.close()
            raise
    except psycopg.Error as trouble:
        # psycopg.Error is also raised if the server goes down after the connection is made but before the server's
        # first answer.
        said = " ".join(str(trouble).split())
        raise DatabaseUnavailable(
            f"cannot connect to the database at {masked(url)}: {said}; check that the server is running and, if "
            "RESKONTRA_DATABASE_URL is set, that it has the right server, database and password"
        ) from trouble
    return conn


def version_of(conn: psycopg.Connection) -> tuple[int, int]:
    """The server's major and minor version."""
    return divmod(conn.info.server_version, 10000)


def _check(conn: psycopg.Connection, shown: str) -> None:
    if conn.info.server_version < OLDEST_SERVER:
        major, minor = version_of(conn)
        raise ServerUnsuitable(f"the server at {shown} is PostgreSQL {major}.{minor}; the books need 15 or newer")
    row = conn.execute("SELECT current_setting('server_encoding'), pg_is_in_recovery()").fetchone()
    encoding, standby = row if row is not None else ("unknown", False)
    if encoding != "UTF8":
        raise ServerUnsuitable(
            f"the database at {shown} stores text as {encoding}; the books need a database created with ENCODING 'UTF8'"
        )
    if standby:
        raise ServerUnsuitable(
            f"the server at {shown} is a read-only standby; name the primary in RESKONTRA_DATABASE_URL"
        )
