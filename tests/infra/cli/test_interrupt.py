"""Ctrl-C ends a command even where a library will not let go of it."""

from __future__ import annotations

import signal
import subprocess
import sys

STUBBORN = """
import time
from infra.cli import interrupt
interrupt._PATIENCE_SECONDS = 0.3
with interrupt.interruptible():
    ready = False
    while True:
        try:
            if not ready:
                ready = True
                print("ready", flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            print("heard", flush=True)
"""


def stubborn() -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_what_hears_an_interrupt_and_goes_on_is_ended_soon_after():
    process = stubborn()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "heard\n")


def test_after_a_command_the_interrupt_is_what_it_was():
    from infra.cli.interrupt import interruptible

    before = signal.getsignal(signal.SIGINT)
    with interruptible():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
