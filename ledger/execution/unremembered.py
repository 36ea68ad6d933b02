"""Facts that are not yet folded into the state of their stream."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.domain.fact import Dated
from ledger.execution.counting_days import CountingDays


class Unremembered(dict[str, Dated | list[Dated]]):
    """Facts and their days by stream, in order; if a stream has only one fact, it is kept without a list.

    Most streams of a chunk have only one fact, and a list for each stream would double the garbage collector's work.
    `counting` knows which of all facts that were ever kept count on another day.
    """

    def __init__(self) -> None:
        super().__init__()
        self.counting = CountingDays()

    def keep(self, stream: str, dated: Dated) -> None:
        """Add a fact to those of its stream, and remember on which day it counts."""
        if dated.counts_on != dated.on:
            self.counting.note(stream, dated)
        kept = self.get(stream)
        if kept is None:
            self[stream] = dated
        elif type(kept) is list:
            kept.append(dated)
        else:
            self[stream] = [kept, dated]  # type: ignore[list-item]

    def take(self, stream: str) -> Sequence[Dated]:
        """Take the facts of a stream out of this attempt, and return them."""
        kept = self.pop(stream)
        return kept if isinstance(kept, list) else (kept,)
