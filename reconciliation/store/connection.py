"""The connection to one entity's working lists, opened at first use and reopened after it is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from ledger.domain.identifier import entity_code
from reconciliation.store.trouble import StoreTrouble

_CONNECT_SECONDS: Final = 10


class Connection:
    """One connection, which the threads of a process share by taking turns."""

    def __init__(self, url: str, entity: str) -> None:
        self._url = url
        self._entity = entity_code(entity)
        self._turn = threading.RLock()
        self._open: psycopg.Connection[dict[str, Any]] | None = None

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """Open a transaction in which the entity's tables need no schema name; raises StoreTrouble for all errors.

        StoreTrouble quotes only the first line of the driver's message, because later lines may contain values of rows.
        """
        with self._turn:
            try:
                with self._connected() as connection, connection.transaction():
                    yield connection
            except errors.UndefinedTable as error:
                command = f"reskontra db upgrade --entity {self._entity}"
                raise StoreTrouble(f"the working lists of {self._entity} are missing; run: {command}") from error
            except errors.InsufficientPrivilege as error:
                raise StoreTrouble(
                    f"this database role has no right to use the working lists of {self._entity} in this way"
                ) from error
            except psycopg.OperationalError as error:
                first = str(error).partition("\n")[0]
                raise StoreTrouble(
                    f"the working lists of {self._entity} cannot be used now ({first}); when the database is running "
                    "again, run the command again"
                ) from error

    def close(self) -> None:
        """Close the connection."""
        with self._turn:
            if self._open is not None:
                self._open.close()
                self._open = None

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        if self._open is None or self._open.closed:
            made = psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_SECONDS, row_factory=dict_row)
            made.execute("SELECT set_config('search_path', %s, false)", (self._entity,))
            self._open = made
        yield self._open
