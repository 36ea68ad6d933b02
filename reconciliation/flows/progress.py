"""The listener for a job's progress, in the process that waits for the job.

It is a separate module because Prefect sends a flow's module to the process of a scheduled run, and a listener cannot
be sent.
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
    """Set the listener for the progress of the job in this block."""
    token = _LISTENER.set(hear)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def listener() -> Progress | None:
    """The listener, if any."""
    return _LISTENER.get()
