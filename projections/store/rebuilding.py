"""Rebuilding the read tables from the journal beside the live ones: replayed, compared, and swapped when equal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import psycopg
from psycopg.rows import TupleRow

from projections.following import PAGE, Followed, follow
from projections.read_models.registry import MODELS
from projections.store import beside
from projections.store.comparison import Comparison, compare
from projections.store.connections import connect, troubles
from projections.store.read_tables import Place, ReadTables
from projections.store.trouble import ReadStoreUnavailable

# One rebuild of an entity at a time; the number only has to differ from other locks of ours.
LOCK: Final = 0x70726A


class Rebuilt(NamedTuple):
    """What a rebuild found at a position: each table compared, and whether the rebuilt ones are live now."""

    position: int
    tables: tuple[Comparison, ...]
    swapped: bool

    @property
    def equal(self) -> bool:
        """Whether every table is what a replay of the journal makes it."""
        return all(table.equal for table in self.tables)


def rebuild(journal: Followed, url: str, entity: str, *, accept_differences: bool = False, page: int = PAGE) -> Rebuilt:
    """Replay the journal into tables beside the live ones, compare them, and swap when equal or told to.

    `url` is the owner's. Readers go on until the swap; followers wait while the tables are compared. Raises
    ReadStoreTrouble, and ReadStoreUnavailable while another rebuild of the entity runs.
    """
    live, rebuilt = Place(entity), Place(entity, "_next")
    with troubles(entity), connect(url, entity) as connection, _alone(connection, entity):
        beside.make_next(connection, live, rebuilt)
        try:
            copy = ReadTables(connection, rebuilt)
            follow(journal, copy, _reached(connection, journal, live), page=page)
            with connection.transaction():
                beside.hold_followers(connection, live)
                found = _compared(connection, journal, live, rebuilt, page)
                swapped = found.equal or accept_differences
                if swapped:
                    beside.swap(connection, live, rebuilt)
        finally:
            # Whatever is left under the second name is an unwanted or half-made copy.
            if not connection.closed:
                beside.drop(connection, rebuilt)
        if swapped:
            beside.count(connection, live)
    return found._replace(swapped=swapped)


def parity(journal: Followed, url: str, entity: str, *, page: int = PAGE) -> Rebuilt:
    """The same comparison with tables that only this session sees; nothing is swapped and nobody waits.

    `url` may be the writer's or the reader's.
    """
    live, rebuilt = Place(entity), Place("pg_temp")
    with troubles(entity), connect(url, entity) as connection:
        beside.make_temporary(connection, live, rebuilt)
        copy = ReadTables(connection, rebuilt)
        follow(journal, copy, _reached(connection, journal, live), page=page)
        # One snapshot of the live tables and their position, while followers write on.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            return _compared(connection, journal, live, rebuilt, page)


def _compared(
    connection: psycopg.Connection[TupleRow], journal: Followed, live: Place, rebuilt: Place, page: int
) -> Rebuilt:
    """Bring the copy to the very position of the live tables and compare, in the connection's transaction."""
    position = _reached(connection, journal, live)
    follow(journal, ReadTables(connection, rebuilt), position, page=page)
    tables = tuple(compare(connection, model, live, rebuilt) for model in MODELS)
    return Rebuilt(position, tables, swapped=False)


def _reached(connection: psycopg.Connection[TupleRow], journal: Followed, live: Place) -> int:
    """How far the live tables are; that was stable when they followed, also where the database tells less by now."""
    position = ReadTables(connection, live).position()
    journal.hold_stable(position)
    return position


@contextmanager
def _alone(connection: psycopg.Connection[TupleRow], entity: str) -> Iterator[None]:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (LOCK, entity)).fetchone()
    if row is None or not row[0]:
        raise ReadStoreUnavailable(f"the read tables of {entity} are being rebuilt already; wait until that has ended")
    try:
        yield
    finally:
        # The server ends a session some time after it is left; who rebuilds next must not find the lock still held.
        if not connection.closed and not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", (LOCK, entity))
