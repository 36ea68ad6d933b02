"""Reading the journal: whole streams, and all facts in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from ledger.domain.fact import Dated
from ledger.journal.archived_years import Fetch
from ledger.journal.arrow_pages import MANY, ArrowPages, Columns, pages_ahead
from ledger.journal.codec import Codec
from ledger.journal.known_streams import NOTHING_KNOWN, Known
from ledger.journal.recorded_facts import Recorded, StoredFact
from ledger.journal.stored_facts import StoredFacts

__all__ = ["FactReader", "Fetch"]


class FactReader:
    """Reads facts through a given function that runs SQL; with `arrow`, many facts at a time as Arrow pages."""

    def __init__(self, fetch: Fetch, codec: Codec, arrow: ArrowPages | None = None) -> None:
        self._stored = StoredFacts(fetch)
        self._arrow = arrow
        self._codec = codec

    def streams(self, streams: Collection[str]) -> dict[str, list[Recorded]]:
        """Facts by stream, in order; if the stream's noun has `newest_is_enough`, only the newest fact."""
        found: dict[str, list[Recorded]] = {}
        for recorded in self._codec.recorded(self._of(streams)[0]):
            found.setdefault(recorded.stream, []).append(recorded)
        return found

    def newer(self, streams: Collection[str], known: Known) -> tuple[list[tuple[str, int, Dated]], int]:
        """All facts of the streams, those of known streams after their known version; and the last archived position.

        Each is (stream, version, fact with its day), without the rest of the envelope. If more has been archived since
        the known versions were read, all facts of the known streams are returned too.
        """
        found, reach = self._of(streams, known)
        return self._codec.facts(found), reach

    def _of(self, streams: Collection[str], known: Known = NOTHING_KNOWN) -> tuple[Iterable[StoredFact], int]:
        enough = self._codec.catalogue.newest_is_enough
        newest = [stream for stream in streams if stream.startswith(enough)]
        whole = [stream for stream in streams if not stream.startswith(enough)] if newest else list(streams)
        found, reach = self._stored.streams(whole, known)
        return (chain(found, self._stored.newest(newest)) if newest else found), reach

    def whole_stream(self, stream: str) -> list[Recorded]:
        """Every fact of one stream, in order."""
        return self._codec.recorded(self._stored.streams([stream])[0])

    def recorded_after(self, after: int, upto: int, limit: int) -> list[Recorded]:
        """Facts after a position, in order, up to a stable position; at most `limit` of them."""
        return self._codec.recorded(zip(*self._columns(after, upto, limit), strict=True))

    def replayed(self, after: int, upto: int, size: int) -> Iterator[list[Recorded]]:
        """Pages of facts after position `after` up to `upto`; each page is fetched while the previous one is read."""
        for page in pages_ahead(self._columns, after, upto, size):
            yield self._codec.recorded(zip(*page, strict=True))

    def stored_after(self, after: int, upto: int, limit: int) -> list[StoredFact]:
        """Facts as `recorded_after` returns them, but as stored bytes."""
        page = self._by_arrow(after, upto, limit)
        return self._stored.after(after, upto, limit) if page is None else list(map(StoredFact, *page))

    def stored_pages(self, after: int, upto: int, size: int) -> Iterator[list[StoredFact]]:
        """Pages of facts after position `after` up to `upto`; each page is fetched while the previous one is read."""
        for page in pages_ahead(self._columns, after, upto, size):
            yield list(map(StoredFact, *page))

    def _columns(self, after: int, upto: int, limit: int) -> Columns:
        page = self._by_arrow(after, upto, limit)
        if page is not None:
            return page
        rows = self._stored.after(after, upto, limit)
        return Columns(*map(list, zip(*rows, strict=True))) if rows else Columns([], [], [], [], [])

    def _by_arrow(self, after: int, upto: int, limit: int) -> Columns | None:
        """The facts fetched by Arrow, or None if they are to be read as rows.

        Facts are read as rows if some of them are known to be archived, or if the range of positions is too small to
        contain many facts.
        """
        many = min(limit, upto - after) >= MANY and after >= self._stored.reach()
        return self._arrow.page(after, upto, limit) if self._arrow is not None and many else None
