"""Fetches many facts in order, as Arrow pages: each page is fetched while the previous one is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Final, NamedTuple

from psycopg.conninfo import make_conninfo

from ledger.journal.waits import bounded

# Fewer facts than this are read faster as rows, because the Arrow libraries need not be loaded.
MANY: Final = 2_000
# Facts per page; at most two pages are in memory.
PAGE: Final = 10_000


class Columns(NamedTuple):
    """A page of stored facts, column by column."""

    positions: list[int]
    streams: list[str]
    versions: list[int]
    names: list[str]
    states: list[bytes]


class ArrowPages:
    """Fetches pages of stored facts on a connection of its own; threads take turns."""

    def __init__(self, url: str, schema: str) -> None:
        self._url = url
        self._schema = schema
        self._turn = Lock()
        self._connection: Any = None

    def page(self, after: int, upto: int, limit: int) -> Columns | None:
        """At most `limit` facts after one position and up to another; None if the caller must read rows instead.

        Rows must be read if facts after the position `after` may already be archived. They must also be read if this
        connection fails, so that the caller gets the journal's own error.
        """
        import adbc_driver_manager

        # The values are part of the SQL text because COPY, the fastest way to read, takes no parameters.
        statement = _PAGE.format(schema=self._schema, after=int(after), upto=int(upto), limit=int(limit))
        with self._turn:
            try:
                with self._connected().cursor() as cursor:
                    cursor.execute(statement)
                    found = cursor.fetch_arrow_table()
            except adbc_driver_manager.Error:
                self._lose()
                return None
        if not found.num_rows or found["reach"][0].as_py() > after:
            return None
        # One string object per distinct name, instead of one per fact.
        names = found["name"].combine_chunks().dictionary_encode()
        spelt = names.dictionary.to_pylist()
        return Columns(
            found["position"].to_pylist(),
            found["stream"].to_pylist(),
            found["version"].to_pylist(),
            [spelt[number] for number in names.indices.to_pylist()],
            found["state"].to_pylist(),
        )

    def close(self) -> None:
        """Close the connection."""
        with self._turn:
            self._lose()

    def _connected(self) -> Any:
        if self._connection is None:
            from adbc_driver_postgresql import dbapi

            self._connection = dbapi.connect(make_conninfo(**bounded(self._url)), autocommit=True)
        return self._connection

    def _lose(self) -> None:
        lost, self._connection = self._connection, None
        if lost is not None:
            lost.close()


def pages_ahead(fetch: Callable[[int, int, int], Columns], after: int, upto: int, size: int) -> Iterator[Columns]:
    """Page after page up to a position; each page is fetched while the previous one is read."""
    with ThreadPoolExecutor(1) as ahead:
        fetching = ahead.submit(fetch, after, upto, size)
        while (page := fetching.result()).positions:
            end = page.positions[-1] if len(page.positions) == size else upto
            if end < upto:
                fetching = ahead.submit(fetch, end, upto, size)
            yield page
            if end >= upto:
                return


# The archive's last position is read in the same snapshot as the facts, so that no fact moved to the archive is missed.
_PAGE: Final = """
SELECT notification_id AS position, originator_id AS stream, originator_version AS version, topic AS name, state,
    (SELECT coalesce(max(last_position), 0) FROM "{schema}".archived_facts) AS reach
FROM "{schema}".events WHERE notification_id > {after} AND notification_id <= {upto}
ORDER BY notification_id LIMIT {limit}
"""
