"""A copy of the read tables that only this session sees, made to be compared: a table is made when it gets a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL

from ledger.domain.catalogue import Catalogue
from projections.read_models.model import Key, Model, Row
from projections.read_models.registry import MODELS
from projections.read_models.set_aside import SET_ASIDE
from projections.store import second_copy
from projections.store.definitions import POSITION, Location, bare_definition
from projections.store.read_tables import ReadTables

if TYPE_CHECKING:
    from ledger import Recorded

# Tables without a page have no row, unless other tables inherit from them.
_EMPTY: Final = """
SELECT relname::text FROM pg_class
WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relkind = 'r' AND NOT relhassubclass
    AND pg_relation_size(oid) = 0
"""
_THERE: Final = "SELECT relname::text FROM pg_class WHERE relnamespace = pg_my_temp_schema()"


class SessionCopy(ReadTables):
    """The read tables of this session, which are dropped with it.

    Most tables of small books are empty, and making one takes longer than filling it.
    """

    def __init__(self, connection: psycopg.Connection[TupleRow], live: Location, catalogue: Catalogue) -> None:
        super().__init__(connection, Location("pg_temp"), catalogue)
        second_copy.begin(connection, live, self.location)
        # The tables that are there; None if that has to be asked.
        self._there: set[str] | None = None

    def models(self, live: Location) -> Sequence[Model]:
        """The models of which the live tables or this copy may have a row; for these, both tables are there."""
        empty = {row[0] for row in self.connection.execute(_EMPTY, (live.schema,))}
        for model in MODELS:
            if model.table not in empty or model is SET_ASIDE:
                self._need(model)
        return [model for model in MODELS if model.table in self._made()]

    def analyse(self) -> None:
        """Update the planner's row counts."""
        tables = SQL(", ").join(map(self.location.table, sorted({POSITION, *self._made()})))
        self.connection.execute(SQL("ANALYZE {}").format(tables))

    def _need(self, model: Model) -> None:
        made = self._made()
        if model.table not in made:
            self.connection.execute(bare_definition(model, self.location).encode())
            made.add(model.table)

    def _rows(self, model: Model, ids: Collection[str]) -> dict[Key, Row]:
        return super()._rows(model, ids) if model.table in self._made() else {}

    def _add(self, batch: Sequence[Recorded]) -> None:
        try:
            super()._add(batch)
        except BaseException:
            # What was made for these facts is gone with them.
            self._there = None
            raise

    def _made(self) -> set[str]:
        if self._there is None:
            self._there = {row[0] for row in self.connection.execute(_THERE)} & {model.table for model in MODELS}
        return self._there
