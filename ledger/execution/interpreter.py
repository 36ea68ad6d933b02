"""The interpreter while large chunks are decided: its collector rests, and threads change places sooner."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

# Seconds after which a thread that waits is let in: the one that sends a chunk waits for the one that decides it, and
# the database for both.
_CHANGE: Final = 0.001

_turn = Lock()
_busy = 0
_before = (True, 0.005)


@contextmanager
def at_full_speed(wanted: bool) -> Iterator[None]:
    """For chunks that make many objects and no cycle, in as many threads as there are; then all is as it was.

    Python's collector of cycles would walk through all those objects again and again.
    """
    if not wanted:
        yield
        return
    _begin()
    try:
        yield
    finally:
        _end()


def _begin() -> None:
    global _busy, _before
    with _turn:
        if not _busy:
            _before = gc.isenabled(), sys.getswitchinterval()
            gc.disable()
            sys.setswitchinterval(min(_before[1], _CHANGE))
        _busy += 1


def _end() -> None:
    global _busy
    with _turn:
        _busy -= 1
        if not _busy:
            collecting, interval = _before
            sys.setswitchinterval(interval)
            if collecting:
                gc.enable()
