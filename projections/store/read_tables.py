"""The read tables at one place, live or being rebuilt: a page of facts and the position in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import msgspec
import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from projections.read_models.account_balances import ACCOUNT_BALANCES, AccountBalance, settle
from projections.read_models.accounts import ACCOUNTS, Account
from projections.read_models.model import Key, Model, Row, columns
from projections.read_models.page import Page, Stood, fold, lines, touched
from projections.read_models.registry import KEYED, LINES, MODELS

if TYPE_CHECKING:
    from ledger import Recorded

POSITION: Final = "projection_position"
TABLES: Final = (POSITION, *(model.table for model in MODELS))


class Place(NamedTuple):
    """Where read tables are: the entity's schema, or the session's own; `suffix` follows each table's name."""

    schema: str
    suffix: str = ""

    def table(self, name: str) -> Identifier:
        """The full name of a table here."""
        return Identifier(self.schema, name + self.suffix)


class ReadTables:
    """The read tables at one place."""

    def __init__(self, connection: psycopg.Connection[TupleRow], place: Place) -> None:
        self.connection = connection
        self.place = place

    def position(self) -> int:
        """Every fact up to here is in the tables."""
        return self._position(SQL("SELECT position FROM {}"))

    def apply(self, batch: Sequence[Recorded], after: int, upto: int) -> int:
        """Add all facts after `after` up to `upto`; the position the tables stand at then.

        When another follower was faster, nothing is applied and its position is given.
        """
        with self.connection.transaction():
            # A page that is lost in a crash is lost with its position, and followed again.
            self.connection.execute("SET LOCAL synchronous_commit TO off")
            position = self._position(SQL("SELECT position FROM {} FOR UPDATE"))
            if position != after or upto <= after:
                return position
            stood = {model.table: self._stood(model, ids) for model, ids in _needed(batch)}
            self._write(batch, fold(batch, stood), stood)
            self.connection.execute(SQL("UPDATE {} SET position = %s").format(self.place.table(POSITION)), (upto,))
        return upto

    def _position(self, query: SQL) -> int:
        row = self.connection.execute(query.format(self.place.table(POSITION))).fetchone()
        assert row is not None, "the position has one row from its migration on"
        return int(row[0])

    def _stood(self, model: Model, ids: Collection[str]) -> dict[str, dict[Key, Row]]:
        """The rows of some streams as they stand, by id and key."""
        query = SQL("SELECT {} FROM {} WHERE {} = ANY(%s)").format(
            _names(model), self.place.table(model.table), Identifier(model.key[0])
        )
        width = len(model.key)
        found: dict[str, dict[Key, Row]] = {}
        with self.connection.cursor(binary=True) as cursor:
            for values in cursor.execute(query, (list(ids),)):
                row = model.row(*(tuple(value) if isinstance(value, list) else value for value in values))
                found.setdefault(values[0], {})[values[:width]] = row
        return found

    def _write(self, batch: Sequence[Recorded], page: Page, stood: Stood) -> None:
        for model in KEYED:
            streams = page.rows.get(model.table, {})
            replaced = stood.get(model.table, {}).keys() & streams.keys()
            self._replace(model, replaced, (row for rows in streams.values() for row in rows.values()))
        self._write_balances(page)
        for model_of_lines in LINES:
            # The lines are made while the server takes them in.
            self._copy(model_of_lines, lines(model_of_lines, batch, page))

    def _write_balances(self, page: Page) -> None:
        ids = {account_id for account_id, _ in page.moved.by_key}
        if not ids:
            return
        stood = self._stood(ACCOUNT_BALANCES, ids)
        balances = {key: cast(AccountBalance, row) for rows in stood.values() for key, row in rows.items()}
        opened = page.rows.get(ACCOUNTS.table, {})
        accounts = self._stood(ACCOUNTS, ids - opened.keys()) | opened
        payers = {id: cast(Account, row).payer for id, rows in accounts.items() for row in rows.values()}
        settled: list[Row] = list(settle(page.moved, balances, payers))
        # Only rows that moved are replaced: an account may have others, in other currencies.
        self._delete_by_key(ACCOUNT_BALANCES, [row for row in settled if _key(ACCOUNT_BALANCES, row) in balances])
        self._copy(ACCOUNT_BALANCES, settled)

    def _replace(self, model: Model, replaced: Collection[str], rows: Iterable[Row]) -> None:
        """Put the rows of some streams in place of those that stood: as cheap as updating, and one path."""
        if replaced:
            query = SQL("DELETE FROM {} WHERE {} = ANY(%s)")
            self.connection.execute(
                query.format(self.place.table(model.table), Identifier(model.key[0])), (list(replaced),)
            )
        self._copy(model, rows)

    def _delete_by_key(self, model: Model, rows: Sequence[Row]) -> None:
        if rows:
            query = SQL("DELETE FROM {} USING unnest(%s::text[], %s::text[]) AS gone (a, b) WHERE {} = a AND {} = b")
            keys = zip(*(_key(model, row) for row in rows), strict=True)
            named = query.format(self.place.table(model.table), *map(Identifier, model.key))
            self.connection.execute(named, [list(part) for part in keys])

    def _copy(self, model: Model, rows: Iterable[Row]) -> None:
        columns_ = columns(model.row)
        arrays = any(column.type.endswith("[]") for column in columns_)
        statement = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(self.place.table(model.table), _names(model))
        iterator = iter(rows)
        first = next(iterator, None)
        if first is None:
            return
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([column.type for column in columns_])
            values = msgspec.structs.astuple
            write = copy.write_row
            write(_with_lists(values(first)) if arrays else values(first))
            for row in iterator:
                write(_with_lists(values(row)) if arrays else values(row))


def _needed(batch: Sequence[Recorded]) -> Iterable[tuple[Model, Collection[str]]]:
    ids = touched(batch)
    return ((model, ids[model.table]) for model in KEYED if model.table in ids)


def _names(model: Model) -> Composed:
    return SQL(", ").join(map(Identifier, model.row.__struct_fields__))


def _key(model: Model, row: Row) -> Key:
    return msgspec.structs.astuple(row)[: len(model.key)]


def _with_lists(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """PostgreSQL's arrays are lists to the driver; a tuple would be a composite value."""
    return tuple(list(value) if isinstance(value, tuple) else value for value in values)
