"""Reading the journal: whole streams, and all facts in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from ledger.domain.catalogue import NOUNS
from ledger.journal.codec import Codec
from ledger.journal.recorded import Recorded, StoredFact

# Runs one statement, `{schema}` in it, with its parameters.
Fetch = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

_COLUMNS: Final = "notification_id, originator_id, originator_version, topic, state"


class Reading:
    """Reads facts with whatever runs its statements."""

    def __init__(self, fetch: Fetch, codec: Codec) -> None:
        self._fetch = fetch
        self._codec = codec
        self._newest_only = tuple(f"{name}-" for name, noun in NOUNS.items() if noun.newest_is_enough)

    def streams(self, streams: Collection[str]) -> dict[str, list[Recorded]]:
        """Facts by stream, in order; of long streams whose newest fact is enough, that one alone."""
        whole = [stream for stream in streams if not stream.startswith(self._newest_only)]
        newest = [stream for stream in streams if stream.startswith(self._newest_only)]
        found: dict[str, list[Recorded]] = {}
        for rows in (self._query(_READ, whole), self._query(_READ_NEWEST, newest)):
            for recorded in map(self._recorded, rows):
                found.setdefault(recorded.stream, []).append(recorded)
        return found

    def whole_stream(self, stream: str) -> list[Recorded]:
        """Every fact of one stream, in order."""
        return [self._recorded(row) for row in self._query(_READ, [stream])]

    def recorded_after(self, after: int, upto: int, limit: int) -> list[Recorded]:
        """Facts after a position, in order, up to a stable one and at most `limit` of them."""
        return [self._recorded(row) for row in self.stored_after(after, upto, limit)]

    def stored_after(self, after: int, upto: int, limit: int) -> list[StoredFact]:
        """The same facts as their bytes are stored."""
        if upto <= after:
            return []
        return [StoredFact(*row) for row in self._fetch(_AFTER, (after, upto, limit))]

    def _query(self, statement: str, streams: Sequence[str]) -> Iterable[tuple[Any, ...]]:
        return self._fetch(statement, (list(streams),)) if streams else ()

    def _recorded(self, row: tuple[Any, ...]) -> Recorded:
        position, stream, version, name, state = row
        stored = self._codec.decode(name, state)
        return Recorded(position, stream, version, name, stored.fact, stored.envelope)


_READ: Final = (
    f"SELECT {_COLUMNS} FROM {{schema}}.events WHERE originator_id = ANY(%b) ORDER BY originator_id, originator_version"
)
_READ_NEWEST: Final = (
    "SELECT newest.* FROM unnest(%b::text[]) AS asked (stream) CROSS JOIN LATERAL"
    f" (SELECT {_COLUMNS} FROM {{schema}}.events WHERE originator_id = asked.stream"
    " ORDER BY originator_version DESC LIMIT 1) AS newest"
)
_AFTER: Final = (
    f"SELECT {_COLUMNS} FROM {{schema}}.events WHERE notification_id > %b AND notification_id <= %b"
    " ORDER BY notification_id LIMIT %b"
)
