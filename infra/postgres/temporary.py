"""An entity that exists only for a while; its schemas and roles are dropped at the end, even after an error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors, sql

from infra.postgres import database_roles
from infra.postgres.errors import DatabaseUnavailable, RightsMissing
from infra.postgres.owner import connect_owner
from infra.settings import GROUP_SCHEMA, entity_code, vault_schema
from ledger.journal.locks import alone

# Marks a schema that may be dropped; the name of a schema alone never says so.
MARK: Final = "reskontra: temporary"
# Held while a temporary entity is in use.
_WORK: Final = "temporary"
_WAIT_FOR_TABLE: Final = "10s"
# A session that has ended drops its temporary tables a moment later, and until then its role cannot be dropped.
_SESSIONS_END_S: Final = 10.0
_AGAIN_S: Final = 0.1


@contextmanager
def temporary_entity(owner_url: str, entity: str) -> Iterator[None]:
    """Let an entity exist for the block; its schema must be new, so that nothing of anybody's is dropped.

    Temporary entities whose process was killed are dropped first: nobody holds their locks any more. Raises
    RightsMissing if the owner may not create roles and schemas, or DatabaseTrouble if the database fails.
    """
    taken = DatabaseUnavailable(f"{entity_code(entity)} is in use already; try again")
    with connect_owner(owner_url) as conn:
        _require_rights(conn)
        with alone(conn, entity, _WORK, taken):
            _drop_abandoned(conn)
            with conn.transaction():
                name = sql.Identifier(entity)
                conn.execute(sql.SQL("CREATE SCHEMA {}").format(name))
                conn.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, sql.Literal(MARK)))
            try:
                yield
            finally:
                _drop(conn, entity)


def _require_rights(conn: psycopg.Connection) -> None:
    row = conn.execute(
        "SELECT (rolsuper OR rolcreaterole) AND has_database_privilege(current_database(), 'CREATE') FROM pg_roles "
        "WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        owner, database = conn.info.user, conn.info.dbname
        raise RightsMissing(
            f"{owner} may not create an entity of its own for a scenario. Let an administrator run: ALTER ROLE {owner} "
            f"CREATEROLE; GRANT CREATE ON DATABASE {database} TO {owner}; then try again"
        )


def _drop_abandoned(conn: psycopg.Connection) -> None:
    marked = conn.execute(
        "SELECT nspname FROM pg_namespace WHERE obj_description(oid, 'pg_namespace') = %s", (MARK,)
    ).fetchall()
    for (entity,) in marked:
        in_use = DatabaseUnavailable(f"{entity} is in use")
        try:
            with alone(conn, entity, _WORK, in_use):
                _drop(conn, entity)
        except DatabaseUnavailable as trouble:
            if trouble is not in_use:
                raise


def _drop(conn: psycopg.Connection, entity: str) -> None:
    last = time.monotonic() + _SESSIONS_END_S
    try:
        while True:
            try:
                _drop_once(conn, entity)
                return
            except errors.DependentObjectsStillExist:
                if time.monotonic() > last:
                    raise
            time.sleep(_AGAIN_S)
    except psycopg.Error as trouble:
        raise DatabaseUnavailable(
            f"the temporary entity {entity} could not be dropped ({trouble.diag.message_primary or trouble}); the next "
            "rehearsal drops it"
        ) from trouble


def _drop_once(conn: psycopg.Connection, entity: str) -> None:
    with database_roles.changing(conn):
        conn.execute("SELECT set_config('lock_timeout', %s, true)", (_WAIT_FOR_TABLE,))
        for schema in (entity, vault_schema(entity)):
            conn.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        for role in database_roles.names(entity):
            _drop_role(conn, role)


def _drop_role(conn: psycopg.Connection, role: str) -> None:
    if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        return
    group, name = sql.Identifier(GROUP_SCHEMA), sql.Identifier(role)
    # A database in which no books were made yet has no such schema.
    if conn.execute("SELECT to_regnamespace(%s) IS NOT NULL", (GROUP_SCHEMA,)).fetchone() == (True,):
        conn.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(group, name))
    conn.execute(sql.SQL("DROP ROLE {}").format(name))
