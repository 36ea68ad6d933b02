"""How far a long piece of work has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Hears how much more is done, and of how much in all where that has become known."""

    def __call__(self, count: int, total: int | None = None) -> None: ...


# Watches over a piece of work: how much there is of it, where that is known, and what it is.
Watch = Callable[[int, str], AbstractContextManager[Advance]]


@contextmanager
def unwatched(total: int, what: str) -> Iterator[Advance]:
    """Nobody waits for it."""
    yield lambda count, total=None: None
