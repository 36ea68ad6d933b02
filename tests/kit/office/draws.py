"""What an office draws with: dice, the book that it reads, ids that nobody has used, and the courage to be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random
from typing import Final, TypeVar

from ledger.domain.fact import State
from tests.kit.book import Ask, Book
from tests.kit.care import VISIT

# Small amounts that meet each other, so that books get tight.
AMOUNTS: Final = (1, 3, 50, 99, 100, 101, 200, 250)
PAYERS: Final = ("p1", "p2", "p3", "r1")
# Nothing ever happens on the last of them.
ACCOUNTS: Final = (*PAYERS, "quiet")
S = TypeVar("S", bound=State)


class Draws:
    """The book is only read. `daring` is the share of commands that need not be sound, most of which are refused.

    Nobody reminds as of a day after the `latest`.
    """

    def __init__(
        self,
        rng: Random,
        book: Book,
        *,
        daring: float = 0.1,
        prefix: str = "",
        today: date = VISIT,
        latest: date = date.max,
    ) -> None:
        self.rng = rng
        self.book = book
        self.today = today
        self.latest = latest
        self._daring = daring
        self._dares = False
        self._prefix = prefix
        self._ids = 0

    def drawn(self, kind: str) -> Ask | None:
        """A command of a kind, or none where the book has nothing for it; a kind is the draw of that name."""
        self._dares = self.rng.random() >= 1 - self._daring
        command: Ask | None = getattr(self, kind)()
        self._dares = False
        return command

    def dares(self) -> bool:
        """Whether this choice need not be sound: about half of those of a daring command."""
        return self._dares and self.rng.random() >= 0.5

    def id(self, letter: str) -> str:
        """An id that nobody has used."""
        self._ids += 1
        return f"{letter}{self._prefix}{self._ids}"

    def amount(self) -> int:
        """A small amount."""
        return self.rng.choice(AMOUNTS)

    def some_of(self, most: int) -> int:
        """All of it, or a part; for the daring too much, or nothing."""
        if self.dares():
            return self.rng.choice((most + 1, 0, self.amount()))
        return max(1, most // self.rng.choice((1, 1, 2, 3)))

    def currency(self) -> str:
        """Mostly kronor."""
        return self.rng.choice(("SEK", "SEK", "SEK", "SEK", "EUR"))

    def day(self, *offsets: int) -> date:
        """A day so far from today."""
        return self.today + timedelta(days=self.rng.choice(offsets))

    def one(self, kind: type[S], sound: Callable[[S], bool] = lambda _: True) -> S | None:
        """A state of a kind that the choice is sound of; for the daring any of the kind."""
        found = self.named(kind, sound)
        return None if found is None else found[1]

    def named(self, kind: type[S], sound: Callable[[S], bool] = lambda _: True) -> tuple[str, S] | None:
        """The same with the id in the name of its stream."""
        any_will_do = self.dares()
        found = [
            (stream, state)
            for stream, state in self.book.states.items()
            if isinstance(state, kind) and (any_will_do or sound(state))
        ]
        if not found:
            return None
        stream, state = self.rng.choice(found)
        return stream.partition("-")[2], state

    def all(self, kind: type[S]) -> Iterable[S]:
        """Every state of a kind."""
        return [state for state in self.book.states.values() if isinstance(state, kind)]
