"""Reads a page of a list with one statement: the rows that meet the search, and how many there are in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from psycopg.rows import dict_row

from projections.store.connections import Connections
from projections.store.lists.listing import Listing

_FOUND: Final = "rows_found"


class Found(NamedTuple):
    """A page of a list, and the number of rows that meet the search."""

    rows: list[dict[str, Any]]
    found: int


class ListedRows:
    """The lists of the registry, as the read tables are now."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def page(
        self, listing: Listing, given: Mapping[str, object], today: date, limit: int | None = None, skip: int = 0
    ) -> Found:
        """The rows that meet all given filters: `limit` of them after the first `skip`."""
        query = statement(listing, list(given), counted=limit is not None or skip > 0)
        rows = self._rows(query, {**given, "today": today, "limit": limit, "skip": skip})
        if not rows and skip:
            return Found([], self.page(listing, given, today, 1).found)
        found = int(rows[0][_FOUND]) if rows and _FOUND in rows[0] else len(rows)
        for row in rows:
            row.pop(_FOUND, None)
        return Found(rows, found)

    def things(self, listing: Listing, given: Mapping[str, object], today: date) -> int:
        """How many of what is listed the rows that meet all given filters are about."""
        query = f"SELECT count(DISTINCT {listing.key}) AS things {_rows_of(listing, list(given))}"
        (row,) = self._rows(query, {**given, "today": today})
        return int(row["things"])

    def of_keys(self, listing: Listing, keys: Sequence[str], today: date) -> list[dict[str, Any]]:
        """The rows with these keys, in the order of the list."""
        rows = f"SELECT * FROM ({listing.source}) AS listed WHERE {listing.key} = ANY(%(keys)s)"
        return self._rows(_completed(listing, rows), {"keys": list(keys), "today": today})

    def _rows(self, query: str, given: Mapping[str, object]) -> list[dict[str, Any]]:
        with self._connections.rows() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), given).fetchall()


def statement(listing: Listing, given: Sequence[str], *, counted: bool) -> str:
    """The statement of a list with these filters; if it is `counted`, each row says how many rows there are in all."""
    rows = _rows_of(listing, given)
    # Only the rows are computed in full; what is only counted needs no look-ups.
    count = f", (SELECT count(*) {rows}) AS {_FOUND}" if counted else ""
    page = f"SELECT *{count} {rows} ORDER BY {listing.order} LIMIT %(limit)s OFFSET %(skip)s"
    return page if listing.late is None else _completed(listing, page)


def _rows_of(listing: Listing, given: Sequence[str]) -> str:
    conditions = " AND ".join(one.where for one in listing.filters if one.name in given) or "true"
    return f"FROM ({listing.source}) AS listed WHERE {conditions}"


def _completed(listing: Listing, rows: str) -> str:
    late = "" if listing.late is None else f", {listing.late}"
    return f"SELECT page.*{late} FROM ({rows}) AS page ORDER BY {listing.order}"
