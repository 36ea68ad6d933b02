"""The read tables as the database has them: the models' columns, a word on each, and who may do what."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from infra.postgres import Urls
from projections.read_models.model import Column, columns
from projections.read_models.registry import MODELS
from projections.store.read_tables import TABLES


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_a_table_has_its_models_columns_and_key(database_urls: Urls, model):
    with psycopg.connect(database_urls.reader) as connection:
        found = connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod), NOT attnotnull FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            (f"clinic.{model.table}",),
        ).fetchall()
        key = connection.execute(
            "SELECT array_agg(attname::text ORDER BY place) FROM pg_index"
            " CROSS JOIN unnest(indkey::int2[]) WITH ORDINALITY AS part (number, place)"
            " JOIN pg_attribute ON attrelid = indrelid AND attnum = part.number"
            " WHERE indrelid = %s::regclass AND indisprimary",
            (f"clinic.{model.table}",),
        ).fetchone()
    assert tuple(Column(*row) for row in found) == columns(model.row)
    assert key == (list(model.key),)
    assert [column.name for column in columns(model.row)][: len(model.key)] == list(model.key)


def test_every_table_and_column_says_what_it_holds(database_urls: Urls):
    with psycopg.connect(database_urls.reader) as connection:
        silent = connection.execute(
            "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = 'clinic'::regnamespace AND relname = ANY(%s) AND attnum >= 0"
            " AND (col_description(attrelid, attnum) IS NULL OR obj_description(attrelid, 'pg_class') IS NULL)",
            (list(TABLES),),
        ).fetchall()
    assert silent == []


@pytest.mark.parametrize("table", TABLES)
def test_the_reader_may_read_and_change_nothing(database_urls: Urls, table: str):
    with psycopg.connect(database_urls.reader, autocommit=True) as connection:
        connection.execute(f"SELECT * FROM clinic.{table}")
        for forbidden in (f"DELETE FROM clinic.{table}", f"TRUNCATE clinic.{table}"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(forbidden)


@pytest.mark.parametrize("table", TABLES)
def test_the_writer_may_change_rows_and_not_the_table(database_urls: Urls, table: str):
    with psycopg.connect(database_urls.writer, autocommit=True) as connection:
        connection.execute(f"DELETE FROM clinic.{table}")
        connection.execute(f"TRUNCATE clinic.{table}")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(f"DROP TABLE clinic.{table}")
