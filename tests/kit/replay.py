"""One read table as the journal alone makes it, with two pages of facts in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ledger import Recorded
from projections.follower import PAGE
from projections.read_models.model import Key, Keyed, Row
from projections.read_models.page import change


class Replayed(Protocol):
    """A journal, as far as replaying needs it."""

    def replay(self, after: int = 0, upto: int | None = None, *, page: int = PAGE) -> Iterator[list[Recorded]]:
        """Facts in order, page by page."""
        ...


def replay(journal: Replayed, model: Keyed, upto: int | None = None, *, page: int = PAGE) -> dict[Key, Row]:
    """What the journal alone makes of one table, by key; nothing is stored."""
    rows: dict[Key, Row] = {}
    facts = frozenset(model.facts)
    for batch in journal.replay(upto=upto, page=page):
        change(model, rows, (recorded for recorded in batch if type(recorded.fact) in facts))
    return rows
