"""The open days that a chunk of commands obeys: read once a process, and compared with the journal at each save."""

from __future__ import annotations

from ledger.domain.fact import Fact
from ledger.domain.terms.closed_days import NONE_CLOSED, ClosedDays
from ledger.domain.terms.period import STREAM
from ledger.execution.reads import Newest, Reads
from ledger.journal.known_streams import NOTHING_KNOWN
from ledger.journal.turns import Conflict


class OpenDays:
    """The days that are closed, as one chunk knows them.

    They are the same for months, so a chunk takes them as this process last read them. If they have changed since, the
    save fails, because it obeys the stream of periods, and the next attempt reads them.
    """

    def __init__(self, reads: Reads) -> None:
        self.closed: ClosedDays = NONE_CLOSED
        self._reads = reads
        self._remembered = 0
        self._only_remembered = False

    def load(self, *, trusting: bool) -> Newest:
        """The version and the newest fact of the periods: with `trusting`, as this process last read them."""
        known = self._reads.last_read.get(STREAM) if trusting else None
        self._only_remembered = known is not None
        version, newest = known or self._read()
        self._remembered = version
        if newest is not None:
            self.note(newest.fact)
        return version, newest

    def note(self, fact: Fact) -> None:
        """Take the closed days from a fact of the periods; each of these facts has them."""
        self.closed = fact.closed  # type: ignore[attr-defined]

    def require_newest(self) -> None:
        """Raise Conflict if the periods were only remembered, and there is a newer fact about them."""
        if self._only_remembered and self._read()[0] != self._remembered:
            raise Conflict("the periods have changed since this process read them")

    def _read(self) -> Newest:
        found: Newest = (0, None)
        for _, version, dated in self._reads.newer([STREAM], NOTHING_KNOWN)[0]:
            found = (version, dated)
        self._reads.last_read[STREAM] = found
        return found
