"""What a chunk of commands reads from the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from ledger.domain.fact import Command, Dated
from ledger.journal.known_streams import Kept, Known
from ledger.journal.recorded_facts import CommandMark

# The version of a stream, and its newest fact.
Newest = tuple[int, Dated | None]


class Reads(Protocol):
    """What is read from the journal while commands are decided."""

    # What this process last read of the streams that every writer obeys.
    last_read: dict[str, Newest]
    # What it last read of the streams that say what somebody may do.
    kept: dict[str, Kept]
    # Whom it last admitted to commands.
    admitted: dict[tuple[str, type[Command]], Any]

    def marks(self, keys: Collection[str]) -> Mapping[str, CommandMark]:
        """The marks that earlier commands left in the journal, by idempotency key."""

    def newer(self, streams: Collection[str], known: Known) -> tuple[Iterable[tuple[str, int, Dated]], int]:
        """Facts with stream, version and day, in order within each stream; and the last archived position.

        Of known streams, these are the facts after their known version, or all if more has been archived since.
        """
