"""The event store library's connections to a journal: opened when they are needed, with limits on waiting."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow

from ledger.journal.waits import WAITS, Waits, bounded

# The environment variable that turns on the library's database functions; its name may begin with an application's
# name.
UNSAFE: Final = "POSTGRES_ENABLE_DB_FUNCTIONS"


class Datastore(PostgresDatastore):
    """The library's datastore, which looks for no types in the database at its start, because the journal has none."""

    _first: _First | None = None

    def register_type_adapters(self) -> None:
        """Do nothing; the library would ask the database about a type that is not there."""

    def connect(self) -> None:
        """Open the pool's first connection now, so that what is wrong is raised at once.

        The pool would retry until its timeout.
        """
        pool: Any = self.pool
        self._first = _First(Connection.connect(**pool.kwargs))
        pool.connection_class = self._first

    def close(self) -> None:
        """Close all connections."""
        if self._first is not None:
            self._first.close()
        super().close()


class _First:
    """Makes the connections of a pool; the first one is already open."""

    def __init__(self, opened: Connection[DictRow]) -> None:
        self._opened = [opened]

    def connect(self, *given: Any, **settings: Any) -> Connection[DictRow]:
        """Return the one that is open, and afterwards others."""
        try:
            return self._opened.pop()
        except IndexError:
            return Connection.connect(*given, **settings)

    def close(self) -> None:
        """Close the first connection, if nobody needed it."""
        while self._opened:
            self._opened.pop().close()


def datastore_for(url: str, entity: str, connections: int = 5, waits: Waits = WAITS) -> Datastore:
    """The library's datastore for a libpq URL and an entity's schema; every wait has a limit."""
    _refuse_unsafe(os.environ)
    # One plan per statement and connection, because planning a small statement costs more than running it. Commits are
    # synchronous, so that acknowledged facts are on the disk, whatever the defaults of the database and the database
    # role.
    given = bounded(url, waits, "plan_cache_mode=force_generic_plan", "synchronous_commit=on")
    known = {name: str(given.pop(name, "")) for name in ("dbname", "host", "port", "user", "password")}
    datastore = Datastore(
        known["dbname"],
        known["host"],
        known["port"],
        known["user"],
        known["password"],
        connect_timeout=waits.connect,
        idle_in_transaction_session_timeout=waits.idle_in_transaction,
        # None is opened ahead: it would not be ready yet for the first who asks, so a second one would be opened.
        pool_size=0,
        max_overflow=connections,
        schema=entity,
        originator_id_type="text",
    )
    if isinstance(datastore.pool.kwargs, dict):
        # We prepare statements ourselves, because psycopg would drop its own prepared statements at every rollback.
        datastore.pool.kwargs["prepare_threshold"] = None
        datastore.pool.kwargs.update(given)
        for name, value in known.items():
            if not value:
                datastore.pool.kwargs.pop(name, None)
    return datastore


def _refuse_unsafe(environ: Mapping[str, str]) -> None:
    for name, value in environ.items():
        if name.endswith(UNSAFE) and value.strip().lower() in ("y", "yes", "t", "true", "on", "1"):
            raise ValueError(f"{name} makes readers miss facts; unset it")
