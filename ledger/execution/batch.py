"""Executing a batch: load what its commands need, decide in memory, append everything at once, retry on a conflict."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, overload

from ledger.domain.fact import Fact, State
from ledger.domain.refusals import Refused
from ledger.domain.terms.period import STREAM as PERIODS
from ledger.execution.appender import Appender
from ledger.execution.attempt import Attempt
from ledger.execution.boundary import boundary_of
from ledger.execution.interpreter import at_full_speed
from ledger.execution.submission import Outcome, Submission
from ledger.journal.journal import Journal
from ledger.journal.recorded_facts import Addition
from ledger.journal.turns import OBEYED_WAIT, TURN_WAIT, Conflict, NoTurn

_ATTEMPTS: Final = 12
# A large chunk is decided in pieces of this many commands; each piece is decided while the one before is being sent.
_PIECE: Final = 500
# A chunk of at most this many commands is decided without first looking up their keys.
_FEW: Final = 64


@overload
def execute(journal: Journal, submitted: Submission) -> Outcome: ...


@overload
def execute(
    journal: Journal, submitted: Sequence[Submission], *, chunk: int = ..., stop_on_refusal: bool = ...
) -> list[Outcome]: ...


def execute(
    journal: Journal,
    submitted: Submission | Sequence[Submission],
    *,
    chunk: int = 2000,
    stop_on_refusal: bool = False,
) -> Outcome | list[Outcome]:
    """Decide and record one command, or a batch in chunks; each chunk is recorded completely or not at all.

    A refused command changes nothing and does not stop the others. With `stop_on_refusal`, a refused command stops the
    batch: the commands before it are still recorded, and those after it are not decided. Raises JournalUnavailable.
    """
    if isinstance(submitted, Submission):
        return _chunk(journal, [submitted], False)[0]
    outcomes: list[Outcome] = []
    for start in range(0, len(submitted), chunk):
        outcomes += _chunk(journal, submitted[start : start + chunk], stop_on_refusal)
        if stop_on_refusal and outcomes and outcomes[-1].status == "refused":
            break
    return outcomes


def execute_together(journal: Journal, submitted: Sequence[Submission]) -> list[Outcome]:
    """Decide and record commands that belong together: all of them or, if one is refused, none.

    Then the refused command's outcome is the last one, and those before it have no positions. Raises
    JournalUnavailable.
    """
    return record_chunk(journal, submitted, _ATTEMPTS, together=True) or _all_refused(journal, submitted)


def _chunk(journal: Journal, submitted: Sequence[Submission], stop_on_refusal: bool) -> list[Outcome]:
    return record_chunk(journal, submitted, _ATTEMPTS, stop_on_refusal) or _all_refused(journal, submitted)


def record_chunk(
    journal: Journal,
    submitted: Sequence[Submission],
    attempts: int,
    stop_on_refusal: bool = False,
    measure: Callable[[], Mapping[str, State]] | None = None,
    together: bool = False,
) -> list[Outcome] | None:
    """Decide and record one chunk; returns None and records nothing if other writers were faster at every attempt.

    If another writer holds a number series for too long, the whole chunk is refused with `concurrent_change`.
    `measure` gives states that are in no stream; it is asked once the turns are held. With `together`, nothing is
    recorded if a command is refused.
    """
    boundaries = [boundary_of(one) for one in submitted]
    turns = journal.catalogue.taken_in_turns(
        stream for one in boundaries if not isinstance(one, Refused) for stream in one
    )
    piece = len(submitted) if together else _PIECE
    behind = len(submitted) > piece
    for attempt in range(attempts):
        try:
            with (
                at_full_speed(behind),
                journal.writing(turns, behind, OBEYED_WAIT if PERIODS in turns else TURN_WAIT) as writing,
                Appender(writing, behind) as appending,
            ):
                # Repeated commands are rare, so keys are not looked up at first; a repeat makes recording fail, and its
                # key is looked up then.
                # Commands that belong together must not be refused because a stream was only assumed to be new.
                presuming = attempt == 0 and not together
                deciding = Attempt(journal.codec, writing, presuming and len(submitted) <= _FEW, presuming)
                if measure is not None:
                    journal.settle()
                    deciding.give(measure())
                deciding.take_up(submitted, boundaries)
                for start in range(0, len(submitted), max(piece, 1)):
                    stopped = deciding.decide(start, start + piece, stop_on_refusal or together)
                    if stopped and together:
                        return deciding.rehearsed()
                    appending.add(*deciding.take(), deciding.obeyed)
                    if stopped:
                        break
                appending.finish()
            return deciding.outcomes(appending.positions)
        except NoTurn:
            return _all_refused(journal, submitted)
        except Conflict:
            time.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))
    return None


def execute_alone(journal: Journal, submitted: Submission, measure: Callable[[], Mapping[str, State]]) -> Outcome:
    """Decide and record a command while no other writer may record anything.

    `measure` says meanwhile what the book holds, in states that are in no stream; nothing is recorded between its
    answer and the command's facts. Raises JournalUnavailable, and what `measure` raises.
    """
    outcomes = record_chunk(journal, [submitted], _ATTEMPTS, measure=measure)
    return (outcomes or _all_refused(journal, [submitted]))[0]


class Rehearsal:
    """The outcomes that commands would have, each decided as if those before it were recorded; nothing is recorded."""

    def __init__(self, journal: Journal) -> None:
        self._codec = journal.codec
        self._deciding = Attempt(journal.codec, journal, trusting=False, presuming=False, going_on=True)

    def rehearse(self, submitted: Sequence[Submission]) -> list[Outcome]:
        """Decide as if all earlier commands had been recorded; outcomes are as in `execute`, without positions.

        Raises JournalUnavailable.
        """
        # The facts that would have been recorded are dropped; the states for later commands already contain them.
        self._decide(submitted)
        return self._deciding.rehearsed()

    def rehearse_facts(self, submitted: Sequence[Submission]) -> tuple[list[Outcome], list[tuple[str, Fact]]]:
        """The same, and the facts that would have been recorded, each with its stream."""
        additions = self._decide(submitted)
        facts = [(one.stream, self._codec.decode(one.name, one.state).fact) for one in additions]
        return self._deciding.rehearsed(), facts

    def _decide(self, submitted: Sequence[Submission]) -> list[Addition]:
        self._deciding.take_up(submitted, [boundary_of(one) for one in submitted])
        self._deciding.decide(0, len(submitted), stop_on_refusal=False)
        return self._deciding.take()[0]


def _all_refused(journal: Journal, submitted: Sequence[Submission]) -> list[Outcome]:
    code = "concurrent_change"
    sentence = journal.catalogue.refusal(Refused(code))
    return [Outcome(one.envelope.key, "refused", code=code, sentence=sentence) for one in submitted]
