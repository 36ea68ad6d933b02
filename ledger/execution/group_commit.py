"""Group commit: commands that arrive together in one process share a chunk and a single flush to the disk."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

from ledger.domain.refusals import Refused
from ledger.execution.batch import execute, record_chunk
from ledger.execution.boundary import boundary_of
from ledger.execution.submission import Outcome, Submission
from ledger.journal.journal import Journal
from ledger.journal.turns import JournalUnavailable

# At most this many commands share a commit: this many are decided in a few milliseconds and saved with one statement.
_MOST: Final = 64
# After this many conflicts, a batch is split into single commands, so that one busy item does not delay the others.
_ATTEMPTS: Final = 3
# Seconds after which a waiting command checks whether it was forgotten; only a badly timed interrupt can make a command
# forgotten.
_LOOK_SECONDS: Final = 1.0


class GroupCommit:
    """Executes commands from many threads, one command per thread, and answers each when its batch is committed.

    Commands wait in lanes. The first command in a lane leads: its thread records its own command together with those
    that wait in the lane. Of the commands that still wait afterwards, the one that has waited longest leads next. A
    command that comes alone does not wait. Commands for the same number series share a lane. Commands without a series
    share a separate lane, so that they never wait for a series.
    """

    def __init__(self, journal: Journal, most: int = _MOST) -> None:
        self._journal = journal
        self._most = most
        self._lock = Lock()
        # The lanes that are in use; each has a leader.
        self._lanes: dict[tuple[str, ...], _Lane] = {}

    def execute(self, submission: Submission) -> Outcome:
        """Decide and record one command like `ledger.execute`, sharing the commit with other waiting commands.

        A refusal or an unexpected exception reaches only its own command. Raises JournalUnavailable.
        """
        turns = self._turns_of(submission)
        seat = _Seat(submission)
        try:
            if self._enter(turns, seat) or self._wait(turns, seat):
                self._lead(turns, seat)
        except BaseException:
            self._leave(turns, seat)
            raise
        if seat.fault is not None:
            raise JournalUnavailable(str(seat.fault)) from seat.fault
        # If the batch gave no answer, the command now runs alone; an error that it caused in the batch is raised again
        # here.
        return seat.answer or execute(self._journal, submission)

    @property
    def waiting(self) -> int:
        """How many commands are waiting."""
        with self._lock:
            return sum(len(lane.waiting) for lane in self._lanes.values())

    def _enter(self, turns: tuple[str, ...], seat: _Seat) -> bool:
        """Enter the lane; returns whether the lane was empty, in which case the command leads it."""
        with self._lock:
            lane = self._lanes.get(turns)
            if lane is None:
                self._lanes[turns] = _Lane(seat)
                return True
            lane.waiting.append(seat)
            return False

    def _wait(self, turns: tuple[str, ...], seat: _Seat) -> bool:
        """Wait until the command has its answer or leads its lane; returns whether it now leads the lane."""
        while not seat.woken.acquire(timeout=_LOOK_SECONDS):
            if self._leads(turns, seat) or (seat.leader is not None and seat.leader.left):
                break
        return self._leads(turns, seat)

    def _lead(self, turns: tuple[str, ...], seat: _Seat) -> None:
        batch: list[_Seat] = []
        try:
            with self._lock:
                waiting = self._lanes[turns].waiting
                if seat in waiting:
                    waiting.remove(seat)
                while waiting and len(batch) < self._most - 1:
                    waiting[0].leader = seat
                    batch.append(waiting.popleft())
            self._record(seat, batch)
        finally:
            self._leave(turns, seat)
            for one in batch:
                one.woken.release()

    def _record(self, seat: _Seat, others: list[_Seat]) -> None:
        if not others:
            seat.answer = execute(self._journal, seat.submission)
            return
        batch = [seat, *others]
        try:
            outcomes = record_chunk(self._journal, [one.submission for one in batch], _ATTEMPTS)
        except JournalUnavailable as error:
            for one in batch:
                one.fault = error
        except Exception:
            # One command of the batch raised this error. The commands are now executed separately: the failing command
            # raises the error again, in its own thread, and the others are recorded.
            return
        else:
            for one, outcome in zip(batch, outcomes or (), strict=False):
                one.answer = outcome

    def _leave(self, turns: tuple[str, ...], seat: _Seat) -> None:
        """Leave the lane; the command that has waited longest becomes the leader."""
        seat.left = True
        with self._lock:
            lane = self._lanes.get(turns)
            if lane is None:
                return
            if seat in lane.waiting:
                lane.waiting.remove(seat)
            if lane.leader is not seat:
                return
            if not lane.waiting:
                del self._lanes[turns]
                return
            # The new leader is set before it is woken: if an interrupt prevents the waking, the new leader still
            # notices at its next check that it leads.
            lane.leader = heir = lane.waiting[0]
            lane.waiting.popleft()
            heir.woken.release()

    def _turns_of(self, submission: Submission) -> tuple[str, ...]:
        try:
            boundary = boundary_of(submission)
            return () if isinstance(boundary, Refused) else self._journal.catalogue.taken_in_turns(boundary)
        except Exception:
            # The error will be raised in the command's own thread, when the command is executed separately.
            return ()

    def _leads(self, turns: tuple[str, ...], seat: _Seat) -> bool:
        lane = self._lanes.get(turns)
        return lane is not None and lane.leader is seat


class _Seat:
    """A command that waits for its answer, or to become the leader."""

    __slots__ = ("answer", "fault", "leader", "left", "submission", "woken")

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.answer: Outcome | None = None
        self.fault: JournalUnavailable | None = None
        # `leader`: who took this command into its batch; `left`: whether this command itself has left the lane.
        self.leader: _Seat | None = None
        self.left = False
        self.woken = Lock()
        self.woken.acquire()


class _Lane:
    """The leader of a lane and its waiting commands, the longest-waiting first."""

    __slots__ = ("leader", "waiting")

    def __init__(self, leader: _Seat) -> None:
        self.leader = leader
        self.waiting: deque[_Seat] = deque()
