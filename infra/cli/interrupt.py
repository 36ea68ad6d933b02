"""Makes Ctrl-C end a command at once, or within seconds if a library does not react."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
# A Prefect server on this terminal gets the same Ctrl-C. If the job went on after that server has ended, it would try
# for minutes to reach the server.
_PATIENCE_SECONDS: Final = 8


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first Ctrl-C in this block, and end the process if it still runs seconds later.

    A second Ctrl-C ends the process at once. No recorded fact is lost, because a recorded fact is already committed.
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
        # After a first Ctrl-C this handler stays in place: some libraries wait again while the process is ending, and a
        # second Ctrl-C must then end the process at once.
        if not heard:
            signal.signal(signal.SIGINT, before)
