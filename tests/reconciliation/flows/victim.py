"""A process that runs a bank day and is killed, or loses its database, at a chosen step of it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay
    from reconciliation.steps.loop import Call
    from reconciliation.steps.summary import DaySummary

T = TypeVar("T")

# Small chunks, so that a small day has several.
CHUNK = 40


@dataclass(frozen=True)
class Fault:
    """Kill at the n-th time a step is entered, so many seconds later: ourselves, the database, or both."""

    step: str
    nth: int
    delay: float
    kills: tuple[str, ...]
    postmaster: int | None


def run(environ: Mapping[str, str], day: Mapping[str, Any], fault: Fault | None, hit: str) -> None:
    """Run the loop of the bank day in this process; the file `hit` says that the fault was reached."""
    os.environ.update(environ)
    from reconciliation.flows.environment import at_work
    from reconciliation.steps import loop

    on, at = date.fromisoformat(day["on"]), datetime.fromisoformat(day["recorded_at"])
    with at_work(day["entity"], on, at, "job:bank-day") as work:
        work.chunk = CHUNK
        _end(loop.run(work, [Path(path) for path in day["paths"]], call=_armed(loop.at_once, fault, Path(hit))))


def run_job(environ: Mapping[str, str], day: Mapping[str, Any], fault: Fault | None, hit: str) -> None:
    """Run the bank day as a job of Prefect, which tries a step again whose database was away."""
    os.environ.update(environ)
    from reconciliation.flows import bank_day_job

    @contextmanager
    def at_work(*given: Any, **named: Any) -> Iterator[BankDay]:
        with original(*given, **named) as work:
            work.chunk = CHUNK
            yield work

    original = bank_day_job.at_work
    bank_day_job.at_work = at_work  # type: ignore[assignment]
    bank_day_job._as_task = _armed(bank_day_job._as_task, fault, Path(hit))  # type: ignore[assignment]
    _end(bank_day_job.bank_day(**day))


def _armed(call: Call, fault: Fault | None, hit: Path) -> Call:
    entered = 0

    def armed(name: str, work: Callable[[], T], about: str) -> T:
        nonlocal entered
        entered += fault is not None and name == fault.step
        if fault is None or name != fault.step or entered != fault.nth:
            return call(name, work, about)
        hit.write_text(name)
        threading.Timer(fault.delay, partial(_strike, fault)).start()
        return call(name, work, about)

    return armed


def _strike(fault: Fault) -> None:
    if "database" in fault.kills and fault.postmaster is not None:
        os.kill(fault.postmaster, signal.SIGKILL)
    if "process" in fault.kills:
        os.kill(os.getpid(), signal.SIGKILL)


def _end(summary: DaySummary) -> None:
    os._exit(0 if summary.ok else 3)
