"""Making the read tables anew from the journal beside the live ones: replayed, compared, and swapped for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL

from ledger.journal.locks import alone
from projections.following import PAGE, Followed, follow
from projections.read_models.registry import MODELS
from projections.store import beside
from projections.store.comparison import Comparison, compare
from projections.store.connections import connect, troubles
from projections.store.definitions import POSITION, VERSIONS, Place, differing
from projections.store.read_tables import ReadTables
from projections.store.trouble import ReadStoreUnavailable

_TAKEN: Final = "the read tables of {entity} are being rebuilt already; wait until that has ended"
# How long an upgrade waits for another one, which may be about to make the same tables; a rebuild does not wait.
PATIENCE: Final = 60


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
    """Replay the journal into tables beside the live ones, compare, and swap when equal or asked to all the same.

    `url` is the owner's. Readers go on until the swap; followers wait while the tables are compared. Raises
    ReadStoreTrouble, and ReadStoreUnavailable while another rebuild of the entity runs.
    """
    live, copy = Place(entity), Place(entity, "_next")
    taken = ReadStoreUnavailable(_TAKEN.format(entity=entity))
    with troubles(entity), connect(url, entity) as connection, alone(connection, entity, "rebuilding", taken):
        ReadTables(connection, live).position()
        with _replayed(connection, journal, live, copy, page) as position:
            found = _compared(connection, position, live, copy)
            swapped = found.equal or accept_differences
            if swapped:
                beside.swap(connection, live, copy)
    return found._replace(swapped=swapped)


def upgrade(journal: Followed, url: str, entity: str, *, page: int = PAGE) -> list[str]:
    """Make the read tables as this program has them, where they are not: which were made anew or dropped.

    `url` is the owner's. All are replayed beside those of another version and swapped for them, so that readers of
    those go on until then, and an upgrade cut off has changed nothing. Raises ReadStoreTrouble.
    """
    live, copy = Place(entity), Place(entity, "_next")
    with troubles(entity), connect(url, entity) as connection:
        if not _to_make(connection, live):
            return []
        taken = ReadStoreUnavailable(_TAKEN.format(entity=entity))
        with alone(connection, entity, "rebuilding", taken, PATIENCE):
            # Whoever was waited for may have made them.
            if found := _to_make(connection, live):
                with _replayed(connection, journal, live, copy, page):
                    beside.swap(connection, live, copy)
    return [f"{table} {VERSIONS.get(table, 'dropped')}" for table in found]


def parity(journal: Followed, url: str, entity: str, *, page: int = PAGE) -> Rebuilt:
    """The same comparison with tables that only this session sees; nothing is swapped and nobody waits.

    `url` may be the writer's or the reader's.
    """
    live, copy = Place(entity), Place("pg_temp")
    with troubles(entity), connect(url, entity) as connection:
        ReadTables(connection, live).position()
        beside.make(connection, live, copy)
        _catch_up(connection, journal, live, copy, page)
        # One snapshot of the live tables and their position, while followers write on.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            return _compared(connection, _catch_up(connection, journal, live, copy, page), live, copy)


@contextmanager
def _replayed(
    connection: psycopg.Connection[TupleRow], journal: Followed, live: Place, copy: Place, page: int
) -> Iterator[int]:
    """A copy at the very position of the live tables, which stay there for as long as the block, a transaction."""
    beside.make(connection, live, copy)
    try:
        _catch_up(connection, journal, live, copy, page)
        with connection.transaction():
            beside.hold_followers(connection, live)
            yield _catch_up(connection, journal, live, copy, page)
    finally:
        # Whatever is left under the second name is an unwanted or half-made copy.
        if not connection.closed:
            beside.drop(connection, copy)


def _catch_up(connection: psycopg.Connection[TupleRow], journal: Followed, live: Place, copy: Place, page: int) -> int:
    """Bring a copy to where the live tables are; that was stable when they followed, also where less is told now."""
    row = connection.execute(SQL("SELECT position FROM {}").format(live.table(POSITION))).fetchone()
    assert row is not None, "the position has one row from its migration on"
    position = int(row[0])
    journal.hold_stable(position)
    follow(journal, ReadTables(connection, copy, journal.catalogue), position, page=page)
    return position


def _compared(connection: psycopg.Connection[TupleRow], position: int, live: Place, copy: Place) -> Rebuilt:
    tables = tuple(compare(connection, model, live, copy) for model in MODELS)
    return Rebuilt(position, tables, swapped=False)


def _to_make(connection: psycopg.Connection[TupleRow], live: Place) -> list[str]:
    """Which tables are missing, of another version, or none of this program's."""
    row = connection.execute(SQL("SELECT versions FROM {}").format(live.table(POSITION))).fetchone()
    assert row is not None, "the position has one row from its migration on"
    there = beside.there(connection, live)
    return differing({table: version for table, version in row[0].items() if table in there})
