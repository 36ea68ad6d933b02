"""Locks of the database: each is one number made of an entity and what is done, or of a stream whose writers meet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import Connection, Error, errors


def lock_key(entity: str, what: str) -> int:
    """The advisory lock of a stream whose writers take turns, or of work that only one session does at a time.

    One 64-bit key: PostgreSQL keeps those apart from pairs of 32 bits, which tell how far the journal is stable. A
    stream's name has a hyphen, work has none, so the two never meet.
    """
    digest = hashlib.blake2b(f"{entity}.{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@contextmanager
def alone(
    connection: Connection[Any], entity: str, work: str, taken: Exception, patience_s: float = 0
) -> Iterator[None]:
    """One session at a time with this work on an entity; raises `taken` after the wait. Autocommit is needed."""
    key = lock_key(entity, work)
    # Nought would be to wait without end; a free lock is had without any wait.
    wait = f"{max(1, round(patience_s * 1000))}ms"
    try:
        with connection.transaction():
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (wait,))
            # Of the session, so it outlives this transaction.
            connection.execute("SELECT pg_advisory_lock(%s)", (key,))
    except errors.LockNotAvailable:
        raise taken from None
    try:
        yield
    finally:
        # The server ends a session some time after it is left; who comes next must not find the lock still held.
        if not connection.closed and not connection.broken:
            with suppress(Error):
                connection.execute("SELECT pg_advisory_unlock(%s)", (key,))
