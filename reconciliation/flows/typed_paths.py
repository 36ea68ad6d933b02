"""The paths that a person typed. Prefect shows parameters, and a file's name may be a person's, so they are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

_TYPED: ContextVar[tuple[str, ...]] = ContextVar("typed", default=())


@contextmanager
def typed_paths(paths: Sequence[str]) -> Iterator[None]:
    """Within this block, the job loads what is at these paths."""
    token = _TYPED.set(tuple(paths))
    try:
        yield
    finally:
        _TYPED.reset(token)


def typed() -> tuple[str, ...]:
    """The paths that the person of this process typed; none in a run that the schedule starts."""
    return _TYPED.get()
