"""A temporary entity leaves nothing behind, takes away nothing of anybody's, and is dropped later if it was left."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
from psycopg import sql

from infra.postgres import DatabaseUnavailable, RightsMissing, Urls, database_roles, temporary, temporary_entity
from infra.postgres.urls import acting_as

MARKED = "COMMENT ON SCHEMA left_behind IS 'reskontra: temporary'"


def there(urls: Urls, entity: str) -> tuple[bool, int]:
    """Whether the entity's schema is there, and how many of its roles."""
    with psycopg.connect(urls.owner) as conn:
        roles = list(database_roles.names(entity))
        row = conn.execute(
            "SELECT to_regnamespace(%s) IS NOT NULL, count(*) FROM pg_roles WHERE rolname = ANY(%s)", (entity, roles)
        ).fetchone()
    assert row is not None
    return row


def test_a_role_left_in_a_database_without_books_is_dropped(bare_urls: Urls):
    with psycopg.connect(bare_urls.owner, autocommit=True) as conn:
        role, *_ = database_roles.names("role_only")
        conn.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    with temporary_entity(bare_urls.owner, "role_only"):
        pass
    assert there(bare_urls, "role_only") == (False, 0)


@pytest.mark.parametrize("trouble", [None, ValueError, KeyboardInterrupt])
def test_it_is_dropped_at_the_end_whatever_happens(bare_urls: Urls, trouble: type[BaseException] | None):
    with suppress(ValueError, KeyboardInterrupt), temporary_entity(bare_urls.owner, "short_lived"):
        database_roles.provision(bare_urls.owner, "short_lived", None)
        assert there(bare_urls, "short_lived") == (True, 3)
        if trouble is not None:
            raise trouble
    assert there(bare_urls, "short_lived") == (False, 0)


def test_what_is_there_already_is_never_taken(database_urls: Urls):
    with pytest.raises(psycopg.errors.DuplicateSchema), temporary_entity(database_urls.owner, "clinic"):
        pass
    assert there(database_urls, "clinic") == (True, 3)


def test_what_a_killed_process_left_is_dropped_by_the_next(bare_urls: Urls):
    with psycopg.connect(bare_urls.owner, autocommit=True) as conn:
        database_roles.provision(bare_urls.owner, "left_behind", None)
        with temporary_entity(bare_urls.owner, "first"):
            assert there(bare_urls, "left_behind") == (True, 3), "without the mark it may be anybody's"
        conn.execute(MARKED)
        with temporary_entity(bare_urls.owner, "second"):
            assert there(bare_urls, "left_behind") == (False, 0)


def test_what_another_process_uses_is_left_to_it(bare_urls: Urls):
    with temporary_entity(bare_urls.owner, "longer"), temporary_entity(bare_urls.owner, "shorter"):
        assert there(bare_urls, "longer")[0]
    with (
        temporary_entity(bare_urls.owner, "longer"),
        pytest.raises(DatabaseUnavailable, match="in use already"),
        temporary_entity(bare_urls.owner, "longer"),
    ):
        pass


def test_a_session_that_just_ended_may_still_drop_its_temporary_tables(bare_urls: Urls):
    with ThreadPoolExecutor() as threads, temporary_entity(bare_urls.owner, "verified"):
        database_roles.provision(bare_urls.owner, "verified", None)
        writer, *_ = database_roles.names("verified")
        session = psycopg.connect(acting_as(bare_urls.owner, writer), autocommit=True)
        session.execute("CREATE TEMPORARY TABLE copied ()")
        threads.submit(lambda: (time.sleep(0.3), session.close()))
    assert there(bare_urls, "verified") == (False, 0)


def test_an_entity_that_cannot_be_dropped_is_named_and_dropped_by_the_next(
    bare_urls: Urls, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(temporary, "_WAIT_FOR_TABLE", "20ms")
    with psycopg.connect(bare_urls.owner) as reader:
        with (
            pytest.raises(DatabaseUnavailable, match="busy_books could not be dropped"),
            temporary_entity(bare_urls.owner, "busy_books"),
        ):
            use(reader, bare_urls)
        reader.rollback()
    with temporary_entity(bare_urls.owner, "next_one"):
        assert not there(bare_urls, "busy_books")[0]


def use(reader: psycopg.Connection, urls: Urls) -> None:
    """Read a table of the entity, and keep the transaction open."""
    with psycopg.connect(urls.owner, autocommit=True) as conn:
        conn.execute("CREATE TABLE busy_books.rows ()")
    reader.execute("SELECT * FROM busy_books.rows")


def test_many_come_and_go_at_the_same_time(database_urls: Urls):
    def come_and_go(number: int) -> None:
        for turn in range(8):
            entity = f"at_once_{number}_{turn}"
            with temporary_entity(database_urls.owner, entity):
                database_roles.provision(database_urls.owner, entity, None)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(come_and_go, range(8)))


def test_an_owner_without_the_rights_is_told_what_to_ask_for(bare_urls: Urls):
    with psycopg.connect(bare_urls.owner, autocommit=True) as conn:
        name = sql.Identifier("without_rights")
        conn.execute(sql.SQL("CREATE ROLE {}").format(name))
        conn.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        try:
            with (
                pytest.raises(RightsMissing, match="Let an administrator run: ALTER ROLE"),
                temporary_entity(acting_as(bare_urls.owner, "without_rights"), "never"),
            ):
                pass
        finally:
            conn.execute(sql.SQL("DROP ROLE {}").format(name))
    assert there(bare_urls, "never") == (False, 0)
