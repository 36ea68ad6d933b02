"""Interpreter settings while large chunks are decided: garbage collection is paused, and threads switch sooner."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

# Seconds after which Python lets a waiting thread run: a short time, because the sending thread waits for the deciding
# thread, and the database waits for both.
_CHANGE: Final = 0.001

_turn = Lock()
_busy = 0
_before = (True, 0.005)


@contextmanager
def at_full_speed(wanted: bool) -> Iterator[None]:
    """Pause garbage collection and switch threads sooner while any thread is in such a block; then restore both.

    A large chunk creates many objects. None of them form cycles, but Python's cycle collector would traverse all of
    them again and again.
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
