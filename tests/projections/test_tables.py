"""The read tables as the database has them: made of their rows, a word on each column, and who may do what."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from infra.postgres import Urls
from projections.read_models.model import Column, Model, Row, columns
from projections.read_models.registry import MODELS
from projections.store.definitions import TABLES, Location, index_names


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_a_table_has_its_rows_columns_comments_and_key(database_urls: Urls, model: Model):
    with psycopg.connect(database_urls.reader) as connection:
        found = connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod), NOT attnotnull, col_description(attrelid, attnum)"
            " FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            (f"clinic.{model.table}",),
        ).fetchall()
        key = connection.execute(
            "SELECT array_agg(attname::text ORDER BY place) FROM pg_index"
            " CROSS JOIN unnest(indkey::int2[]) WITH ORDINALITY AS part (number, place)"
            " JOIN pg_attribute ON attrelid = indrelid AND attnum = part.number"
            " WHERE indrelid = %s::regclass AND indisprimary",
            (f"clinic.{model.table}",),
        ).fetchone()
        about = connection.execute(
            "SELECT obj_description(%s::regclass, 'pg_class')", (f"clinic.{model.table}",)
        ).fetchone()
    assert tuple(Column(*row) for row in found) == columns(model.row)
    assert key == (list(model.key),)
    assert [column.name for column in columns(model.row)][: len(model.key)] == list(model.key)
    assert about == (model.about,)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_a_table_has_its_models_indexes_by_their_names(database_urls: Urls, model: Model):
    with psycopg.connect(database_urls.reader) as connection:
        found = connection.execute(
            "SELECT relname, (SELECT array_agg(pg_get_indexdef(indexrelid, part::int, true) ORDER BY part)"
            " FROM generate_series(1, indnatts) AS part), pg_get_expr(indpred, indrelid, true)"
            " FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid = %s::regclass AND NOT indisprimary",
            (f"clinic.{model.table}",),
        ).fetchall()
    # PostgreSQL tells the type of a text in a condition, and writes COALESCE in capitals.
    told = {
        (
            name,
            tuple(part.replace("COALESCE", "coalesce").replace("::text", "") for part in parts),
            where and where.replace("::text", ""),
        )
        for name, parts, where in found
    }
    named = index_names(model, Location("clinic"))[1:]
    assert told == {(name, *index) for name, index in zip(named, model.indexes, strict=True)}


def test_texts_are_ordered_by_their_bytes(database_urls: Urls):
    with psycopg.connect(database_urls.reader) as connection:
        found = connection.execute(
            "SELECT DISTINCT collname FROM pg_attribute JOIN pg_collation ON pg_collation.oid = attcollation"
            " WHERE attrelid = ANY(%s::regclass[]) AND attnum > 0 AND atttypid = 'text'::regtype",
            ([f"clinic.{model.table}" for model in MODELS],),
        ).fetchall()
    assert found == [("C",)]


def test_every_table_and_column_says_what_it_holds(database_urls: Urls):
    with psycopg.connect(database_urls.reader) as connection:
        silent = connection.execute(
            "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = 'clinic'::regnamespace AND relname = ANY(%s) AND attnum >= 0"
            " AND (col_description(attrelid, attnum) IS NULL OR obj_description(attrelid, 'pg_class') IS NULL)",
            (list(TABLES),),
        ).fetchall()
    assert silent == []


def test_a_column_without_a_comment_is_no_column():
    class Silent(Row, frozen=True):
        account_id: str

    with pytest.raises(TypeError, match="account_id has no comment"):
        columns(Silent)


def test_rights_are_the_same_on_every_table(database_urls: Urls):
    with psycopg.connect(database_urls.reader) as connection:
        found = connection.execute(
            "SELECT relname, grantee::regrole::text, string_agg(privilege_type, ', ' ORDER BY privilege_type)"
            " FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) WHERE relname = ANY(%s) AND grantee <> relowner"
            " GROUP BY 1, 2",
            (list(TABLES),),
        ).fetchall()
    rights = {
        "reskontra_clinic_writer": "DELETE, INSERT, SELECT, TRUNCATE, UPDATE",
        "reskontra_clinic_reader": "SELECT",
    }
    assert set(found) == {(table, role, held) for table in TABLES for role, held in rights.items()}


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
