"""The read store of one legal entity: its read tables, with look-ups, sums, and a way to add facts. The sums are as
of a day and as known at a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Self

from psycopg.sql import SQL, Identifier

from ledger.domain.catalogue import CATALOGUE, Catalogue
from projections.store.bank_lines import BankLines
from projections.store.collection_lookups import ForCollections
from projections.store.connections import Connections
from projections.store.definitions import Location
from projections.store.listed_rows import ListedRows
from projections.store.lookups import Lookups
from projections.store.matching_lookups import ForMatching
from projections.store.names import Names
from projections.store.provider_lookups import ForSettlements
from projections.store.read_tables import ReadTables
from projections.store.reminder_lookups import ForReminders
from projections.store.rule_lookups import ForLineRules
from projections.store.sums import AsOf

if TYPE_CHECKING:
    from ledger import Recorded


class ReadStore:
    """The read tables of one entity at a libpq URL; the URL's database role decides if facts may be added to them.

    Connects at first use; threads may share it. Raises ReadStoreTrouble.
    """

    def __init__(self, url: str, entity: str, catalogue: Catalogue = CATALOGUE) -> None:
        self.entity = entity
        self._catalogue = catalogue
        self.url = url
        self._connections = Connections(url, entity)
        self.now = Lookups(self._connections)
        self.names = Names(self._connections)
        self.listed = ListedRows(self._connections)
        self.matching = ForMatching(self._connections)
        self.settlements = ForSettlements(self._connections)
        self.collections = ForCollections(self._connections)
        self.rules = ForLineRules(self._connections)
        self.reminders = ForReminders(self._connections)
        self.bank_lines = BankLines(self._connections)

    def position(self) -> int:
        """The position up to which all facts are in the tables."""
        with self._connections.rows() as connection:
            return ReadTables(connection, Location(self.entity)).position()

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        """Add all facts above `after` up to `upto` and set the position, in one transaction; returns the position."""
        with self._connections.rows() as connection:
            return ReadTables(connection, Location(self.entity), self._catalogue).apply(batch, after, upto)

    def analyse(self) -> None:
        """Update the planner's row counts now, instead of waiting until the database does so."""
        with self._connections.rows() as connection:
            connection.execute(SQL("SELECT {}()").format(Identifier(self.entity, "analyse_read_tables")))

    def at(self, as_of: date, known_at: int) -> AsOf:
        """The tables as of a day and as known at a position; the tables must have reached that position."""
        return AsOf(self._connections, as_of, known_at)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
