"""How a fault is made to strike at a step, and how it is seen that it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ledger import Submission
from tests.faults.run import Run
from tests.kit.steps import CLIENT_READS, SERVER_READS

READS: Final = (*CLIENT_READS, *SERVER_READS)
# More facts than one statement takes.
BULK: Final = 170
# Threads that submit at once.
TOGETHER: Final = 6
# What a client is told of a connection that was ended, or finds itself.
LOST: Final = (
    "terminating connection",
    "closed the connection",
    "connection is closed",
    "connection is lost",
    "connection socket closed",
)


def passing(run: Run, step: str) -> list[Submission]:
    """An operation that passes a step: more than one fact, and for `copy` more than one statement takes."""
    if step == "copy":
        return run.submissions(run.office.bulk(BULK))
    if run.rng.random() < 0.3:
        return run.submissions([run.office.bill(sound=True), *run.office.draw_many(3)])
    return run.submissions([run.office.bill(sound=True)])


def do_passing(run: Run, step: str) -> None:
    """Do what passes a step, until all of it is answered."""
    if step in READS:
        run.perform(passing(run, "rows"))
        run.until_followed()
    elif step != "copy" and run.together and run.rng.random() < 0.3:
        run.perform_together(run.submissions(run.office.bulk(TOGETHER)))
    else:
        run.perform(passing(run, step))


def nth_of(run: Run, step: str) -> int:
    """At which row: not the first, so that something has been written before."""
    return {"rows": 2, "copy": run.rng.randint(1, 2 * BULK - 100)}.get(step, 1)


@contextmanager
def armed(run: Run, step: str, act: Callable[[], None]) -> Iterator[None]:
    """Strike in this process at a client's step; it must have been reached when the block ends."""
    before = len(run.watch.struck)
    run.watch.arm(step, act)
    yield
    assert run.watch.struck[before:] == [step], f"{step} was not reached"


@contextmanager
def noticed(run: Run, *words: str) -> Iterator[None]:
    """The caller, or the follower, was told what went wrong, in one of these words."""
    before = len(run.log)
    yield
    assert any(word in told for told in run.log[before:] for word in words), f"nobody was told: {words}"


@contextmanager
def decided_anew(run: Run) -> Iterator[None]:
    """Nothing was recorded the first time, and the caller noticed nothing of it."""
    before = run.watch.reached["append"]
    yield
    assert (run.attempts, run.watch.reached["append"] - before) == (1, 2), "it was not decided once more"


@contextmanager
def armed_in_server(run: Run, step: str, action: str) -> Iterator[int]:
    """Strike inside the server at one of its steps; gives how many had struck before."""
    before = run.referee.struck()
    run.referee.arm(step, action, nth_of(run, step))
    yield before
    # A killed server may forget its count, but then somebody waited for it to rise.
    assert run.arena.killed or run.referee.struck() > before, f"{step} was not reached"


@contextmanager
def as_another(run: Run, options: str) -> Iterator[None]:
    """The writer's process is started again with other settings of its sessions, and then as it was."""
    run.writer.close()
    run.writer = run.new_desk(options)
    try:
        yield
    finally:
        run.writer.close()
        run.writer = run.new_desk()
