"""Database locks: each is one number, made from an entity and either a task or a stream whose writers take turns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import Connection, Error, errors


def lock_key(entity: str, what: str) -> int:
    """The advisory lock of a stream whose writers take turns, or of a task that only one session may do at a time.

    It is one 64-bit key. PostgreSQL keeps such keys separate from pairs of 32-bit keys, with which writers mark how far
    the journal is stable. A stream's name contains a hyphen and a task's name does not, so a stream and a task never
    have the same name.
    """
    digest = hashlib.blake2b(f"{entity}.{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@contextmanager
def alone(
    connection: Connection[Any], entity: str, work: str, taken: Exception, patience_s: float = 0
) -> Iterator[None]:
    """Let one session at a time do this task on an entity.

    Raises `taken` if another session is still doing it after `patience_s` seconds. The connection must be in autocommit
    mode.
    """
    key = lock_key(entity, work)
    # The timeout is never zero, which would mean no limit. A free lock is taken at once in any case.
    wait = f"{max(1, round(patience_s * 1000))}ms"
    try:
        with connection.transaction():
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (wait,))
            # The lock belongs to the session, so it outlives this transaction.
            connection.execute("SELECT pg_advisory_lock(%s)", (key,))
    except errors.LockNotAvailable:
        raise taken from None
    try:
        yield
    finally:
        # The lock is released here, because the server ends an abandoned session only after some time, and until then
        # the next caller would find the lock held.
        if not connection.closed and not connection.broken:
            with suppress(Error):
                connection.execute("SELECT pg_advisory_unlock(%s)", (key,))
