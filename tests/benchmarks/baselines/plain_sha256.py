"""Frozen baseline: a plain SHA-256 over each row's stored bytes, in order, nothing decoded and nothing compared."""

from __future__ import annotations

from hashlib import sha256

import psycopg


def hashed(url: str, table: str) -> int:
    """How many rows were read, page by page, and their bytes hashed."""
    rows = 0
    with psycopg.connect(url) as connection, connection.cursor(name="rows", binary=True) as cursor:
        cursor.itersize = 10_000
        for (state,) in cursor.execute(f"SELECT state FROM {table} ORDER BY notification_id"):  # type: ignore[arg-type]
            sha256(state).digest()
            rows += 1
    return rows
