"""Who hears how far a job has come, in the process that waits for it.

A module of its own: Prefect sends a flow's own module to the process of a scheduled run, and this cannot be sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciliation.steps.loop import Told

_TOLD: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def telling(told: Told | None) -> Iterator[None]:
    """Tell somebody how far the job within has come."""
    token = _TOLD.set(told)
    try:
        yield
    finally:
        _TOLD.reset(token)


def listener() -> Told | None:
    """Who is told, if anybody."""
    return _TOLD.get()
