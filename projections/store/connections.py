"""An entity's two connections, one for rows and one for Arrow; opened at first use, and reopened after a loss."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors
from psycopg.rows import TupleRow

from ledger.domain.identifier import entity_code
from projections.store.definitions import POSITION, refuse_others
from projections.store.trouble import ReadStoreTrouble, ReadStoreUnavailable, ReadTablesReadOnly, missing, outdated

if TYPE_CHECKING:
    import pyarrow as pa

_CONNECT_SECONDS: Final = 10
_VERSIONS: Final = f"SELECT versions::text FROM {POSITION}"
_UNDEFINED_TABLE: Final = "42P01"
_UNDEFINED_COLUMN: Final = "42703"
_STILL_LEANT_ON: Final = "2BP01"
_INSUFFICIENT_PRIVILEGE: Final = "42501"


def connect(url: str, entity: str) -> psycopg.Connection[TupleRow]:
    """A connection that finds the entity's tables by their bare names; each statement is a transaction of its own."""
    schema = entity_code(entity)
    connection = psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_SECONDS)
    connection.execute("SELECT set_config('search_path', %s, false)", (schema,))
    return connection


class Connections:
    """The connections of one entity's read store; threads may share them and take turns.

    A connection is opened only if the tables have this program's versions.
    """

    def __init__(self, url: str, entity: str) -> None:
        self.url = url
        self.entity = entity
        self._turn = threading.RLock()
        self._rows: psycopg.Connection[TupleRow] | None = None
        self._arrow: Any = None

    @contextmanager
    def rows(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """The psycopg connection during the `with` block; raises ReadStoreTrouble instead of driver errors."""
        with self._turn, troubles(self.entity):
            if self._rows is None or self._rows.closed:
                self._rows = self._opened()
            yield self._rows

    def arrow(self, statement: str, *parameters: Any) -> pa.Table:
        """The result of a query with `$1`-style parameters, as an Arrow table of plain columns."""
        import adbc_driver_manager
        import pyarrow as pa

        with self._turn:
            try:
                with self._arrow_connection().cursor() as cursor:
                    cursor.execute(statement, parameters or None)
                    found = cursor.fetch_arrow_table()
            except adbc_driver_manager.Error as error:
                self._lose_arrow()
                raise _trouble(self.entity, error.sqlstate, str(error)) from error
        # The driver adds PostgreSQL's types to every field; a report's shape must not depend on them.
        return pa.Table.from_arrays(found.columns, names=found.column_names)

    def _opened(self) -> psycopg.Connection[TupleRow]:
        made = connect(self.url, self.entity)
        try:
            _refuse_others(made.execute(_VERSIONS.encode()).fetchone(), self.entity)
        except BaseException:
            made.close()
            raise
        return made

    def _arrow_connection(self) -> Any:
        if self._arrow is None:
            from adbc_driver_postgresql import dbapi

            schema = entity_code(self.entity)
            self._arrow = dbapi.connect(self.url, autocommit=True)
            try:
                with self._arrow.cursor() as cursor:
                    cursor.execute(f'SET search_path TO "{schema}"')
                    cursor.execute(_VERSIONS)
                    _refuse_others(cursor.fetchone(), self.entity)
            except BaseException:
                self._lose_arrow()
                raise
        return self._arrow

    def _lose_arrow(self) -> None:
        lost, self._arrow = self._arrow, None
        if lost is not None:
            lost.close()

    def close(self) -> None:
        """Close both connections."""
        with self._turn:
            if self._rows is not None:
                self._rows.close()
                self._rows = None
            self._lose_arrow()


def _refuse_others(found: Sequence[Any] | None, entity: str) -> None:
    assert found is not None, "the position table always has one row, which the migration inserted"
    refuse_others(json.loads(found[0]), entity)


@contextmanager
def troubles(entity: str) -> Iterator[None]:
    """Turn the driver's errors into ReadStoreTrouble, quoting only the first line; further lines may repeat values."""
    try:
        yield
    except (
        errors.UndefinedTable,
        errors.UndefinedColumn,
        errors.DependentObjectsStillExist,
        errors.InsufficientPrivilege,
        psycopg.OperationalError,
    ) as error:
        raise _trouble(entity, error.sqlstate, str(error)) from error


def _trouble(entity: str, sqlstate: str | None, message: str) -> ReadStoreTrouble:
    first = message.partition("\n")[0]
    if sqlstate == _UNDEFINED_TABLE:
        return missing(entity, first)
    if sqlstate == _UNDEFINED_COLUMN:
        # Another version of the program upgraded the tables while this program had them open.
        return outdated(entity, first)
    if sqlstate == _STILL_LEANT_ON:
        return ReadStoreTrouble(
            f"a view or function depends on the read tables of {entity}, so the tables were not replaced "
            f"({first}); drop that view or function, run this again, and then create it again"
        )
    if sqlstate == _INSUFFICIENT_PRIVILEGE:
        return ReadTablesReadOnly(
            f"this database role has no right to this operation on the read tables of {entity} ({first})"
        )
    return ReadStoreUnavailable(f"the read tables of {entity} cannot be used now: {first}")
