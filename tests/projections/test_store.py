"""The read store on PostgreSQL: the same tables whatever the pages, the crashes and the company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import psycopg
import pytest

from infra.postgres import Urls
from ledger import Recorded
from projections import ReadStore, ReadStoreUnavailable, ReadTablesMissing, ReadTablesReadOnly, follow
from projections.read_models.registry import MODELS
from projections.read_models.set_aside import SET_ASIDE
from tests.projections.memory_journal import MORNING, Log
from tests.projections.months import month


@pytest.fixture
def store(database_urls: Urls) -> Iterator[ReadStore]:
    with ReadStore(database_urls.writer, "clinic") as store:
        yield store


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every read table, in the order of its key."""
    with psycopg.connect(url) as connection:
        return {
            model.table: connection.execute(
                f"SELECT * FROM clinic.{model.table} ORDER BY {', '.join(model.key)}"
            ).fetchall()
            for model in MODELS
        }


def start_again(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE " + ", ".join(f"clinic.{model.table}" for model in MODELS))
        connection.execute("UPDATE clinic.projection_position SET position = 0")


def test_pages_of_any_size_give_the_same_tables(database_urls: Urls, store: ReadStore):
    log = month(147, 300)
    found = []
    for page in (1, 3, 64, 5000):
        start_again(database_urls.writer)
        assert follow(log, store, page=page) == log.stable_position() == store.position()
        found.append(contents(database_urls.writer))
    assert {table for table, rows in found[0].items() if not rows} == {SET_ASIDE.table}
    assert found[1:] == found[:1] * 3


def test_following_goes_no_further_than_asked(database_urls: Urls, store: ReadStore):
    log = month(7, 100)
    halfway = log.recorded[len(log.recorded) // 2].position
    assert follow(log, store, upto=halfway, page=10) == halfway
    positions = {row[0] for row in contents(database_urls.writer)["gl_postings"]}
    assert max(positions) <= halfway
    assert follow(log, store) == log.stable_position()


def test_following_again_changes_nothing(database_urls: Urls, store: ReadStore):
    log = month(7, 100)
    follow(log, store)
    before = contents(database_urls.writer)
    assert follow(log, store) == log.stable_position()
    assert contents(database_urls.writer) == before


def test_following_at_a_time_notes_what_was_known_then(store: ReadStore):
    log = month(7, 10)
    follow(log, store, at=MORNING)
    assert log.noted == [(MORNING, log.stable_position())]


class Failing(Log):
    """A journal that stops answering after some pages."""

    def __init__(self, log: Log, pages: int) -> None:
        super().__init__()
        self.recorded = log.recorded
        self.pages = pages

    def follow(self, after: int, limit: int):
        self.pages -= 1
        if self.pages < 0:
            raise ConnectionError("the journal is gone")
        return super().follow(after, limit)


def test_a_crash_between_pages_leaves_whole_pages_and_the_next_run_ends_the_same(database_urls: Urls, store: ReadStore):
    log = month(7, 200)
    with pytest.raises(ConnectionError):
        follow(Failing(log, pages=3), store, page=25)
    reached = store.position()
    assert reached == log.end_of_save(reached) > log.recorded[60].position
    interrupted = contents(database_urls.writer)
    assert {row[0] for row in interrupted["gl_postings"]} <= {one.position for one in log.recorded[:75]}
    follow(log, store, page=25)
    recovered = contents(database_urls.writer)
    start_again(database_urls.writer)
    follow(log, store)
    assert recovered == contents(database_urls.writer)


class Applied:
    """A read store that notes the position after each page."""

    def __init__(self, store: ReadStore) -> None:
        self.position = store.position
        self.analyse = store.analyse
        self.ends: list[int] = []
        self._store = store

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        self.ends.append(self._store.apply(batch, after, upto))
        return self.ends[-1]


def test_a_page_ends_where_the_save_of_a_command_ends(store: ReadStore):
    log = month(7, 200)
    applied = Applied(store)
    assert follow(log, applied, page=25) == log.stable_position()
    assert len(applied.ends) > len(log.recorded) // 25
    assert applied.ends == [log.end_of_save(end) for end in applied.ends]


def test_a_page_that_fails_leaves_nothing_of_itself(database_urls: Urls, store: ReadStore):
    log = month(7, 60)
    follow(log, store, upto=log.recorded[50].position)
    before = contents(database_urls.writer)
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        # The last table to be written breaks, after all others were.
        connection.execute("ALTER TABLE clinic.gl_postings ADD CHECK (amount_minor IS NULL) NOT VALID")
        with pytest.raises(psycopg.errors.CheckViolation):
            follow(log, store)
        assert contents(database_urls.writer) == before
        assert store.position() == log.recorded[50].position
        connection.execute("ALTER TABLE clinic.gl_postings DROP CONSTRAINT gl_postings_amount_minor_check")
    assert follow(log, store) == log.stable_position()


def test_two_followers_at_once_apply_each_fact_once(database_urls: Urls, store: ReadStore):
    log = month(147, 300)
    follow(log, store)
    alone = contents(database_urls.writer)
    start_again(database_urls.writer)
    together = Barrier(3)

    def one(page: int) -> int:
        with ReadStore(database_urls.writer, "clinic") as own:
            together.wait()
            return follow(log, own, page=page)

    with ThreadPoolExecutor(3) as pool:
        reached = list(pool.map(one, (7, 11, 13)))
    assert reached == [log.stable_position()] * 3
    assert contents(database_urls.writer) == alone


def test_a_page_read_from_elsewhere_is_not_applied(store: ReadStore):
    log = month(7, 20)
    follow(log, store, upto=log.recorded[5].position)
    after = log.recorded[3].position
    assert store.apply(log.follow(after, 100), after=after, upto=log.stable_position()) == log.recorded[5].position
    assert store.position() == log.recorded[5].position


def test_a_read_store_is_shared_between_threads(store: ReadStore):
    log = month(7, 200)
    follow(log, store)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: store.now.items(open_only=False).num_rows, range(24)))
        found += list(pool.map(lambda _: store.position(), range(24)))
    assert set(found) == {found[0], log.stable_position()}


def test_a_store_connects_again_after_the_connection_was_cut(database_urls: Urls, store: ReadStore):
    log = month(7, 20)
    follow(log, store)
    items = store.now.items(open_only=False).num_rows
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(ReadStoreUnavailable):
        store.position()
    with pytest.raises(ReadStoreUnavailable):
        store.now.items()
    assert store.position() == log.stable_position()
    assert store.now.items(open_only=False).num_rows == items


def test_a_database_without_the_tables_says_what_to_do(database_urls: Urls):
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute("DROP TABLE clinic.projection_position, clinic.items")
    with ReadStore(database_urls.reader, "clinic") as store:
        for read in (store.position, store.now.items):
            with pytest.raises(ReadTablesMissing, match="reskontra db upgrade --entity clinic"):
                read()


def test_a_server_that_is_not_there_is_said_to_be_unavailable():
    with ReadStore("postgresql://nobody@127.0.0.1:1/none", "clinic") as store:
        for read in (store.position, store.now.items):
            with pytest.raises(ReadStoreUnavailable):
                read()


def test_a_name_that_is_no_entity_never_reaches_a_statement(database_urls: Urls):
    for name in ('clinic"; DROP SCHEMA clinic', "Clinic", ""):
        store = ReadStore(database_urls.writer, name)
        for read in (store.position, store.now.items):
            with pytest.raises(ValueError, match="entity code"):
                read()


def test_the_reader_may_not_follow(database_urls: Urls):
    with ReadStore(database_urls.reader, "clinic") as store, pytest.raises(ReadTablesReadOnly):
        follow(month(7, 5), store)


def test_a_naive_time_is_never_noted():
    assert MORNING.tzinfo is not None
    assert isinstance(MORNING, datetime)
