"""Connections for Arrow that do not each ask the server again for all its types."""

from __future__ import annotations

import threading
from typing import Any

import adbc_driver_postgresql
from adbc_driver_manager import AdbcConnection
from adbc_driver_manager import dbapi as manager
from adbc_driver_postgresql import dbapi


def read_types_once(url: str) -> None:
    """From now on, connections of this process take the types that the database at `url` has.

    The driver reads all types and columns of a database before its first connection, which takes as long as a small
    command. The databases of the tests are copies of each other, and what is read of them has PostgreSQL's own types.
    """
    database = adbc_driver_postgresql.connect(url)
    kept = manager._SharedDatabase(database)
    turn = threading.Lock()

    def connect(uri: str, *, autocommit: bool = False) -> Any:
        with turn:
            database.set_options(uri=uri)
            connection = AdbcConnection(database)
        return dbapi.Connection(kept, connection, autocommit=autocommit)

    dbapi.connect = connect
