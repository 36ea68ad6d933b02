"""The read store: the read tables of one legal entity, as they are, on two clocks, and one page further."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Self

from psycopg.sql import SQL, Identifier

from ledger.domain.catalogue import CATALOGUE, Catalogue
from projections.store.as_of import AsOf
from projections.store.connections import Connections
from projections.store.definitions import Place
from projections.store.for_matching import ForMatching
from projections.store.lookups import Lookups
from projections.store.names import Names
from projections.store.read_tables import ReadTables

if TYPE_CHECKING:
    from ledger import Recorded


class ReadStore:
    """The read tables of one entity at a libpq URL, for reading or following as the URL's role may.

    Connects when first used; safe to share between threads. Raises ReadStoreTrouble.
    """

    def __init__(self, url: str, entity: str, catalogue: Catalogue = CATALOGUE) -> None:
        self.entity = entity
        self._catalogue = catalogue
        self.url = url
        self._connections = Connections(url, entity)
        self.now = Lookups(self._connections)
        self.names = Names(self._connections)
        self.matching = ForMatching(self._connections)

    def position(self) -> int:
        """Every fact up to here is in the tables."""
        with self._connections.rows() as connection:
            return ReadTables(connection, Place(self.entity)).position()

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        """Add all facts after `after` up to `upto`, in one transaction with the position; the position then."""
        with self._connections.rows() as connection:
            return ReadTables(connection, Place(self.entity), self._catalogue).apply(batch, after, upto)

    def analyse(self) -> None:
        """Let the planner know how many rows there are now, instead of some time later by itself."""
        with self._connections.rows() as connection:
            connection.execute(SQL("SELECT {}()").format(Identifier(self.entity, "analyse_read_tables")))

    def at(self, as_of: date, known_at: int) -> AsOf:
        """The tables as of a day, known at a position; they must have followed that far."""
        return AsOf(self._connections, as_of, known_at)

    def close(self) -> None:
        """Give the connections back."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
