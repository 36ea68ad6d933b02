"""A clinic with stored books: commands executed on their days, and the position after them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from ledger import Envelope, Submission, execute
from projections import Books
from tests.kit.book import Ask, Asked, asked


class Clinic:
    """Books to write in; `do` gives the position that is known after it."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._keys = count()

    def do(self, *asks: Ask, on: date, accounted: date | None = None) -> int:
        """Execute commands as having occurred, and counting, on those days; each must lead to something."""
        asking = [asked(ask) for ask in asks]
        submitted = [Submission(one.command, self._envelope(one, on, accounted or on)) for one in asking]
        outcomes = execute(self.books.journal, submitted)
        assert [(one.status, one.code) for one in outcomes] == [("done", None)] * len(asks)
        return self.books.journal.stable_position()

    def _envelope(self, one: Asked, on: date, accounted: date) -> Envelope:
        return Envelope(
            occurred_on=on,
            accounting_date=accounted,
            recorded_at=datetime(2024, 6, 3, 8, tzinfo=UTC),
            actor=f"user:{one.actor}",
            key=f"k{next(self._keys)}",
        )
