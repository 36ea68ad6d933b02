"""States that almost every command needs and few commands change: a process keeps them, and reads only newer facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from ledger.domain.fact import Dated, State
from ledger.execution.reads import Reads
from ledger.journal.known_streams import NOTHING_KNOWN, Kept, Known

# Among more streams than these, a few that are read whole cost less than asking of each fact whether it is newer.
_FEW: Final = 64


class KeptStates:
    """What a process keeps of streams such as those of the person who gives a command and of the entity's terms.

    A stream only grows, so its state follows from the kept one and the facts after it. If facts have been archived
    since, some of these may be archived too, so all facts of the stream are read again.
    """

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._reach = 0

    def load(
        self, streams: Collection[str], keeping: Collection[str]
    ) -> tuple[Mapping[str, Kept], Iterable[tuple[str, int, Dated]]]:
        """Read streams: what was kept of those in `keeping`, and all facts that are not in that."""
        if len(streams) > _FEW:
            found, self._reach = self._reads.newer(streams, NOTHING_KNOWN)
            return {}, found
        kept = {stream: one for stream in keeping if (one := self._reads.kept.get(stream)) is not None}
        reach = max([one.reach for one in kept.values()], default=0)
        versions = {stream: one.version for stream, one in kept.items() if one.reach == reach}
        others = [stream for stream in streams if stream not in versions]
        found, self._reach = self._reads.newer(others, Known(versions, reach))
        return ({stream: kept[stream] for stream in versions} if self._reach == reach else {}), found

    def keep(self, stream: str, version: int, state: State | None) -> None:
        """Keep the state of a stream that was just read."""
        self._reads.kept[stream] = Kept(version, state, self._reach)
