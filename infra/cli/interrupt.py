"""Ctrl-C ends a command at once, or within seconds if a library does not react."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
# The job's own Prefect server receives the same Ctrl-C; once it has ended, the job would try to reach it for minutes.
_PATIENCE_SECONDS: Final = 8


@contextmanager
def interruptible() -> Iterator[None]:
    """The first Ctrl-C in this block raises KeyboardInterrupt, and what still runs some seconds later is ended.

    A second Ctrl-C ends everything at once. No recorded fact is lost, because recording is a commit.
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
        # The handler stays after the first Ctrl-C, because libraries wait again when the process ends.
        if not heard:
            signal.signal(signal.SIGINT, before)
