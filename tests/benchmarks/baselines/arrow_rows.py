"""Frozen baseline: the events table read into Arrow, nothing decoded."""

from __future__ import annotations

from adbc_driver_postgresql import dbapi


def read(url: str, table: str) -> int:
    """Rows of (stream, version, name, state, position) in order, as one Arrow table; how many."""
    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT originator_id, originator_version, topic, state, notification_id"
            f" FROM {table} ORDER BY notification_id"
        )
        return int(cursor.fetch_arrow_table().num_rows)
