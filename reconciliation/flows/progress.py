"""How far a job has come, for whoever waits for it in the same process.

A module of its own: Prefect sends a flow's own module to the process of a scheduled run, and this cannot be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Hears how many steps are done, and of how many, as far as is known by then.
Told = Callable[[int, int], None]

_TOLD: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def telling(told: Told | None) -> Iterator[None]:
    """Tell somebody how far the job within has come."""
    token = _TOLD.set(told)
    try:
        yield
    finally:
        _TOLD.reset(token)


class Progress:
    """The steps of a run: each file is judged, then loaded chunk by chunk."""

    def __init__(self, files: int) -> None:
        self._told = _TOLD.get()
        self._done = 0
        self._total = files

    def expect(self, chunks: int) -> None:
        """There will be so many steps more."""
        self._total += chunks

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if self._told is not None:
            self._told(self._done, self._total)
