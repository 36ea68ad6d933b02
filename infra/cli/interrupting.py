"""Ctrl-C ends a command: at once where it only waits for itself, within seconds where a library will not let go."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
# A job's own Prefect server hears the same Ctrl-C; once it is gone, the job would try to reach it for minutes.
_PATIENCE_SECONDS: Final = 8


@contextmanager
def interruptible() -> Iterator[None]:
    """While in it, the first Ctrl-C raises KeyboardInterrupt, and what still runs seconds later is ended.

    So is everything at a second Ctrl-C. Nothing is lost by it: what was recorded is committed, what was not is not.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    heard = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal heard
        if heard:
            os._exit(INTERRUPTED)
        heard = True
        ending = threading.Timer(_PATIENCE_SECONDS, os._exit, (INTERRUPTED,))
        ending.daemon = True
        ending.start()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        # After the first Ctrl-C the handler stays: libraries wait once more when the process ends.
        if not heard:
            signal.signal(signal.SIGINT, before)
