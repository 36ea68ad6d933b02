"""Upgrading the read tables: those of another version are refused, and made anew beside the live ones."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import psycopg
import pytest

from infra.postgres import Urls
from ledger.journal.locks import lock_key
from projections import (
    ReadStore,
    ReadStoreTrouble,
    ReadStoreUnavailable,
    ReadTablesOutdated,
    follow,
    parity,
    rebuild,
    upgrade,
)
from projections.read_models.model import Derived, Index, Model, Row
from projections.read_models.registry import MODELS
from projections.store import reconstruction, second_copy
from projections.store.definitions import VERSIONS, Location, version
from tests.projections.memory_journal import Log
from tests.projections.months import month

# What an older program left: a column fewer, another index and comment, a table of its own, and one not yet made.
OLDER = """
    ALTER TABLE clinic.items DROP COLUMN reminded_on;
    DROP INDEX clinic.items_document_idx;
    COMMENT ON COLUMN clinic.items.payer IS 'Something else.';
    CREATE TABLE clinic.dunning_runs (run bigint PRIMARY KEY);
    INSERT INTO clinic.dunning_runs VALUES (1);
    DROP TABLE clinic.refunds;
    UPDATE clinic.projection_position
        SET versions = versions - 'refunds' || '{"items": "0123456789abcdef", "dunning_runs": "0123456789abcdef"}';
"""
CHANGED = ["dunning_runs dropped", f"items {VERSIONS['items']}", f"refunds {VERSIONS['refunds']}"]


@pytest.fixture
def log() -> Log:
    return month(11, 250)


@pytest.fixture
def store(database_urls: Urls, log: Log) -> Iterator[ReadStore]:
    with ReadStore(database_urls.writer, "clinic") as store:
        follow(log, store)
        yield store


def make_older(urls: Urls) -> None:
    with psycopg.connect(urls.owner) as connection:
        connection.execute(OLDER.encode())


def contents(url: str, tables: tuple[str, ...] = tuple(VERSIONS)) -> dict[str, list[tuple[Any, ...]]]:
    """Tables with their rows, and how far they have followed."""
    with psycopg.connect(url) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM clinic.{table}").fetchall(), key=repr)
            for table in (*tables, "projection_position")
        }


def objects(url: str) -> list[tuple[Any, ...]]:
    """Tables and indexes of the schema with their rights and comments, by name."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT relname, relkind::text, array(SELECT unnest(relacl)::text ORDER BY 1),"
            " obj_description(oid, 'pg_class'),"
            " array(SELECT attname || coalesce(col_description(attrelid, attnum), '') FROM pg_attribute"
            " WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)"
            " FROM pg_class WHERE relnamespace = 'clinic'::regnamespace ORDER BY 1"
        ).fetchall()


def test_tables_of_another_version_are_made_anew_and_show_the_same(database_urls: Urls, store: ReadStore, log: Log):
    before = contents(database_urls.reader), objects(database_urls.owner)
    make_older(database_urls)
    assert objects(database_urls.owner) != before[1]
    assert upgrade(log, database_urls.owner, "clinic", page=60) == CHANGED
    assert (contents(database_urls.reader), objects(database_urls.owner)) == before
    assert parity(log, database_urls.reader, "clinic").equal
    assert upgrade(log, database_urls.owner, "clinic") == []


def test_a_right_granted_by_hand_stays(database_urls: Urls, store: ReadStore, log: Log):
    make_older(database_urls)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("GRANT INSERT ON clinic.items TO reskontra_clinic_reader")
    upgrade(log, database_urls.owner, "clinic")
    with psycopg.connect(database_urls.reader) as connection:
        held = connection.execute("SELECT has_table_privilege('clinic.items', 'INSERT')").fetchone()
    assert held == (True,)


def test_tables_that_are_gone_are_made_again(database_urls: Urls, store: ReadStore, log: Log):
    before = contents(database_urls.reader)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("DROP TABLE clinic.receipts, clinic.activity")
    made = upgrade(log, database_urls.owner, "clinic")
    assert made == [f"activity {VERSIONS['activity']}", f"receipts {VERSIONS['receipts']}"]
    assert contents(database_urls.reader) == before


def test_tables_of_another_version_are_refused_with_what_to_do(database_urls: Urls, log: Log):
    make_older(database_urls)
    told = r"another version of this program \(dunning_runs, items, refunds\).*reskontra db upgrade --entity clinic"
    for url in (database_urls.reader, database_urls.writer):
        with ReadStore(url, "clinic") as store:
            for read in (store.position, store.now.items, store.now.bank_accounts, lambda: follow(log, store)):
                with pytest.raises(ReadTablesOutdated, match=told):
                    read()
        with pytest.raises(ReadTablesOutdated, match=told):
            parity(log, url, "clinic")
    with pytest.raises(ReadTablesOutdated, match=told):
        rebuild(log, database_urls.owner, "clinic", accept_differences=True)


def test_whoever_had_them_open_notices_too(database_urls: Urls, store: ReadStore, log: Log):
    items = store.now.account("none"), store.now.items()
    assert items[1].num_rows
    stable, longer = log.stable_position(), month(11, 320)
    make_older(database_urls)
    with pytest.raises(ReadTablesOutdated):
        store.position()
    with pytest.raises(ReadTablesOutdated):
        store.apply(longer.follow(stable, 1000), stable, longer.stable_position())
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("ALTER TABLE clinic.items DROP COLUMN due_on")
    with pytest.raises(ReadTablesOutdated, match=r"due_on.*reskontra db upgrade"):
        store.now.items()


# Each is a moment after which an upgrade ends for good.
@pytest.mark.parametrize(
    "moment", ["second_copy.make", "ReadTables.apply", "second_copy.hold_followers", "second_copy.swap"]
)
def test_an_upgrade_that_is_killed_changes_nothing_and_the_next_one_finishes(
    database_urls: Urls, store: ReadStore, log: Log, moment: str
):
    wanted = contents(database_urls.reader), objects(database_urls.owner)
    make_older(database_urls)
    kept = tuple(table for table in VERSIONS if table != "refunds")
    before = contents(database_urls.owner, (*kept, "dunning_runs"))
    done = subprocess.run([sys.executable, "-c", KILLED, moment], input=database_urls.owner, text=True)
    assert done.returncode == -9
    assert contents(database_urls.owner, (*kept, "dunning_runs")) == before
    assert upgrade(log, database_urls.owner, "clinic") == CHANGED
    assert (contents(database_urls.reader), objects(database_urls.owner)) == wanted


KILLED = """
import os, signal, sys
from projections import upgrade
from projections.store import second_copy
from projections.store.read_tables import ReadTables
from tests.projections.months import month

holder, name = sys.argv[1].split(".")
owner = {"second_copy": second_copy, "ReadTables": ReadTables}[holder]
act = getattr(owner, name)

def act_and_die(*given, **named):
    act(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, act_and_die)
upgrade(month(11, 250), sys.stdin.read(), "clinic", page=50)
"""


def test_what_an_upgrade_to_yet_another_version_left_behind_goes_too(database_urls: Urls, store: ReadStore, log: Log):
    before = objects(database_urls.owner)
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        second_copy.make(connection, Location("clinic"), Location("clinic", "_next"))
        connection.execute("CREATE TABLE clinic.dunning_runs_next (run bigint PRIMARY KEY)")
        connection.execute(
            'UPDATE clinic.projection_position_next SET versions = versions || \'{"dunning_runs": "1"}\''
        )
    make_older(database_urls)
    upgrade(log, database_urls.owner, "clinic")
    assert objects(database_urls.owner) == before


def test_readers_of_the_old_tables_go_on_meanwhile(database_urls: Urls, store: ReadStore, log: Log):
    make_older(database_urls)
    rows = len(contents(database_urls.reader, ("items",))["items"])
    done = False

    def read() -> set[int]:
        found = set()
        with psycopg.connect(database_urls.reader, autocommit=True) as connection:
            while not done:
                found.update(row[0] for row in connection.execute("SELECT count(*) FROM clinic.items"))
        return found

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            assert upgrade(log, database_urls.owner, "clinic", page=20) == CHANGED
        finally:
            done = True
        assert [reader.result() for reader in readers] == [{rows}, {rows}]


def test_a_view_on_a_table_holds_an_upgrade_up(database_urls: Urls, store: ReadStore, log: Log):
    make_older(database_urls)
    before = objects(database_urls.owner)
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute("CREATE VIEW clinic.late AS SELECT * FROM clinic.items")
        with pytest.raises(ReadStoreTrouble, match=r"view or function .* table items .* drop that .*, run this again"):
            upgrade(log, database_urls.owner, "clinic")
        connection.execute("DROP VIEW clinic.late")
    assert objects(database_urls.owner) == before
    assert upgrade(log, database_urls.owner, "clinic") == CHANGED


def test_of_many_upgrades_at_once_one_makes_the_tables(database_urls: Urls, store: ReadStore, log: Log):
    make_older(database_urls)
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(upgrade, log, database_urls.owner, "clinic") for _ in range(3)]
        assert sorted(job.result() for job in jobs) == [[], [], CHANGED]


def test_an_upgrade_gives_up_behind_a_rebuild_that_lasts(
    database_urls: Urls, store: ReadStore, log: Log, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reconstruction, "PATIENCE", 0.1)
    make_older(database_urls)
    with psycopg.connect(database_urls.owner) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (lock_key("clinic", "rebuilding"),))
        with pytest.raises(ReadStoreUnavailable, match="is rebuilding the read tables"):
            upgrade(log, database_urls.owner, "clinic")
    assert upgrade(log, database_urls.owner, "clinic") == CHANGED


class Kept(Row, frozen=True):
    name: Annotated[str, "Its name."]
    amount_minor: Annotated[int, "What it is."]


class Renamed(Row, frozen=True):
    name: Annotated[str, "Its name."]
    sum_minor: Annotated[int, "What it is."]


class Retyped(Row, frozen=True):
    name: Annotated[str, "Its name."]
    amount_minor: Annotated[bool, "What it is."]


class Optional(Row, frozen=True):
    name: Annotated[str, "Its name."]
    amount_minor: Annotated[int | None, "What it is."]


class Reworded(Row, frozen=True):
    name: Annotated[str, "Its name."]
    amount_minor: Annotated[int, "What it isn't."]


KEPT = Derived("kept", "What is kept.", Kept, ("name",))


@pytest.mark.parametrize(
    "changed",
    [
        *(KEPT._replace(row=row) for row in (Renamed, Retyped, Optional, Reworded)),
        KEPT._replace(about="What isn't."),
        KEPT._replace(key=("name", "amount_minor")),
        KEPT._replace(indexes=(Index(("amount_minor",)),)),
        KEPT._replace(indexes=(Index(("amount_minor",), "amount_minor > 0"),)),
        KEPT._replace(revision=2),
    ],
)
def test_whatever_a_table_is_made_of_changes_its_version(changed: Model):
    assert version(KEPT) == version(KEPT._replace())
    assert version(changed) != version(KEPT)


def test_no_two_tables_are_of_the_same_version():
    assert len(set(VERSIONS.values())) == len(MODELS)
