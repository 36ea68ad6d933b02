"""The progress of long work, for the person who waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """A callback that receives the amount of work done since the last call, and the total once it is known."""

    def __call__(self, count: int, total: int | None = None) -> None: ...


# Shows the progress of some work, given the work's total (zero if unknown) and its description.
Watch = Callable[[int, str], AbstractContextManager[Advance]]


@contextmanager
def unwatched(total: int, what: str) -> Iterator[Advance]:
    """Show no progress."""
    yield lambda count, total=None: None
