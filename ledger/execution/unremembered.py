"""Facts that are not yet folded into the state of their stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.domain.fact import Fact


class Unremembered(dict[str, tuple[Fact, date] | list[tuple[Fact, date]]]):
    """Facts and their days by stream, in order; if a stream has only one fact, it is kept without a list.

    Most streams of a chunk have only one fact, and a list for each stream would double the garbage collector's work.
    """

    def keep(self, stream: str, dated: tuple[Fact, date]) -> None:
        """Add a fact to those of its stream."""
        kept = self.get(stream)
        if kept is None:
            self[stream] = dated
        elif type(kept) is list:
            kept.append(dated)
        else:
            self[stream] = [kept, dated]  # type: ignore[list-item]

    def take(self, stream: str) -> Sequence[tuple[Fact, date]]:
        """Take the facts of a stream out of this attempt, and return them."""
        kept = self.pop(stream)
        return kept if isinstance(kept, list) else (kept,)
