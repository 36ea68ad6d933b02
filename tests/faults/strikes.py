"""The faults: each strikes at a named step of a command's way, or of the follower's, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from tests.faults.arena import GATE, meanwhile
from tests.faults.armament import (
    LOST,
    READS,
    TOGETHER,
    armed,
    armed_in_server,
    as_another,
    decided_anew,
    do_passing,
    noticed,
    nth_of,
    passing,
)
from tests.faults.desk import HURRIED, SERIALIZABLE
from tests.faults.run import Crash, Run
from tests.faults.victim import Victim
from tests.kit.steps import CLIENT_READS, CLIENT_WRITES, SERVER_READS, SERVER_WRITES


class Fault(NamedTuple):
    """What goes wrong, and at which step."""

    kind: str
    step: str


def play(run: Run, faults: Sequence[Fault], pace: int = 2, *, thorough: bool = False) -> None:
    """Let an office work and strike each fault in turn.

    After each, what was acknowledged is there, once, and the oracles agree. All promises are checked at the end, after
    each fault too if the run is `thorough`: the read tables are then built again every time.
    """
    with run.telling():
        for fault in faults:
            for _ in range(run.rng.randint(0, pace)):
                work(run)
            strike(run, fault)
            (run.check if thorough else run.compare)()
        run.repeat_everything()
        run.check()


def work(run: Run) -> None:
    """A command, or a few in one batch; now and then the follower follows."""
    count = run.rng.choice((1, 1, 6, 0))
    if count or not run.together:
        run.perform(run.submissions(run.office.draw_many(count or 1)))
    else:
        run.perform_together(run.submissions(run.office.bulk(TOGETHER)))
    if run.rng.random() < 0.5:
        run.follow()


def strike(run: Run, fault: Fault) -> None:
    """Make one thing go wrong at its step; AssertionError when it was never reached."""
    run.log.append(f"   fault: {fault.kind} at {fault.step}")
    KINDS[fault.kind][0](run, fault.step)


def crash(run: Run, step: str) -> None:
    """The process dies; its successor submits the same again, or follows on."""

    def die() -> None:
        raise Crash

    with armed(run, step, die):
        do_passing(run, step)


def killed(run: Run, step: str) -> None:
    """A process of its own gets SIGKILL, so that nothing cleans up behind it; the caller asks another one."""
    submitted = passing(run, "rows" if step in READS else step)
    if step in READS:
        run.perform(submitted)
        victim = Victim(run.url, step, ())
    else:
        victim = Victim(run.url, step, submitted)
    if step in CLIENT_WRITES + CLIENT_READS:
        victim.await_end()
    else:
        with run.referee.gate_shut(), armed_in_server(run, step, "hold") as before:
            victim.go()
            run.referee.await_strike(before)
            victim.kill()
    # The server is still at it, or not: the caller does not know.
    if step not in READS:
        run.perform(submitted, attempts_before=1)
    else:
        run.until_followed()


def lost(run: Run, step: str) -> None:
    """The connection is lost, in the middle of a statement where the step is the server's."""
    if step in SERVER_WRITES + SERVER_READS:
        with armed_in_server(run, step, "terminate"), noticed(run, *LOST):
            do_passing(run, step)
    else:
        with armed(run, step, run.referee.terminate_writers):
            do_passing(run, step)


def full(run: Run, step: str) -> None:
    """No space is left on the device."""
    with armed_in_server(run, step, "full"), noticed(run, "No space left on device"):
        do_passing(run, step)


def timed_out(run: Run, step: str) -> None:
    """The statement takes longer than it may."""
    submitted = passing(run, step)
    held = run.referee.gate_shut()
    with as_another(run, HURRIED), held, armed_in_server(run, step, "hold"), noticed(run, "statement timeout"):
        run.perform(submitted)


def not_serializable(run: Run, step: str) -> None:
    """A transaction that cannot be put in one order with another one: PostgreSQL's own judgement."""
    submitted = passing(run, step)
    before = run.referee.struck()
    with run.referee.gate_shut() as other:
        other.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        other.execute("SELECT count(*) FROM clinic.events")

        def interfere() -> None:
            run.referee.await_strike(before)
            other.execute("INSERT INTO faults.meeting VALUES (2) ON CONFLICT DO NOTHING")
            other.execute("UPDATE faults.meeting SET id = id")
            other.execute("COMMIT")
            other.execute("SELECT pg_advisory_unlock(%s)", (GATE,))

        struck = armed_in_server(run, step, "serialize")
        with as_another(run, SERIALIZABLE), meanwhile(interfere), struck, decided_anew(run):
            run.perform(submitted)


def deadlocked(run: Run, step: str) -> None:
    """Two transactions wait for each other, and PostgreSQL ends ours."""
    submitted = passing(run, step)
    before = run.referee.struck()
    other = run.arena.superuser(run.referee.database)
    other.autocommit = False
    other.execute("SELECT pg_advisory_xact_lock(%s)", (GATE,))

    def interfere() -> None:
        run.referee.await_strike(before)
        # Waits for the row that ours has put there, until ours is ended.
        other.execute("INSERT INTO faults.meeting VALUES (1)")
        other.rollback()

    with other, meanwhile(interfere), armed_in_server(run, step, "deadlock"), decided_anew(run):
        run.perform(submitted)


def server_killed(run: Run, step: str) -> None:
    """Every process of the server gets SIGKILL; it is started again."""
    if step in SERVER_WRITES + SERVER_READS:
        before = run.referee.struck()
        run.referee.arm(step, "hold", nth_of(run, step))

        def kill() -> None:
            run.referee.await_strike(before)
            run.arena.kill()

        with run.referee.gate_shut(), meanwhile(kill), noticed(run, "attempt 1"):
            do_passing(run, step)
    else:

        def kill_and_start() -> None:
            run.arena.kill()
            run.arena.revive()

        with armed(run, step, kill_and_start):
            do_passing(run, step)


def delivered_twice(run: Run, step: str) -> None:
    """The same submission comes again: after its answer, or while the first one is at its commit."""
    submitted = passing(run, "rows")
    if step == "reply":
        run.perform(submitted)
        run.repeat_everything()
        return
    second = run.new_desk()
    try:
        with ThreadPoolExecutor(2) as both, armed_in_server(run, step, "hold") as before:
            with run.referee.gate_shut():
                first = both.submit(run.writer.execute, submitted)
                run.referee.await_strike(before)
                again = both.submit(second.execute, submitted)
                run.referee.await_blocked()
            run.take(submitted, first.result(), again=False)
        for one, other in zip(first.result(), again.result(), strict=True):
            same = (other.first_position, other.last_position, other.code)
            assert same == (one.first_position, one.last_position, one.code), (
                f"{one} was answered {other} the second time"
            )
    finally:
        second.close()


def reordered(run: Run, step: str) -> None:
    """A transaction with lower positions commits after one with higher ones, and the follower comes in between."""
    # Of an invoice alone: what else is drawn may be what every other transaction waits for, such as new terms.
    early, late = (run.submissions([one]) for one in (run.office.bill(sound=True), run.office.receive()))
    second = run.new_desk()
    try:
        with ThreadPoolExecutor(1) as beside, armed_in_server(run, step, "hold") as before:
            with run.referee.gate_shut():
                held = beside.submit(run.writer.execute, early)
                run.referee.await_strike(before)
                overtaking = second.execute(late)
                run.follow()
            outcomes = held.result()
        run.take(early, outcomes, again=False)
        run.take(late, overtaking, again=False)
        positions = [one.last_position or 0 for one in outcomes if one.status == "done"]
        assert max(positions) < (overtaking[0].first_position or 0), "nobody was overtaken"
    finally:
        second.close()


def clock_back(run: Run, step: str) -> None:
    """The clock goes back by hours or days; what is recorded then comes later all the same."""
    run.follow()
    submitted = run.submissions([run.office.bill(sound=True)])
    run.clock.back(run.rng.choice((3, 30, 72)) * 3600)
    run.perform(run.submissions([run.office.receive()]))
    run.perform(submitted)
    run.follow()
    ((went_back,),) = run.referee.connection.execute(_WENT_BACK).fetchall()
    assert went_back, "no fact was recorded before an earlier one"


_WENT_BACK: Final = """
SELECT bool_or(at < before) FROM (
    SELECT at, lag(at) OVER (ORDER BY position) AS before
    FROM (
        SELECT notification_id AS position,
            (convert_from(state, 'UTF8')::jsonb -> 'envelope' ->> 'recorded_at')::timestamptz AS at
        FROM clinic.events
    ) AS recorded
) AS beside
"""

Kind = Callable[[Run, str], None]
KINDS: Final[dict[str, tuple[Kind, tuple[str, ...]]]] = {
    "crash": (crash, (*CLIENT_WRITES, *CLIENT_READS)),
    "killed": (killed, ("decide", "copy", "commit", "reply", "apply", "settle")),
    "lost": (lost, ("load", "append", "rows", "copy", "commit", "leave", "page", "position", "settle")),
    "full": (full, ("rows", "copy", "commit", "position")),
    "timed out": (timed_out, ("rows", "copy")),
    "not serializable": (not_serializable, ("commit",)),
    "deadlocked": (deadlocked, ("rows", "commit")),
    "server killed": (server_killed, ("load", "copy", "commit", "reply", "apply", "position")),
    "delivered twice": (delivered_twice, ("reply", "commit")),
    "reordered": (reordered, ("commit",)),
    "clock back": (clock_back, ("load",)),
}
FAULTS: Final = tuple(Fault(kind, step) for kind, (_, steps) in KINDS.items() for step in steps)


def of_seed(seed: int, each: int) -> list[Fault]:
    """The faults of a seed: so many seeds one after the other have them all."""
    return [FAULTS[(seed * each + number) % len(FAULTS)] for number in range(each)]
