"""The progress of long work, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Receives how much more is done, and the total once that is known."""

    def __call__(self, count: int, total: int | None = None) -> None: ...


# Shows the progress of a piece of work, given its total (if known) and its description.
Watch = Callable[[int, str], AbstractContextManager[Advance]]


@contextmanager
def unwatched(total: int, what: str) -> Iterator[Advance]:
    """No progress is shown."""
    yield lambda count, total=None: None
