"""SQL statements prepared once per connection and sent directly; psycopg's cursor costs four times as much."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final
from weakref import WeakKeyDictionary

from psycopg import Connection, errors, generators, pq
from psycopg.adapt import Transformer
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

Row = tuple[Any, ...]
Pack = Callable[[Any], bytes]

_ARRAY: Final = struct.Struct(">iiiii")
_EMPTY: Final = struct.Struct(">iii")
_LENGTH: Final = struct.Struct(">i")
_NUMBERS: Final = count(1)


def _array_of(element: int, pack: Pack) -> Pack:
    """A function that packs a one-dimensional binary array, with indexes from 1 and without nulls."""

    empty, length = _EMPTY.pack(0, 0, element), _LENGTH.pack

    # Every small save packs a dozen arrays, so this is written for speed.
    def packed(values: Sequence[Any]) -> bytes:
        if not values:
            return empty
        parts = [_ARRAY.pack(1, 0, element, len(values), 1)]
        for value in values:
            field = pack(value)
            parts += (length(len(field)), field)
        return b"".join(parts)

    return packed


_BYTEA, _INT8, _INT4, _TEXT = 17, 20, 23, 25
_SCALARS: Final[dict[int, Pack]] = {
    _BYTEA: bytes,
    _INT8: struct.Struct(">q").pack,
    _INT4: struct.Struct(">i").pack,
    _TEXT: str.encode,
}
# How a parameter is packed, for each type that the server may ask for.
_PACKS: Final[dict[int, Pack]] = _SCALARS | {
    array: _array_of(element, _SCALARS[element])
    for array, element in ((1001, _BYTEA), (1016, _INT8), (1007, _INT4), (1009, _TEXT))
}


class SqlStatement:
    """One SQL statement with `{schema}` and `%b`.

    It is sent directly, or by psycopg's cursor if `_PACKS` lacks a parameter's type.
    """

    def __init__(self, text: str, schema: str) -> None:
        self._query = SQL(text).format(schema=Identifier(schema))
        self._names: WeakKeyDictionary[Connection[Any], bytes] = WeakKeyDictionary()
        self._packs: list[Pack] | None = None

    def run(self, connection: Connection[Any], parameters: Sequence[object]) -> list[Row]:
        """Run the statement in the connection's transaction and return its rows; raises psycopg's errors."""
        result = self._run(connection, parameters)
        if result is None:
            return self._by_cursor(connection, parameters)
        if not result.ntuples:
            return []
        transformer = Transformer(connection)
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    def _run(self, connection: Connection[Any], parameters: Sequence[object]) -> Any:
        name = self._names.get(connection) or self._prepare(connection)
        if self._packs is None:
            return None
        given = [pack(value) for pack, value in zip(self._packs, parameters, strict=True)]
        connection.pgconn.send_query_prepared(name, given, [pq.Format.BINARY] * len(given), pq.Format.BINARY)
        return _answer(connection)

    def _prepare(self, connection: Connection[Any]) -> bytes:
        # A new name each time, because a statement whose preparation was interrupted may or may not exist.
        name = f"reskontra_{next(_NUMBERS)}".encode()
        pieces = self._query.as_string(connection).split("%b")
        text = pieces[0] + "".join(f"${number}{piece}" for number, piece in enumerate(pieces[1:], 1))
        connection.pgconn.send_prepare(name, text.encode())
        _answer(connection)
        connection.pgconn.send_describe_prepared(name)
        described = _answer(connection)
        types = [described.param_type(number) for number in range(described.nparams)]
        self._packs = [_PACKS[oid] for oid in types] if all(oid in _PACKS for oid in types) else None
        self._names[connection] = name
        return name

    def _by_cursor(self, connection: Connection[Any], parameters: Sequence[object]) -> list[Row]:
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(self._query, parameters)
            return cursor.fetchall() if cursor.description else []


class SqlStatements:
    """The SQL statements of one schema, each prepared when it is first run."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._known: dict[str, SqlStatement] = {}

    def run(self, connection: Connection[Any], statement: str, parameters: Sequence[object]) -> list[Row]:
        """Run an SQL statement in the connection's transaction and return its rows; raises psycopg's errors."""
        known = self._known.get(statement)
        if known is None:
            known = self._known.setdefault(statement, SqlStatement(statement, self._schema))
        return known.run(connection, parameters)


def run_script(connection: Connection[Any], script: str) -> None:
    """Run several statements, which have no parameters, in one request; if one fails, those after it are not run."""
    connection.pgconn.send_query(script.encode())
    _answer(connection)


def _answer(connection: Connection[Any]) -> Any:
    """The server's answer; an interrupt ends the wait and cancels the statement."""
    result = connection.wait(generators.execute(connection.pgconn))[-1]
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        raise errors.error_from_result(result)
    return result
