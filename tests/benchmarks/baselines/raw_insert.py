"""Frozen baseline: one prepared insert of one row into the events table and its commit."""

from __future__ import annotations

import psycopg


def insert(connection: psycopg.Connection, table: str, sequence: str, stream: str, name: str, state: bytes) -> None:
    """One row, one statement, one commit; the connection is in autocommit."""
    connection.execute(
        f"INSERT INTO {table} VALUES (%b, 1, %b, %b, nextval('{sequence}'))",  # type: ignore[arg-type]
        (stream, name, state),
        prepare=True,
    )
