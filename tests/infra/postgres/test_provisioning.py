"""Roles belong to the whole server: whoever creates one at the same moment in another database is no obstacle."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from psycopg import errors

from infra.postgres import Urls, database_roles

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def overtaken(bare_urls: Urls) -> Iterator[Callable[[str], Future[None]]]:
    """Provision an entity, whose writer somebody else has just created when this work comes to it."""
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(bare_urls.owner) as faster,
        psycopg.connect(bare_urls.owner, autocommit=True) as watcher,
    ):

        def provisioned(entity: str) -> Future[None]:
            faster.execute(f"CREATE ROLE {database_roles.names(entity)[0]} NOLOGIN")  # type: ignore[arg-type]
            job = pool.submit(database_roles.provision, bare_urls.owner, entity, None)
            while watcher.execute(WAITING).fetchone() == (0,) and not job.done():
                time.sleep(0.005)
            faster.commit()
            return job

        yield provisioned


def test_a_role_that_somebody_else_created_meanwhile_is_taken_as_it_is(
    overtaken: Callable[[str], Future[None]], bare_urls: Urls
) -> None:
    overtaken("overtaken").result()
    with psycopg.connect(bare_urls.owner) as conn:
        assert database_roles.exist(conn, "overtaken")


def test_who_is_overtaken_at_the_last_attempt_fails_and_leaves_nothing(
    overtaken: Callable[[str], Future[None]], bare_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_roles, "ATTEMPTS", 1)
    with pytest.raises(errors.UniqueViolation):
        overtaken("outrun").result()
    with psycopg.connect(bare_urls.owner) as conn:
        assert not database_roles.exist(conn, "outrun")
        assert conn.execute("SELECT to_regnamespace('outrun')").fetchone() == (None,)
        assert conn.execute("SELECT FROM pg_roles WHERE rolname = 'reskontra_outrun_reader'").fetchone() is None
