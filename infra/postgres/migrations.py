"""Upgrades the schema of one legal entity: applies each room's numbered migrations, each exactly once."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import psycopg
from psycopg import errors, sql

from infra.postgres import database_roles, server
from infra.postgres.access import provision
from infra.postgres.errors import UpgradeRefused
from infra.postgres.owner import connect_owner
from infra.settings import Settings, entity_code, vault_schema
from ledger.journal.locks import alone

# Number, name, and SQL with the placeholders {schema}, {writer}, {reader}, {vault_schema} and {vault}; other braces
# stay as they are.
Migration: TypeAlias = tuple[int, str, str]

# How long an upgrade waits for another upgrade to end, and how long for a locked table. During the second wait, writers
# queue behind the upgrade.
WAIT_FOR_UPGRADE_S = 60
WAIT_FOR_TABLE = "10s"

RECORD = """
CREATE TABLE IF NOT EXISTS {schema}.migrations (
    room text NOT NULL, number integer NOT NULL, name text NOT NULL, sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (room, number))
"""


class RoomMigrations(NamedTuple):
    """One room's migrations in the order of their numbers; a plain `(room, migrations)` tuple works too."""

    room: str
    migrations: Sequence[Migration]


def upgrade(
    settings: Settings, entity: str, rooms: Sequence[RoomMigrations | tuple[str, Sequence[Migration]]]
) -> list[str]:
    """Create or update the books of one entity; returns the migrations applied now, such as `ledger 1 events`.

    Rooms are upgraded in the given order. Each migration and its record are one transaction, so the migrations before a
    failing one stay applied. Raises UpgradeRefused if an applied migration was changed, a number is out of order, the
    books are newer than the program, or another upgrade or session has locked the books.
    """
    for room, migrations in rooms:
        _refuse_disorder(room, migrations)
    provision(settings, entity_code(entity))
    taken = UpgradeRefused(
        f"another upgrade or a long-running session holds the books of {entity}; nothing was left half done; try "
        "again when it has ended"
    )
    with (
        connect_owner(server.owner_url(settings)) as conn,
        alone(conn, entity, "upgrading", taken, WAIT_FOR_UPGRADE_S),
    ):
        try:
            _have_record(conn, entity)
            return [done for room, migrations in rooms for done in _apply_room(conn, entity, room, migrations)]
        except errors.LockNotAvailable as trouble:
            raise taken from trouble


def _have_record(conn: psycopg.Connection, entity: str) -> None:
    """Create the table of applied migrations if needed."""
    conn.execute("SELECT set_config('lock_timeout', %s, false)", (WAIT_FOR_TABLE,))
    with conn.transaction():
        conn.execute(_filled_in(RECORD, entity))
        conn.execute(_filled_in("GRANT SELECT ON {schema}.migrations TO {writer}, {reader}", entity))


def _apply_room(conn: psycopg.Connection, entity: str, room: str, migrations: Sequence[Migration]) -> list[str]:
    recorded = sql.SQL("SELECT number, name, sha256 FROM {}.migrations WHERE room = %s").format(sql.Identifier(entity))
    applied = {number: (name, digest) for number, name, digest in conn.execute(recorded, (room,)).fetchall()}
    _refuse_newer_books(room, applied, {number for number, _, _ in migrations})
    done = []
    for number, name, text in migrations:
        digest = hashlib.sha256(text.encode()).hexdigest()
        if number not in applied:
            if applied and number < max(applied):
                raise UpgradeRefused(
                    f"migration {room} {number} {name} is new but numbered before {room} {max(applied)}, which is "
                    "already applied; give it the next free number"
                )
            _apply(conn, entity, room, (number, name, text), digest)
            done.append(f"{room} {number} {name}")
        elif applied[number] != (name, digest):
            raise UpgradeRefused(
                f"migration {room} {number} {name} was applied to {entity} and has been changed since (applied as "
                f"{applied[number][0]}, sha256 {applied[number][1][:12]}, now {digest[:12]}); restore the old text "
                "and put the change into a new migration"
            )
    return done


def _apply(conn: psycopg.Connection, entity: str, room: str, migration: Migration, digest: str) -> None:
    number, name, text = migration
    record = sql.SQL("INSERT INTO {}.migrations (room, number, name, sha256) VALUES (%s, %s, %s, %s)")
    try:
        with conn.transaction():
            conn.execute(_filled_in(text, entity))
            conn.execute(record.format(sql.Identifier(entity)), (room, number, name, digest))
    except errors.LockNotAvailable:
        raise
    except psycopg.Error as trouble:
        raise UpgradeRefused(
            f"migration {room} {number} {name} failed on {entity} and was rolled back: "
            f"{trouble.diag.message_primary or type(trouble).__name__}"
        ) from trouble


def _filled_in(text: str, entity: str) -> bytes:
    """The SQL with quoted names in place of the placeholders."""
    names = {"schema": entity, "vault_schema": vault_schema(entity), **database_roles.names(entity)._asdict()}
    for placeholder, name in names.items():
        text = text.replace(f"{{{placeholder}}}", f'"{name}"')
    return text.encode()


def _refuse_disorder(room: str, migrations: Sequence[Migration]) -> None:
    numbers = [number for number, _, _ in migrations]
    if numbers != sorted(set(numbers)):
        raise UpgradeRefused(
            f"the migrations of {room} are numbered {numbers}; each number must be higher than the one before"
        )


def _refuse_newer_books(room: str, applied: dict[int, tuple[str, str]], known: set[int]) -> None:
    unknown = sorted(applied.keys() - known)
    if unknown:
        raise UpgradeRefused(
            f"the books have migration {room} {unknown[0]} {applied[unknown[0]][0]}, which this program does not "
            "know; use the newer release that applied it"
        )
