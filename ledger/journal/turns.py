"""Concurrent writers: they take turns at a number series, and conflict on other streams."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from eventsourcing.persistence import DataError, IntegrityError, PersistenceError
from psycopg import Connection, Error, errors

from ledger.journal.locks import lock_key
from ledger.journal.sql_statements import run_script

# Longer than the wait even in a long queue, so that a writer gives up only if another writer hangs.
TURN_WAIT: Final = "30s"
# Every other writer waits behind the writer of a stream that all obey, so that one gives up before they do.
OBEYED_WAIT: Final = "5s"
# A conflict between writers: a second attempt will probably succeed.
BEGIN_ANEW: Final = (errors.DeadlockDetected, errors.SerializationFailure)


class Conflict(Exception):
    """Somebody else was the first to append to one of the streams or to use one of the keys; nothing was recorded."""


class NoTurn(Conflict):
    """Another writer held a number series or the periods for longer than the waiting time; nothing was recorded."""


class JournalUnavailable(Exception):
    """The database does not answer or accepts no more data; this save is not acknowledged."""


def begin(connection: Connection[Any], schema: str, turns: Collection[str], wait: str = TURN_WAIT) -> None:
    """Wait until no other writer holds these streams, then hold them in a new transaction. Raises NoTurn."""
    # The locks are sorted, so that two writers that need the same two streams never wait for each other.
    keys = sorted({lock_key(schema, stream) for stream in turns})
    locks = "".join(f" SELECT pg_advisory_xact_lock({key});" for key in keys)
    script = f"BEGIN; SET LOCAL lock_timeout = '{wait}';{locks} SET LOCAL lock_timeout TO DEFAULT"
    try:
        run_script(connection, script if turns else "BEGIN")
    except errors.LockNotAvailable as error:
        raise NoTurn("another writer held one of these streams") from error


@contextmanager
def answered() -> Iterator[None]:
    """Turn the store's conflicts into the journal's own errors."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("another writer used a stream or a key first") from error
    except DataError:
        raise
    except PersistenceError as error:
        if isinstance(error.__cause__, BEGIN_ANEW):
            raise Conflict("two writers waited for each other, or one had read an older period") from error
        raise _unavailable(error) from error


@contextmanager
def available() -> Iterator[None]:
    """Turn the error of a store that does not answer into the journal's own error."""
    try:
        yield
    except (PersistenceError, Error) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> JournalUnavailable:
    # The first line of the database's message: the rest may repeat row values.
    return JournalUnavailable(str(error).partition("\n")[0])
