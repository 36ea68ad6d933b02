"""After many facts the planner is told how much the tables hold, whoever put them in."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from infra.postgres import Urls
from projections import ReadStore, follower, rebuild
from projections.follower import follow
from projections.read_models.registry import MODELS
from tests.projections.memory_journal import Log
from tests.projections.months import month


@pytest.fixture
def log() -> Log:
    return month(11, 250)


@pytest.fixture
def store(database_urls: Urls) -> Iterator[ReadStore]:
    with ReadStore(database_urls.writer, "clinic") as store:
        yield store


def analysed(url: str) -> dict[str, bool]:
    """Of each table, whether it was analysed by somebody, with as many rows as it has."""
    with psycopg.connect(url) as connection:
        found = {}
        for model in MODELS:
            counted = connection.execute(f"SELECT count(*) FROM clinic.{model.table}").fetchone()
            told = connection.execute(
                "SELECT reltuples::bigint, analyze_count > 0 FROM pg_class"
                " JOIN pg_stat_user_tables ON relid = pg_class.oid WHERE relid = %s::regclass",
                (f"clinic.{model.table}",),
            ).fetchone()
            assert counted is not None
            found[model.table] = told == (*counted, True)
    return found


def test_a_follower_has_them_analysed_after_many_facts(
    database_urls: Urls, store: ReadStore, log: Log, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(follower, "MANY", len(log.recorded))
    follow(log, store, page=100)
    assert set(analysed(database_urls.reader).values()) == {True}


def test_after_few_facts_it_is_left_to_the_database(
    database_urls: Urls, store: ReadStore, log: Log, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(follower, "MANY", len(log.recorded) + 1)
    follow(log, store, page=100)
    follow(log, store, page=100)
    assert set(analysed(database_urls.reader).values()) == {False}


def test_rebuilt_tables_are_analysed_before_anybody_reads_them(
    database_urls: Urls, store: ReadStore, log: Log, monkeypatch: pytest.MonkeyPatch
):
    follow(log, store)
    monkeypatch.setattr(follower, "MANY", len(log.recorded))
    assert rebuild(log, database_urls.owner, "clinic").swapped
    assert set(analysed(database_urls.reader).values()) == {True}


def test_a_table_that_somebody_holds_is_left_out_and_not_waited_for(database_urls: Urls, store: ReadStore, log: Log):
    follow(log, store)
    with psycopg.connect(database_urls.owner) as holder:
        holder.execute("LOCK TABLE clinic.receipts IN SHARE UPDATE EXCLUSIVE MODE")
        store.analyse()
        assert [table for table, done in analysed(database_urls.reader).items() if not done] == ["receipts"]


def test_the_reader_may_not_have_them_analysed(database_urls: Urls):
    with (
        psycopg.connect(database_urls.reader) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT clinic.analyse_read_tables()")
