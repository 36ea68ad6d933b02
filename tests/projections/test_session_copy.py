"""The copy with which a check compares the books has the tables that have rows, and misses no row of the others."""

from __future__ import annotations

import psycopg
import pytest

from infra.postgres import Urls
from ledger.domain.catalogue import CATALOGUE
from projections import ReadTablesMissing, follow, parity
from projections.read_models.registry import MODELS
from projections.store.definitions import Location
from projections.store.session_copy import SessionCopy
from tests.projections.memory_journal import Log
from tests.projections.months import month

LIVE = Location("clinic")
ALIAS = "('1', '1', 'iban', 'SEK', 'main')"


@pytest.fixture
def empty() -> Log:
    return Log()


def differing(urls: Urls, log: Log) -> list[tuple[str, int, int]]:
    return [
        (one.table, one.live_rows, one.rebuilt_rows)
        for one in parity(log, urls.reader, "clinic").tables
        if not one.equal
    ]


def test_only_tables_with_rows_are_made(unstaffed_urls: Urls):
    log = month(111, 1)
    with psycopg.connect(unstaffed_urls.writer, autocommit=True) as connection:
        copy = SessionCopy(connection, LIVE, CATALOGUE)
        follow(log, copy)
        made = copy.models(LIVE)
        filled = [one.table for one in made if connection.execute(f"SELECT FROM pg_temp.{one.table}").rowcount]
        assert 2 < len(filled) < len(MODELS) / 2
        assert {one.table for one in made} - {*filled} <= {"set_aside", "turnovers"}
        copy.analyse()


def test_books_without_a_fact_are_equal(unstaffed_urls: Urls, empty: Log):
    assert empty.stable_position() == 0
    assert differing(unstaffed_urls, empty) == []


def test_a_row_is_found_where_no_fact_leads_to_one(unstaffed_urls: Urls, empty: Log):
    with psycopg.connect(unstaffed_urls.owner) as connection:
        connection.execute(f"INSERT INTO clinic.bank_aliases VALUES {ALIAS}")
    assert differing(unstaffed_urls, empty) == [("bank_aliases", 1, 0)]


def test_a_row_of_a_table_that_inherits_is_found(unstaffed_urls: Urls, empty: Log):
    with psycopg.connect(unstaffed_urls.owner) as connection:
        connection.execute("CREATE TABLE clinic.others () INHERITS (clinic.bank_aliases)")
        connection.execute(f"INSERT INTO clinic.others VALUES {ALIAS}")
    assert differing(unstaffed_urls, empty) == [("bank_aliases", 1, 0)]


def test_a_table_that_is_another_relation_is_looked_into(unstaffed_urls: Urls, empty: Log):
    with psycopg.connect(unstaffed_urls.owner) as connection:
        connection.execute("ALTER TABLE clinic.bank_aliases RENAME TO others")
        connection.execute(f"INSERT INTO clinic.others VALUES {ALIAS}")
        connection.execute("CREATE VIEW clinic.bank_aliases AS TABLE clinic.others")
        connection.execute("GRANT SELECT ON clinic.bank_aliases TO reskontra_clinic_reader")
    assert differing(unstaffed_urls, empty) == [("bank_aliases", 1, 0)]


def test_an_empty_table_that_is_gone_is_missed(unstaffed_urls: Urls, empty: Log):
    with psycopg.connect(unstaffed_urls.owner) as connection:
        connection.execute("DROP TABLE clinic.bank_aliases")
    with pytest.raises(ReadTablesMissing):
        parity(empty, unstaffed_urls.reader, "clinic")
