"""Rebuilding beside the live tables: equal when untouched, and every tampered row found and named."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal.locks import lock_key
from projections import ReadStore, ReadStoreUnavailable, follow, parity, rebuild
from projections.read_models.model import columns
from projections.read_models.registry import MODELS
from projections.read_models.set_aside import SET_ASIDE
from projections.store import reconstruction
from projections.store.comparison import compare
from projections.store.definitions import TABLES, Location
from tests.projections.memory_journal import Log
from tests.projections.months import month

# Another value of each type.
OTHER = {
    "text": "coalesce({}, '') || 'x'",
    "bigint": "coalesce({}, 0) + 1",
    "boolean": "NOT coalesce({}, false)",
    "date": "coalesce({}, '2024-01-01') + 1",
    "timestamp with time zone": "{} + interval '1 second'",
    "text[]": "coalesce({}, '{{}}') || 'x'::text",
}


@pytest.fixture
def log() -> Log:
    return month(147, 250)


@pytest.fixture
def store(unstaffed_urls: Urls, log: Log) -> Iterator[ReadStore]:
    with ReadStore(unstaffed_urls.writer, "clinic") as store:
        follow(log, store)
        yield store


def objects(url: str) -> list[tuple[str, ...]]:
    """Tables and indexes of the schema, columns with their comments, and rights, by name."""
    with psycopg.connect(url) as connection:
        named = connection.execute(
            "SELECT relname, relkind::text, coalesce(relacl::text, '') FROM pg_class"
            " WHERE relnamespace = 'clinic'::regnamespace ORDER BY 1"
        ).fetchall()
        told = connection.execute(
            "SELECT relname, attname, col_description(pg_class.oid, attnum) FROM pg_class"
            " JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND relkind = 'r'"
            " WHERE relnamespace = 'clinic'::regnamespace ORDER BY 1, 2"
        ).fetchall()
    return [*named, *told]


def an_item(log: Log) -> str:
    return next(one.fact.item_id for one in log.recorded if one.name == "ItemRaised")


def an_account(log: Log) -> str:
    return next(one.fact.account_id for one in log.recorded if one.name == "AccountOpened")


def tamper(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        assert connection.execute(statement).rowcount > 0


def test_untouched_tables_are_equal_and_swapped_with_names_rights_and_comments(
    unstaffed_urls: Urls, store: ReadStore, log: Log
):
    before = objects(unstaffed_urls.owner)
    found = rebuild(log, unstaffed_urls.owner, "clinic")
    assert found.equal
    assert found.swapped
    assert found.position == log.stable_position()
    assert [table.table for table in found.tables] == [model.table for model in MODELS]
    assert all(table.live_rows == table.rebuilt_rows for table in found.tables)
    assert [table.table for table in found.tables if not table.live_rows] == [SET_ASIDE.table]
    assert objects(unstaffed_urls.owner) == before
    assert store.position() == log.stable_position()


def test_how_rows_came_to_lie_makes_no_difference(unstaffed_urls: Urls, store: ReadStore, log: Log):
    first = parity(log, unstaffed_urls.writer, "clinic")
    with psycopg.connect(unstaffed_urls.writer) as connection:
        connection.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM clinic.items")
        connection.execute("DELETE FROM clinic.items")
        connection.execute("INSERT INTO clinic.items SELECT * FROM kept ORDER BY open_minor, item_id DESC")
    again = parity(log, unstaffed_urls.writer, "clinic")
    assert again == first
    assert again.equal
    assert not again.swapped


def test_a_row_that_is_there_twice_is_found(unstaffed_urls: Urls, store: ReadStore, log: Log):
    with psycopg.connect(unstaffed_urls.owner) as connection:
        connection.execute("ALTER TABLE clinic.accounts DROP CONSTRAINT accounts_pkey")
        connection.execute("INSERT INTO clinic.accounts SELECT * FROM clinic.accounts LIMIT 1")
    (found,) = [table for table in parity(log, unstaffed_urls.reader, "clinic").tables if not table.equal]
    assert (found.table, found.live_rows) == ("accounts", found.rebuilt_rows + 1)


def test_a_change_of_any_column_is_found(unstaffed_urls: Urls, store: ReadStore):
    live, copy = Location("clinic"), Location("pg_temp")
    with psycopg.connect(unstaffed_urls.owner) as connection:
        connection.execute("INSERT INTO clinic.set_aside VALUES ('item-1', 1, 'ItemRaised', 'KeyError', 1)")
        for model in MODELS:
            connection.execute(f"CREATE TEMPORARY TABLE {model.table} AS TABLE clinic.{model.table}".encode())
            assert compare(connection, [model], live, copy)[0].equal
            for column in columns(model.row):
                other = OTHER[column.type].format(column.name)
                first = f"(SELECT min(ctid) FROM pg_temp.{model.table})"
                changed = f"UPDATE pg_temp.{model.table} SET {column.name} = {other} WHERE ctid = {first}"
                with connection.transaction(force_rollback=True):
                    assert connection.execute(changed.encode()).rowcount == 1
                    assert not compare(connection, [model], live, copy)[0].equal, (model.table, column.name)


def test_a_changed_cent_is_found_and_its_row_named(unstaffed_urls: Urls, store: ReadStore, log: Log):
    statement = "UPDATE clinic.items SET open_minor = open_minor + 1 WHERE item_id = "
    tamper(unstaffed_urls.writer, f"{statement}'{an_item(log)}'")
    found = rebuild(log, unstaffed_urls.owner, "clinic")
    assert not found.equal
    assert not found.swapped
    off = [table for table in found.tables if not table.equal]
    assert [(table.table, table.sample[0]) for table in off] == [("items", an_item(log))]
    assert off[0].differing == len(off[0].sample) == 1
    assert off[0].live_rows == off[0].rebuilt_rows
    with psycopg.connect(unstaffed_urls.reader) as connection:
        left = connection.execute("SELECT relname FROM pg_class WHERE relname LIKE '%\\_next%'").fetchall()
    assert left == []


def test_a_row_too_many_and_a_row_too_few_are_found(unstaffed_urls: Urls, store: ReadStore, log: Log):
    with psycopg.connect(unstaffed_urls.reader) as connection:
        row = connection.execute("SELECT ledger_position, line FROM clinic.activity ORDER BY 1, 2 LIMIT 1").fetchone()
    assert row is not None
    tamper(unstaffed_urls.writer, f"DELETE FROM clinic.activity WHERE ledger_position = {row[0]} AND line = {row[1]}")
    tamper(unstaffed_urls.writer, "INSERT INTO clinic.accounts VALUES ('ghost', 'patient', '2024-06-01', 1)")
    found = {table.table: table for table in parity(log, unstaffed_urls.reader, "clinic").tables if not table.equal}
    assert set(found) == {"activity", "accounts"}
    assert (found["activity"].differing, found["activity"].sample) == (1, (f"{row[0]} {row[1]}",))
    assert found["activity"].live_rows == found["activity"].rebuilt_rows - 1
    assert found["accounts"].sample == ("ghost",)
    assert found["accounts"].live_rows == found["accounts"].rebuilt_rows + 1


def test_told_to_accept_differences_a_rebuild_repairs_them(unstaffed_urls: Urls, store: ReadStore, log: Log):
    tamper(unstaffed_urls.writer, "UPDATE clinic.receipts SET amount_minor = 0")
    found = rebuild(log, unstaffed_urls.owner, "clinic", accept_differences=True)
    assert not found.equal
    assert found.swapped
    assert parity(log, unstaffed_urls.writer, "clinic").equal


def test_followers_go_on_after_a_swap_with_the_connection_they_had(unstaffed_urls: Urls, store: ReadStore):
    log, longer = month(147, 250), month(147, 320)
    for _ in range(7):
        assert store.names.of_items([an_item(log)])
    rebuild(log, unstaffed_urls.owner, "clinic", page=50)
    assert follow(longer, store, page=20) == longer.stable_position()
    assert parity(longer, unstaffed_urls.writer, "clinic").equal


def test_facts_that_arrive_while_the_copy_is_made_are_in_both(
    unstaffed_urls: Urls, store: ReadStore, monkeypatch: pytest.MonkeyPatch
):
    log, longer = month(147, 250), month(147, 320)
    once = [follow]

    def follow_and_be_overtaken(journal, copy, upto=None, **more):
        reached = follow(journal, copy, upto, **more)
        if once:
            once.pop()(longer, store)
        return reached

    monkeypatch.setattr(reconstruction, "follow", follow_and_be_overtaken)
    found = rebuild(longer, unstaffed_urls.owner, "clinic")
    assert log.stable_position() < longer.stable_position() == found.position
    assert found.swapped


def test_followers_wait_while_the_tables_are_compared(
    unstaffed_urls: Urls, store: ReadStore, log: Log, monkeypatch: pytest.MonkeyPatch
):
    longer = month(147, 320)
    waiting: list[Future[int]] = []
    alone = reconstruction.compare

    def compare_in_company(*given):
        if not waiting:
            waiting.append(pool.submit(follow, longer, store))
            assert not wait(waiting, timeout=0.5).done
        return alone(*given)

    monkeypatch.setattr(reconstruction, "compare", compare_in_company)
    with ThreadPoolExecutor(1) as pool:
        assert rebuild(log, unstaffed_urls.owner, "clinic").swapped
        assert waiting[0].result() == longer.stable_position()
    assert parity(longer, unstaffed_urls.writer, "clinic").equal


def test_readers_read_on_through_rebuilds(unstaffed_urls: Urls, store: ReadStore, log: Log):
    rows = store.now.items(open_only=False).num_rows
    stop = False

    def read() -> set[int]:
        found = set()
        with ReadStore(unstaffed_urls.reader, "clinic") as own:
            while not stop:
                found.add(own.now.items(open_only=False).num_rows)
                assert own.now.receipts(unallocated_only=False).num_rows > 0
        return found

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for _ in range(3):
                assert rebuild(log, unstaffed_urls.owner, "clinic", page=60).swapped
        finally:
            stop = True
        assert [reader.result() for reader in readers] == [{rows}, {rows}]


def test_one_rebuild_at_a_time(unstaffed_urls: Urls, store: ReadStore, log: Log):
    with psycopg.connect(unstaffed_urls.owner, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (lock_key("clinic", "rebuilding"),))
        with pytest.raises(ReadStoreUnavailable, match="is rebuilding the read tables"):
            rebuild(log, unstaffed_urls.owner, "clinic")
        other.execute("SELECT pg_advisory_unlock_all()")
    assert rebuild(log, unstaffed_urls.owner, "clinic").swapped


def test_what_a_rebuild_cut_off_left_behind_is_cleared_away(unstaffed_urls: Urls, store: ReadStore, log: Log):
    with psycopg.connect(unstaffed_urls.owner) as connection:
        for table in TABLES:
            connection.execute(f"CREATE TABLE clinic.{table}_next AS TABLE clinic.{table}")
    assert rebuild(log, unstaffed_urls.owner, "clinic").swapped


def test_tables_that_never_followed_are_equal_to_an_empty_replay(unstaffed_urls: Urls):
    found = parity(Log(), unstaffed_urls.reader, "clinic")
    assert found.equal
    assert found.position == 0
