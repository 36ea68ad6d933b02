"""The database itself keeps entities apart: the roles of one have no right to anything in the schemas of another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from infra import rooms
from infra.postgres import Urls, connect_urls, database_roles
from infra.settings import Settings

# Each right that one of the roles (%(roles)s) has to an object of a schema that is neither the system's, nor common to
# all entities, nor one of its own entity.
RIGHTS = """
WITH roles AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY(%(roles)s)),
foreigners AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'
    AND NOT nspname = ANY(%(own)s)
),
rights AS (
    SELECT rolname, 'schema' AS kind, nspname::text AS name, right_of FROM roles, foreigners,
        unnest(ARRAY['USAGE', 'CREATE']) AS right_of WHERE has_schema_privilege(roles.oid, foreigners.oid, right_of)
    UNION ALL
    SELECT rolname, 'table', relname::text, right_of FROM roles, foreigners
        JOIN pg_class ON relnamespace = foreigners.oid,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS right_of
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(roles.oid, pg_class.oid, right_of)
    UNION ALL
    SELECT rolname, 'column', relname::text, right_of FROM roles, foreigners
        JOIN pg_class ON relnamespace = foreigners.oid,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS right_of
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege(roles.oid, pg_class.oid, right_of)
    UNION ALL
    SELECT rolname, 'sequence', relname::text, right_of FROM roles, foreigners
        JOIN pg_class ON relnamespace = foreigners.oid, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS right_of
    WHERE relkind = 'S' AND has_sequence_privilege(roles.oid, pg_class.oid, right_of)
    UNION ALL
    SELECT rolname, 'function', proname::text, 'EXECUTE' FROM roles, foreigners
        JOIN pg_proc ON pronamespace = foreigners.oid WHERE has_function_privilege(roles.oid, pg_proc.oid, 'EXECUTE')
    UNION ALL
    SELECT roles.rolname, 'role', others.rolname::text, 'MEMBER' FROM roles, pg_roles AS others
    WHERE others.oid <> roles.oid AND pg_has_role(roles.oid, others.oid, 'MEMBER')
    UNION ALL
    SELECT rolname, 'database', datname::text, 'CREATE' FROM roles, pg_database
    WHERE datname = current_database() AND has_database_privilege(roles.oid, pg_database.oid, 'CREATE')
)
SELECT * FROM rights ORDER BY 1, 2, 3, 4
"""
COMMON = ("public", "reskontra_group")


@pytest.fixture
def north(database_urls: Urls, tmp_path: Path) -> Urls:
    """Another entity in the database of `clinic`."""
    settings = Settings(tmp_path, entity="north", owner_url=database_urls.owner)
    rooms.upgrade(settings, "north")
    return connect_urls(settings, "north")


def rights(owner: psycopg.Connection[Any], entity: str) -> list[tuple[str, ...]]:
    """What the roles of an entity may do outside its own schemas."""
    pattern = f"reskontra\\_{entity}\\_%"
    found = owner.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", (pattern,)).fetchall()
    roles = [str(name) for (name,) in found]
    assert set(roles) >= set(database_roles.names(entity))
    own = [entity, f"{entity}_vault", *COMMON]
    return owner.execute(RIGHTS, {"roles": roles, "own": own}).fetchall()


@pytest.mark.parametrize("entity", ["clinic", "north"])
def test_the_roles_of_an_entity_have_no_right_in_the_schemas_of_another(database_urls: Urls, north: Urls, entity: str):
    with psycopg.connect(database_urls.owner) as owner:
        assert rights(owner, entity) == []
        other = "north" if entity == "clinic" else "clinic"
        count = owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", (other,)).fetchone()
        assert count is not None
        assert count[0] > 20


@pytest.mark.parametrize(
    ("granted", "kind"),
    [
        ("GRANT SELECT ON north.events TO reskontra_clinic_reader", "table"),
        ("GRANT UPDATE (topic) ON north.events TO reskontra_clinic_writer", "column"),
        ("GRANT USAGE ON SEQUENCE north.events_position TO reskontra_clinic_writer", "sequence"),
        ("GRANT EXECUTE ON FUNCTION north.stable_position() TO PUBLIC", "function"),
        ("GRANT USAGE ON SCHEMA north TO PUBLIC", "schema"),
        ("GRANT reskontra_north_reader TO reskontra_clinic_reader", "role"),
    ],
)
def test_each_right_that_would_cross_is_found(database_urls: Urls, north: Urls, granted: str, kind: str):
    with psycopg.connect(database_urls.owner) as owner:
        owner.execute(sql.SQL(granted))  # type: ignore[arg-type]
        assert kind in {row[1] for row in rights(owner, "clinic")}
        owner.rollback()


def test_what_is_common_to_all_entities_holds_nothing_and_takes_nothing(database_urls: Urls, north: Urls):
    with psycopg.connect(database_urls.owner) as owner:
        held = owner.execute("SELECT relname FROM pg_class WHERE relnamespace = 'reskontra_group'::regnamespace")
        assert held.fetchall() == []
    for url in (database_urls.writer, database_urls.reader):
        with psycopg.connect(url) as conn, pytest.raises(errors.InsufficientPrivilege):
            conn.execute("CREATE TABLE reskontra_group.mine (n integer)")


@pytest.mark.parametrize("statement", ["SELECT * FROM north.{}", "INSERT INTO north.{} SELECT", "TRUNCATE north.{}"])
def test_no_statement_of_an_entity_reaches_a_table_of_another(database_urls: Urls, north: Urls, statement: str):
    with psycopg.connect(database_urls.owner) as owner:
        tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'north'").fetchall()
    for url in (database_urls.writer, database_urls.reader):
        with psycopg.connect(url, autocommit=True) as conn:
            for (table,) in tables:
                with pytest.raises(errors.InsufficientPrivilege):
                    conn.execute(statement.format(table))
