"""Rebuilds the read tables beside the live ones: replay the journal, compare, swap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL

from ledger.journal.locks import alone
from projections.follower import PAGE, Followed, follow
from projections.read_models.model import Model
from projections.read_models.registry import MODELS
from projections.read_models.set_aside import SET_ASIDE
from projections.store import second_copy
from projections.store.comparison import Comparison, compare
from projections.store.connections import connect, troubles
from projections.store.definitions import POSITION, VERSIONS, Location, differing
from projections.store.read_tables import ReadTables
from projections.store.session_copy import SessionCopy
from projections.store.trouble import ReadStoreUnavailable

_TAKEN: Final = "another process is rebuilding the read tables of {entity}; wait until it has ended"
# How long an upgrade waits for another upgrade, which is perhaps creating the same tables; a rebuild does not wait.
PATIENCE: Final = 60


class Rebuilt(NamedTuple):
    """The result of a rebuild at a position: one comparison per table, and whether the rebuilt tables are now live.

    `set_aside` is how many streams have facts that the rebuilt tables could not hold, and `taken_in` how many there are
    no longer.
    """

    position: int
    tables: tuple[Comparison, ...]
    swapped: bool
    set_aside: int = 0
    taken_in: int = 0

    @property
    def equal(self) -> bool:
        """Whether every table equals a replay of the journal."""
        return all(table.equal for table in self.tables)


def rebuild(journal: Followed, url: str, entity: str, *, accept_differences: bool = False, page: int = PAGE) -> Rebuilt:
    """Replay the journal into new tables, which replace the live ones if both are equal or differences are accepted.

    They also replace them if they hold facts that had to be set aside, and set none aside besides.

    `url` is the URL of the tables' owner. Readers use the old tables until the swap; followers wait while the tables
    are compared. Raises ReadStoreTrouble; raises ReadStoreUnavailable while another rebuild of the entity runs.
    """
    live, copy = Location(entity), Location(entity, "_next")
    taken = ReadStoreUnavailable(_TAKEN.format(entity=entity))
    with troubles(entity), connect(url, entity) as connection, alone(connection, entity, "rebuilding", taken):
        ReadTables(connection, live).position()
        with _replayed(connection, journal, live, copy, page) as position:
            found = _compared(connection, position, live, copy)
            swapped = found.equal or accept_differences or found.taken_in > 0
            if swapped:
                second_copy.swap(connection, live, copy)
    return found._replace(swapped=swapped)


def upgrade(journal: Followed, url: str, entity: str, *, page: int = PAGE) -> list[str]:
    """Bring the read tables to this program's versions if needed; returns the tables that were rebuilt or dropped.

    `url` is the URL of the tables' owner. All tables are replayed beside the old ones and then swapped, so that readers
    of the old ones continue until then, and an interrupted upgrade changes nothing. Raises ReadStoreTrouble.
    """
    live, copy = Location(entity), Location(entity, "_next")
    with troubles(entity), connect(url, entity) as connection:
        if not _to_make(connection, live):
            return []
        taken = ReadStoreUnavailable(_TAKEN.format(entity=entity))
        with alone(connection, entity, "rebuilding", taken, PATIENCE):
            # The upgrade that we waited for may already have rebuilt the tables.
            if found := _to_make(connection, live):
                with _replayed(connection, journal, live, copy, page):
                    second_copy.swap(connection, live, copy)
    return [f"{table} {VERSIONS.get(table, 'dropped')}" for table in found]


def parity(journal: Followed, url: str, entity: str, *, page: int = PAGE) -> Rebuilt:
    """Compare the live tables with a replay that only this session sees; nothing is swapped and nobody waits.

    `url` may also be the URL with which the writer or the reader connects.
    """
    live = Location(entity)
    with troubles(entity), connect(url, entity) as connection:
        ReadTables(connection, live).position()
        copy = SessionCopy(connection, live, journal.catalogue)
        _catch_up(connection, journal, live, copy, page)
        # One snapshot of the live tables and their position, while followers continue to write.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            position = _catch_up(connection, journal, live, copy, page)
            return _compared(connection, position, live, copy.location, copy.models(live))


@contextmanager
def _replayed(
    connection: psycopg.Connection[TupleRow], journal: Followed, live: Location, copy: Location, page: int
) -> Iterator[int]:
    """Make a copy at the live tables' position; they cannot change in the `with` block, which is one transaction."""
    second_copy.make(connection, live, copy)
    try:
        tables = ReadTables(connection, copy, journal.catalogue)
        _catch_up(connection, journal, live, tables, page)
        with connection.transaction():
            second_copy.hold_followers(connection, live)
            yield _catch_up(connection, journal, live, tables, page)
    finally:
        # A copy that has not replaced the live tables by now is unwanted or incomplete.
        if not connection.closed:
            second_copy.drop(connection, copy)


def _catch_up(
    connection: psycopg.Connection[TupleRow], journal: Followed, live: Location, copy: ReadTables, page: int
) -> int:
    """Bring a copy to the live tables' position, even if the database gives a lower stable position now."""
    row = connection.execute(SQL("SELECT position FROM {}").format(live.table(POSITION))).fetchone()
    assert row is not None, "the migration put one row into the table that contains the position"
    position = int(row[0])
    journal.hold_stable(position)
    follow(journal, copy, position, page=page)
    return position


def _compared(
    connection: psycopg.Connection[TupleRow],
    position: int,
    live: Location,
    copy: Location,
    models: Sequence[Model] = MODELS,
) -> Rebuilt:
    """Compare the tables of some models; those of the others are empty in both copies."""
    found = {one.table: one for one in compare(connection, models, live, copy)}
    tables = tuple(found.get(one.table) or Comparison(one.table, 0, 0, 0, ()) for one in MODELS)
    aside, rebuilt = (_aside(connection, location) for location in (live, copy))
    taken_in = len(aside - rebuilt) if rebuilt <= aside else 0
    return Rebuilt(position, tables, swapped=False, set_aside=len(rebuilt), taken_in=taken_in)


def _aside(connection: psycopg.Connection[TupleRow], location: Location) -> set[str]:
    return {row[0] for row in connection.execute(SQL("SELECT stream FROM {}").format(location.table(SET_ASIDE.table)))}


def _to_make(connection: psycopg.Connection[TupleRow], live: Location) -> list[str]:
    """The tables that are missing, are not of this program's version, or are unknown to this program."""
    row = connection.execute(SQL("SELECT versions FROM {}").format(live.table(POSITION))).fetchone()
    assert row is not None, "the migration put one row into the table that contains the position"
    there = second_copy.there(connection, live)
    return differing({table: version for table, version in row[0].items() if table in there})
