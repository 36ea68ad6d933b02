"""Whoever reads with SQL finds in the database what each table and each column is."""

from __future__ import annotations

import psycopg

from infra.postgres import Urls

_NOT_DESCRIBED = """
SELECT kind.relname, field.attname FROM pg_class AS kind
JOIN pg_attribute AS field ON field.attrelid = kind.oid
WHERE kind.relnamespace = 'clinic'::regnamespace AND kind.relkind = ANY('{r,p,v,m}') AND field.attnum > 0
    AND NOT field.attisdropped AND has_table_privilege(kind.oid, 'SELECT')
    AND (col_description(kind.oid, field.attnum) IS NULL OR obj_description(kind.oid, 'pg_class') IS NULL)
"""


def test_every_table_and_column_that_can_be_read_is_described(database_urls: Urls) -> None:
    with psycopg.connect(database_urls.reader) as reader:
        assert reader.execute(_NOT_DESCRIBED).fetchall() == []
