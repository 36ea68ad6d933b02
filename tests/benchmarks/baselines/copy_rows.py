"""Frozen baseline: binary COPY of ready rows into the events table, one packed buffer and one commit a chunk."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import psycopg


def pack(rows: Iterable[tuple[str, int, str, bytes, int]]) -> bytes:
    """One whole COPY BINARY stream of (stream, version, name, state, position)."""
    parts = [b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)]
    for stream, version, name, state, position in rows:
        s, n = stream.encode(), name.encode()
        parts.append(
            struct.pack(
                f">hi{len(s)}siqi{len(n)}si{len(state)}siq",
                5,
                len(s),
                s,
                8,
                version,
                len(n),
                n,
                len(state),
                state,
                8,
                position,
            )
        )
    parts.append(struct.pack(">h", -1))
    return b"".join(parts)


def copy(connection: psycopg.Connection, table: str, buffers: Sequence[bytes]) -> None:
    """Send the buffers, each its own transaction."""
    for buffer in buffers:
        with connection.transaction(), connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as sink:  # type: ignore[arg-type]
            sink.write(buffer)
