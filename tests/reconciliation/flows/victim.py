"""A process that runs a bank day and is killed, or loses its database, at a chosen step of it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

# The steps of a bank day, as its code names them.
STEPS = ("gather", "judge", "plan", "execute", "complete", "follow", "tie_out")


@dataclass(frozen=True)
class Fault:
    """Kill at the n-th time a step is entered, so many seconds later: ourselves, the database, or both."""

    step: str
    nth: int
    delay: float
    kills: tuple[str, ...]
    postmaster: int | None


def run(environ: Mapping[str, str], day: Mapping[str, Any], fault: Fault | None, hit: str) -> None:
    """Run the bank day in this process; the file `hit` says that the fault was reached."""
    os.environ.update(environ)
    from reconciliation import bank_day
    from reconciliation.flows import bank_day as run_bank_day

    # Small chunks, so that a small day has several.
    bank_day.CHUNK = 40  # type: ignore[misc]
    if fault is not None:
        _arm(bank_day.BankDay, fault, Path(hit))
    summary = run_bank_day(**day)
    os._exit(0 if summary["tied"] and not summary["loading"] else 3)


def _arm(steps: type, fault: Fault, hit: Path) -> None:
    original = getattr(steps, fault.step)
    entered = 0

    def step(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal entered
        entered += 1
        if entered == fault.nth:
            hit.write_text(fault.step)
            threading.Timer(fault.delay, partial(_strike, fault)).start()
        return original(self, *given, **named)

    setattr(steps, fault.step, step)


def _strike(fault: Fault) -> None:
    if "database" in fault.kills and fault.postmaster is not None:
        os.kill(fault.postmaster, signal.SIGKILL)
    if "process" in fault.kills:
        os.kill(os.getpid(), signal.SIGKILL)
