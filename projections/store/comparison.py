"""Comparison, by key, of two copies of the read tables: how many rows differ, and the keys of the first few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier, Literal

from projections.read_models.model import Model
from projections.store.definitions import Location

# At most this many of the differing keys are named.
SAMPLE: Final = 5


class Comparison(NamedTuple):
    """The comparison of a table in two copies. `differing` counts the keys whose rows differ or exist in one copy only.

    `sample` lists the first few of those keys; the values of a key are separated by spaces.
    """

    table: str
    live_rows: int
    rebuilt_rows: int
    differing: int
    sample: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether both copies hold the same rows."""
        # The counts are also compared: if somebody dropped the primary key, a row may exist twice, each time with equal
        # values.
        return self.live_rows == self.rebuilt_rows and self.differing == 0


def compare(
    connection: psycopg.Connection[TupleRow], models: Sequence[Model], live: Location, rebuilt: Location
) -> tuple[Comparison, ...]:
    """Compare both copies of each table, in the connection's transaction."""
    # Keys are shown as text; with this setting, the text of a date is the same in every session.
    connection.execute("SET LOCAL datestyle TO 'ISO, YMD'")
    counts = [SQL(_COUNT).format(location.table(model.table)) for model in models for location in (live, rebuilt)]
    held = iter(_fetch(connection, SQL("SELECT {}").format(SQL(", ").join(counts))))
    return tuple(_compared(connection, model, (live, next(held)), (rebuilt, next(held))) for model in models)


def _compared(
    connection: psycopg.Connection[TupleRow], model: Model, live: tuple[Location, int], rebuilt: tuple[Location, int]
) -> Comparison:
    # In small books, most tables are empty.
    differing, sample = _differing(connection, model, live[0], rebuilt[0]) if live[1] or rebuilt[1] else (0, ())
    return Comparison(model.table, live[1], rebuilt[1], differing, sample)


def _differing(
    connection: psycopg.Connection[TupleRow], model: Model, live: Location, rebuilt: Location
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


_COUNT: Final = "(SELECT count(*) FROM {})"

# Whole rows are compared as they are, without turning them into text or sorting them.
_DIFFERING: Final = """
WITH differing AS (
    SELECT {key} FROM {live} AS live FULL JOIN {rebuilt} AS rebuilt USING ({key})
    WHERE live IS DISTINCT FROM rebuilt
)
SELECT count(*), (
    SELECT array_agg(first.named) FROM (SELECT {named} AS named FROM differing ORDER BY {key} LIMIT {sample}) AS first
)
FROM differing
"""
