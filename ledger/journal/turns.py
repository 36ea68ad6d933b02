"""How writers meet: they take turns at a number series, and conflict where they do not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from eventsourcing.persistence import DataError, IntegrityError, PersistenceError
from psycopg import Connection, Error, errors

from ledger.journal.locks import lock_key
from ledger.journal.prepared import run_script

# Longer than a long queue of writers takes, so that only a writer who hangs makes the others give up.
TURN_WAIT: Final = "30s"
# Writers who were in each other's way: the same again may well be recorded.
BEGIN_ANEW: Final = (errors.DeadlockDetected, errors.SerializationFailure)


class Conflict(Exception):
    """Somebody else appended to one of the streams, or used one of the keys, first; nothing was recorded."""


class NoTurn(Conflict):
    """Another writer kept a number series for as long as one waits for it; nothing was recorded."""


class JournalUnavailable(Exception):
    """The database does not answer, or will not take more; nothing of this save is acknowledged."""


def begin(connection: Connection[Any], schema: str, turns: Collection[str]) -> None:
    """Begin a transaction when no other writer has any of these streams, and have them until its end. Raises NoTurn."""
    # In one order everywhere, so that two who need the same two never wait for each other.
    keys = sorted({lock_key(schema, stream) for stream in turns})
    locks = "".join(f" SELECT pg_advisory_xact_lock({key});" for key in keys)
    script = f"BEGIN; SET LOCAL lock_timeout = '{TURN_WAIT}';{locks} SET LOCAL lock_timeout TO DEFAULT"
    try:
        run_script(connection, script if turns else "BEGIN")
    except errors.LockNotAvailable as error:
        raise NoTurn("another writer kept the number series") from error


@contextmanager
def answered() -> Iterator[None]:
    """The store's troubles in the journal's words."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("a stream or a key was taken by another writer") from error
    except DataError:
        raise
    except PersistenceError as error:
        if isinstance(error.__cause__, BEGIN_ANEW):
            raise Conflict("two writers waited for each other") from error
        raise _unavailable(error) from error


@contextmanager
def available() -> Iterator[None]:
    """The store's silence in the journal's words."""
    try:
        yield
    except (PersistenceError, Error) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> JournalUnavailable:
    # The first line of the database's message: the rest may repeat row values.
    return JournalUnavailable(str(error).partition("\n")[0])
