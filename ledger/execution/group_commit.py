"""Group commit: commands that arrive together in one process share one chunk, and so one flush to the disk."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

from ledger.domain.refusals import Refused
from ledger.execution.deciding import boundary_of
from ledger.execution.executing import execute, record_chunk
from ledger.execution.submission import Outcome, Submission
from ledger.journal.journal import Journal
from ledger.journal.turns import JournalUnavailable

# So many share a commit at most: such a chunk is decided in a few milliseconds and saved as one statement.
_MOST: Final = 64
# A batch that meets conflicts so often is taken apart, so that one hot item does not hold the others up.
_ATTEMPTS: Final = 3
# How often one who waits looks whether it was forgotten, which only an interrupt at the wrong moment can do.
_LOOK_SECONDS: Final = 1.0


class GroupCommit:
    """Executes commands of many threads, one each, and answers each once its batch is committed.

    Whoever comes first in a lane leads: it records all who wait there, its own command among them, and hands on
    to the one who has waited longest. Who comes alone waits for nobody. Commands that wait for the same number
    series are one lane, and those that need none are one, so that they never wait for a series.
    """

    def __init__(self, journal: Journal, most: int = _MOST) -> None:
        self._journal = journal
        self._most = most
        self._lock = Lock()
        # Lanes that somebody leads; there are no others.
        self._lanes: dict[tuple[str, ...], _Lane] = {}

    def execute(self, submission: Submission) -> Outcome:
        """Decide and record one command as `ledger.execute` does, sharing the commit with others that wait.

        A refusal or an unexpected exception is its own command's alone. Raises JournalUnavailable.
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
        # Its batch was taken apart: now it meets alone what it met with the others, or not.
        return seat.answer or execute(self._journal, submission)

    @property
    def waiting(self) -> int:
        """How many commands wait for others to be committed."""
        with self._lock:
            return sum(len(lane.waiting) for lane in self._lanes.values())

    def _enter(self, turns: tuple[str, ...], seat: _Seat) -> bool:
        """Whether it leads, as nobody is there."""
        with self._lock:
            lane = self._lanes.get(turns)
            if lane is None:
                self._lanes[turns] = _Lane(seat)
                return True
            lane.waiting.append(seat)
            return False

    def _wait(self, turns: tuple[str, ...], seat: _Seat) -> bool:
        """Wait for the answer, or for the lead: whether it leads."""
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
            # One command is not as it should be. Apart, it tells its own thread, and the others are recorded.
            return
        else:
            for one, outcome in zip(batch, outcomes or (), strict=False):
                one.answer = outcome

    def _leave(self, turns: tuple[str, ...], seat: _Seat) -> None:
        """Wait and lead no longer; the lead goes to the one who has waited longest."""
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
            # In this order an interrupt between the lines leaves an heir who finds that it leads when it looks.
            lane.leader = heir = lane.waiting[0]
            lane.waiting.popleft()
            heir.woken.release()

    def _turns_of(self, submission: Submission) -> tuple[str, ...]:
        try:
            boundary = boundary_of(submission.command)
            return () if isinstance(boundary, Refused) else self._journal.catalogue.taken_in_turns(boundary)
        except Exception:
            # Its own thread meets this when it executes the command apart.
            return ()

    def _leads(self, turns: tuple[str, ...], seat: _Seat) -> bool:
        lane = self._lanes.get(turns)
        return lane is not None and lane.leader is seat


class _Seat:
    """A command that waits: for its answer, or for the lead."""

    __slots__ = ("answer", "fault", "leader", "left", "submission", "woken")

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.answer: Outcome | None = None
        self.fault: JournalUnavailable | None = None
        # Who took it along, and whether this one has left.
        self.leader: _Seat | None = None
        self.left = False
        self.woken = Lock()
        self.woken.acquire()


class _Lane:
    """Who leads, and who waits, longest first."""

    __slots__ = ("leader", "waiting")

    def __init__(self, leader: _Seat) -> None:
        self.leader = leader
        self.waiting: deque[_Seat] = deque()
