"""The listener for a job's progress, in the process that waits for the job.

The listener has a module of its own, because Prefect sends a flow's module to the process of a scheduled run, and a
listener cannot be sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciliation.steps.loop import Progress

_LISTENER: ContextVar[Progress | None] = ContextVar("listener", default=None)


@contextmanager
def progress_to(hear: Progress | None) -> Iterator[None]:
    """Within this block, send the job's progress to this listener."""
    token = _LISTENER.set(hear)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def listener() -> Progress | None:
    """The current listener, or None."""
    return _LISTENER.get()
