"""The database roles of one legal entity besides the owner: a writer and a reader of its books, and its vault's."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import errors, sql

from infra.postgres.errors import DatabaseUnavailable, RightsMissing
from infra.postgres.owner import connect_owner
from infra.settings import GROUP_SCHEMA, entity_code, vault_schema
from ledger.journal.locks import alone

LOCK_TIMEOUT_S = 60
ATTEMPTS = 10
# From PostgreSQL 16 on, membership in a role has two separate options: to act as the role, and to inherit its rights.
SEPARATE_GRANTS = 160000


class Roles(NamedTuple):
    """The names of an entity's roles; the vault's has no right in the books, and the others have none in the vault."""

    writer: str
    reader: str
    vault: str


def names(entity: str) -> Roles:
    """The names of the entity's roles."""
    return Roles(f"reskontra_{entity}_writer", f"reskontra_{entity}_reader", f"reskontra_{entity}_vault")


def exist(conn: psycopg.Connection, entity: str) -> bool:
    """Whether this database has the entity's schemas and all its roles."""
    row = conn.execute(
        "SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL AND to_regnamespace(quote_ident(%s)) IS NOT NULL "
        "AND count(*) = %s FROM pg_roles WHERE rolname = ANY(%s)",
        (entity, vault_schema(entity), len(names(entity)), list(names(entity))),
    ).fetchone()
    return row is not None and bool(row[0])


def provision(owner_url: str, entity: str, logins: Mapping[str, str] | None) -> None:
    """Create the entity's roles and schemas; a second call, even at the same time, changes nothing.

    With `logins` (password by role, for the embedded server) the roles can log in; with None (external server) they
    cannot, but the owner may act as them. Only USAGE on the schemas is granted here: each room's migrations grant the
    rest. Raises RightsMissing if the owner lacks a right.
    """
    entity_code(entity)
    for attempt in range(ATTEMPTS):
        with connect_owner(owner_url) as conn:
            try:
                _provision(conn, entity, logins)
                return
            except errors.InsufficientPrivilege as trouble:
                raise RightsMissing(_missing(conn, entity, trouble)) from trouble
            except (errors.UniqueViolation, errors.DuplicateObject, errors.InternalError_):
                # Roles belong to the whole server, but our lock covers only one database. So another process may have
                # created or changed the roles in the meantime.
                if attempt == ATTEMPTS - 1:
                    raise
        time.sleep(0.05 * (attempt + 1))


@contextmanager
def changing(conn: psycopg.Connection) -> Iterator[None]:
    """One transaction that makes or drops roles and schemas; it waits for any other of this database.

    All entities wait for each other, because they share the schema GROUP_SCHEMA, whose rights PostgreSQL does not let
    two sessions change at once. Raises DatabaseUnavailable if another is still at it after a minute.
    """
    taken = DatabaseUnavailable(
        "another process is setting up the roles and schemas of this database; try again when it has ended"
    )
    with alone(conn, "", "provisioning", taken, LOCK_TIMEOUT_S), conn.transaction():
        yield


def _provision(conn: psycopg.Connection, entity: str, logins: Mapping[str, str] | None) -> None:
    with changing(conn):
        conn.execute("SELECT set_config('lock_timeout', %s, true)", (f"{LOCK_TIMEOUT_S}s",))
        for role in names(entity):
            _make_role(conn, role)
            if logins is None:
                _let_owner_act_as(conn, role)
            else:
                _let_log_in(conn, role, logins[role])
        writer, reader, vault = names(entity)
        users = {entity: (writer, reader), GROUP_SCHEMA: (writer, reader), vault_schema(entity): (vault,)}
        for schema, of in users.items():
            name, grantees = sql.Identifier(schema), sql.SQL(", ").join(map(sql.Identifier, of))
            conn.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
            conn.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, grantees))
        # By default, PostgreSQL lets everybody execute a new function. This default is revoked: each room's migrations
        # grant the right explicitly.
        conn.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")


def _make_role(conn: psycopg.Connection, role: str) -> None:
    if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        conn.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def _let_log_in(conn: psycopg.Connection, role: str, password: str) -> None:
    """Let the role log in with this password, which is hashed here: no SQL statement contains the plain password."""
    hashed = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    conn.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed)))


def _let_owner_act_as(conn: psycopg.Connection, role: str) -> None:
    """Let the owner's sessions act as the role; from PostgreSQL 16 on, they do not inherit the role's rights."""
    modern = conn.info.server_version >= SEPARATE_GRANTS
    row = conn.execute("SELECT pg_has_role(current_user, %s, %s)", (role, "SET" if modern else "MEMBER")).fetchone()
    if row is None or not row[0]:
        how = " WITH SET TRUE, INHERIT FALSE" if modern else ""
        conn.execute(sql.SQL("GRANT {} TO CURRENT_USER" + how).format(sql.Identifier(role)))


def _missing(conn: psycopg.Connection, entity: str, trouble: psycopg.Error) -> str:
    roles = names(entity)
    owner, database = conn.info.user, conn.info.dbname
    created = "; ".join(f"CREATE ROLE {role}" for role in roles)
    return (
        f"{owner} may not set up entity {entity}: {trouble.diag.message_primary}. Let an administrator run: "
        f"{created}; GRANT {', '.join(roles)} TO {owner}; "
        f"GRANT CREATE ON DATABASE {database} TO {owner}; then try again"
    )
