"""Comparing two copies of the read tables: counts, a hash of the content in key order, and the rows that differ."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier, Literal

from projections.read_models.model import Model
from projections.store.definitions import Place

# How many differing keys are named.
SAMPLE: Final = 5


class Comparison(NamedTuple):
    """One table in two copies; `differing` counts keys whose rows differ or are in one copy only.

    `sample` names the first of those keys, its values separated by a space.
    """

    table: str
    live_rows: int
    rebuilt_rows: int
    live_hash: str
    rebuilt_hash: str
    differing: int
    sample: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether both copies hold the same rows."""
        return self.live_hash == self.rebuilt_hash and self.differing == 0


def compare(connection: psycopg.Connection[TupleRow], model: Model, live: Place, rebuilt: Place) -> Comparison:
    """Both copies of one table, read in the connection's transaction."""
    # Rows are hashed as text, which must not depend on the session's settings.
    connection.execute("SET LOCAL datestyle TO 'ISO, YMD'")
    live_rows, live_hash = _content(connection, model, live)
    rebuilt_rows, rebuilt_hash = _content(connection, model, rebuilt)
    same = (live_rows, live_hash) == (rebuilt_rows, rebuilt_hash)
    differing, sample = (0, ()) if same else _differing(connection, model, live, rebuilt)
    return Comparison(model.table, live_rows, rebuilt_rows, live_hash, rebuilt_hash, differing, sample)


def _content(connection: psycopg.Connection[TupleRow], model: Model, place: Place) -> tuple[int, str]:
    key = SQL(", ").join(map(Identifier, model.key))
    row = _fetch(connection, SQL(_CONTENT).format(key=key, table=place.table(model.table)))
    return row[0], row[1]


def _differing(
    connection: psycopg.Connection[TupleRow], model: Model, live: Place, rebuilt: Place
) -> tuple[int, tuple[str, ...]]:
    parts = [SQL("{}::text").format(Identifier(column)) for column in model.key]
    named = SQL("concat_ws(' ', {})").format(SQL(", ").join(parts))
    query = SQL(_DIFFERING).format(
        live=live.table(model.table),
        rebuilt=rebuilt.table(model.table),
        key=SQL(", ").join(map(Identifier, model.key)),
        named=named,
        sample=Literal(SAMPLE),
    )
    row = _fetch(connection, query)
    return row[0], tuple(row[1] or ())


def _fetch(connection: psycopg.Connection[TupleRow], query: Composed) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None, "an aggregate always gives one row"
    return row


# Hashes of blocks of rows are hashed again, so that no value grows with the table.
_CONTENT: Final = """
SELECT coalesce(sum(held), 0)::bigint,
    encode(sha256(coalesce(string_agg(hash, ''::bytea ORDER BY block), ''::bytea)), 'hex')
FROM (
    SELECT (place - 1) / 10000 AS block, count(*) AS held, sha256(string_agg(hash, ''::bytea ORDER BY place)) AS hash
    FROM (
        SELECT row_number() OVER (ORDER BY {key}) AS place, sha256(convert_to(kept::text, 'UTF8')) AS hash
        FROM {table} AS kept
    ) AS ordered
    GROUP BY (place - 1) / 10000
) AS blocks
"""

_DIFFERING: Final = """
WITH differing AS (
    SELECT {key} FROM {live} AS live FULL JOIN {rebuilt} AS rebuilt USING ({key})
    WHERE live::text IS DISTINCT FROM rebuilt::text
)
SELECT count(*), (
    SELECT array_agg(first.named) FROM (SELECT {named} AS named FROM differing ORDER BY {key} LIMIT {sample}) AS first
)
FROM differing
"""
