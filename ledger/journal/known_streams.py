"""What a process already knows of a stream, so that only the facts after it are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ledger.domain.fact import State


class Kept(NamedTuple):
    """The state of a stream as a process last read it: its version, and the last archived position at that time."""

    version: int
    state: State | None
    reach: int


class Known(NamedTuple):
    """The versions that are known of streams, and the last archived position when these were read."""

    versions: Mapping[str, int]
    reach: int


NOTHING_KNOWN: Final = Known({}, 0)
