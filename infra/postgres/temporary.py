"""An entity that exists only for a while; its schema and roles are dropped at the end, even after an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from infra.postgres import database_roles
from infra.postgres.errors import DatabaseUnavailable
from infra.postgres.owner import connect_owner
from infra.settings import GROUP_SCHEMA, entity_code
from ledger.journal.locks import alone

# Marks a schema that may be dropped; the name of a schema alone never says so.
_MARK: Final = "reskontra: temporary"
_WAIT_FOR_TABLE: Final = "10s"


@contextmanager
def temporary_entity(owner_url: str, entity: str) -> Iterator[None]:
    """Let an entity exist for the block; its schema must be new, so that nothing of anybody's is dropped.

    Temporary entities whose process was killed are dropped first: nobody holds their locks any more. Raises
    DatabaseTrouble.
    """
    entity_code(entity)
    taken = DatabaseUnavailable(f"{entity} is already in use; try again")
    with connect_owner(owner_url) as conn, alone(conn, entity, "temporary", taken):
        _drop_abandoned(conn)
        with conn.transaction():
            name = sql.Identifier(entity)
            conn.execute(sql.SQL("CREATE SCHEMA {}").format(name))
            conn.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(_MARK)))
        try:
            yield
        finally:
            _drop(conn, entity)


def _drop_abandoned(conn: psycopg.Connection) -> None:
    marked = conn.execute(
        "SELECT nspname FROM pg_namespace WHERE obj_description(oid, 'pg_namespace') = %s", (_MARK,)
    ).fetchall()
    for (entity,) in marked:
        in_use = DatabaseUnavailable(f"{entity} is in use")
        try:
            with alone(conn, entity, "temporary", in_use):
                _drop(conn, entity)
        except DatabaseUnavailable as trouble:
            if trouble is not in_use:
                raise


def _drop(conn: psycopg.Connection, entity: str) -> None:
    with conn.transaction():
        conn.execute("SELECT set_config('lock_timeout', %s, true)", (_WAIT_FOR_TABLE,))
        conn.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(entity)))
        for role in database_roles.names(entity):
            if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
                continue
            group, name = sql.Identifier(GROUP_SCHEMA), sql.Identifier(role)
            conn.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(group, name))
            conn.execute(sql.SQL("DROP ROLE {}").format(name))
