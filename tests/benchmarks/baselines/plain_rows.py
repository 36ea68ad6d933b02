"""Frozen baseline: one ready row of 600 bytes for each thing done, for COPY, however many facts ours records for it."""

from __future__ import annotations

from tests.benchmarks.baselines import copy_rows

STATE = b"x" * 600


def buffers(things: int, chunk: int, after: int) -> list[bytes]:
    """A packed buffer for each chunk of them, at the positions that follow `after`."""
    return [
        copy_rows.pack((f"plain-{n:08d}", 1, "Plain", STATE, after + 1 + n) for n in range(start, start + chunk))
        for start in range(0, things, chunk)
    ]
