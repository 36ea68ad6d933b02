"""One seeded run: commands drawn and executed on real books, faults struck, and its promises checked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple, TypeVar

from infra.postgres import Urls
from ledger import JournalUnavailable, Outcome, Refused, Submission
from ledger.domain.fact import Decision
from projections import ReadStoreTrouble
from tests.faults.arena import Arena, Referee
from tests.faults.desk import Desk, Plant
from tests.faults.oracles import AS_OF, difference, of_model, of_projections, of_sql
from tests.kit import calculator
from tests.kit.book import Ask, Book
from tests.kit.office.office import Office
from tests.kit.staff import STAFFING
from tests.kit.steps import Watch
from tests.kit.submissions import submit
from tests.kit.virtual_clock import VirtualClock

T = TypeVar("T")

# How often a caller or a follower asks again before the run says that they needed help.
ATTEMPTS = 12
# Few commands are refused, because a fault is to strike one that is recorded.
DARING = 0.1


class Crash(BaseException):
    """The process dies here: nothing catches it on the way, and all that it had in memory is gone."""


class RunFailed(AssertionError):
    """A promise was broken; the message says which, and with what seed and operations."""


class Answer(NamedTuple):
    """What was answered to a command that was done: its first and last position, and how many facts it led to."""

    first: int
    last: int
    facts: int


class Run:
    """The state of a run: the office and its clock, a writer, a follower that never stops, the model and the log."""

    def __init__(self, seed: int, arena: Arena, urls: Urls, plant: Plant | None = None) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.clock = VirtualClock()
        self.arena = arena
        self.referee = Referee(arena, urls)
        self.url = urls.writer
        self.plant = plant or Plant()
        self.watch = Watch()
        self.model = Book()
        self.office = Office(self.rng, self.model, daring=DARING, latest=self.clock.today)
        self.answers: dict[str, Answer] = {}
        self.submitted: list[Submission] = []
        self.log: list[str] = []
        # How often the last one was asked for, and whether threads may share commits, whose order no seed knows.
        self.attempts = 0
        self.together = True
        self._known: list[tuple[datetime, int]] = []
        self._keys = 0
        self._turn = Lock()
        arena.fill_disk(self.referee.database)
        self.writer = self.new_desk()
        self.reader = self.new_desk()
        self.perform(self.submissions(self.office.opening()))

    def new_desk(self, options: str = "") -> Desk:
        """A process that has just started."""
        return Desk(self.url, self.watch, self.plant, options)

    # Operations

    def submissions(self, asks: Sequence[Ask]) -> list[Submission]:
        """The commands with keys of their own, as submitted now by whoever asks."""
        with self._turn:
            self.clock.forward(self.rng.randint(1, 3600))
            return [submit(one, self._key(), self.clock.today, at=self.clock.now) for one in asks]

    def perform(self, submitted: Sequence[Submission], attempts_before: int = 0) -> None:
        """Submit until there is an answer, as a caller does who has none: the same again, under the same keys."""
        outcomes = self.until_answered(submitted, attempts_before)
        self.take(submitted, outcomes, again=self.attempts > 1)

    def until_answered(self, submitted: Sequence[Submission], attempts_before: int = 0) -> list[Outcome]:
        """The answer, however often it takes; a process that dies is started again."""
        for attempt in range(1 + attempts_before, ATTEMPTS):
            self.attempts = attempt
            try:
                outcomes = self.writer.execute(submitted)
            except JournalUnavailable as trouble:
                self.note(submitted, f"attempt {attempt}: {trouble}")
                self.arena.revive()
                continue
            except Crash:
                self.note(submitted, f"attempt {attempt}: the process died")
                self.writer.close()
                self.writer = self.new_desk()
                continue
            return outcomes
        raise AssertionError(f"there was no answer in {ATTEMPTS} attempts")

    def perform_together(self, submitted: Sequence[Submission]) -> None:
        """Submit from as many threads at once, sharing commits; whoever gets no answer submits the same again."""
        waiting, answered = list(submitted), list[tuple[Submission, Outcome]]()
        for _ in range(ATTEMPTS):
            answers = self.writer.together(waiting)
            answered += [(one, told) for one, told in zip(waiting, answers, strict=True) if isinstance(told, Outcome)]
            troubles = [told for told in answers if not isinstance(told, Outcome)]
            waiting = [one for one, answer in zip(waiting, answers, strict=True) if not isinstance(answer, Outcome)]
            if not waiting:
                # A thread that died may have recorded before the others, or for them, and hears so only when it asks
                # again: the model takes all in the order in which they were recorded.
                answered.sort(key=lambda pair: pair[1].first_position or 0)
                return self.take([one for one, _ in answered], [outcome for _, outcome in answered], again=True)
            self.note(waiting, f"together, attempt 1: {troubles[0] or 'the process died'}")
            self.arena.revive()
            self.writer.close()
            self.writer = self.new_desk()
        raise AssertionError(f"there was no answer in {ATTEMPTS} attempts")

    def take(self, submitted: Sequence[Submission], outcomes: Sequence[Outcome], again: bool) -> None:
        """Let the model do the same, and hold the answers against it."""
        if not submitted:
            return
        self.note(submitted, _summary(outcomes))
        assert [outcome.key for outcome in outcomes] == [one.envelope.key for one in submitted]
        pairs = list(zip(submitted, outcomes, strict=True))
        # What an earlier attempt has recorded came first; the rest was decided on top of it, in its order.
        repeated = [pair for pair in pairs if again and pair[1].status == "nothing_new" and pair[1].first_position]
        repeated.sort(key=lambda pair: pair[1].first_position or 0)
        for one, outcome in [*repeated, *(pair for pair in pairs if pair not in repeated)]:
            self._take(one, outcome, again)
        self.submitted += submitted

    def _take(self, one: Submission, outcome: Outcome, again: bool) -> None:
        key = one.envelope.key
        assert key not in self.answers
        decision, code = self._decided_by_model(one)
        if code is not None:
            assert (outcome.status, outcome.code) == ("refused", code), f"{key} {outcome.status} {outcome.code}"
            return
        if not decision:
            assert (outcome.status, outcome.first_position) == ("nothing_new", None), f"{key} {outcome.status}"
            return
        right = ("done", "nothing_new") if again else ("done",)
        assert outcome.status in right, f"{key} was answered {outcome.status} {outcome.code}, the model did it"
        assert outcome.first_position is not None
        assert outcome.last_position is not None
        self.answers[key] = Answer(outcome.first_position, outcome.last_position, len(decision))

    def _decided_by_model(self, one: Submission) -> tuple[Decision, str | None]:
        try:
            return self.model.do(one.command, one.envelope), None
        except Refused as refused:
            return (), refused.code

    def follow(self) -> None:
        """The follower carries on: the same process, asked again where it was in trouble, never repaired."""
        self.until_followed()
        # A later time has been noted, so that what was known just before is settled.
        at = self.clock.now - timedelta(microseconds=1)
        self._known.append((at, self._position_at(at)))

    def until_followed(self) -> None:
        """Follow to the end of what can be read now."""
        for attempt in range(1, ATTEMPTS):
            try:
                self.reader.books.follow(self.clock.now, page=self.rng.choice((20, 100, 10_000)))
            except (JournalUnavailable, ReadStoreTrouble) as trouble:
                self.log.append(f"   the follower, attempt {attempt}: {trouble}")
                self.arena.revive()
                continue
            except Crash:
                self.log.append(f"   the follower, attempt {attempt}: the process died")
                self.reader.close()
                self.reader = self.new_desk()
                continue
            return
        raise AssertionError(f"the follower needed help after {ATTEMPTS} attempts")

    # Promises

    def compare(self) -> None:
        """Once the follower has carried on, everything acknowledged is in the book, once, and the oracles agree."""
        self.follow()
        with self.watch.paused():
            position = self._asked(self.reader.books.store.position)
            assert position == self._asked(self.writer.books.journal.stable_position), "the follower is behind"
            self._nothing_is_lost_or_doubled()
            self._figures_agree(position)

    def check(self) -> None:
        """That, and all else that must hold at any time."""
        self.compare()
        with self.watch.paused():
            books = self.reader.books
            parity = self._asked(books.parity)
            assert parity.equal, (
                f"the read tables differ from a rebuild: {[one.table for one in parity.tables if not one.equal]}"
            )
            assert self._asked(lambda: books.report("tie-out", AS_OF)).tied, "the books do not tie out"
            for at, known in self._known:
                assert self._position_at(at) == known, f"what was known at {at} was position {known} before"

    def repeat_everything(self) -> None:
        """Submit all that was done once more: the first answer to each, and nothing recorded."""
        done = [one for one in self.submitted if one.envelope.key in self.answers]
        for one, outcome in zip(done, self.until_answered(done), strict=True):
            first, last, _ = self.answers[one.envelope.key]
            told = (outcome.status, outcome.first_position, outcome.last_position)
            assert told == ("nothing_new", first, last), f"{one.envelope.key}, first done at {first}, now {told}"

    def _nothing_is_lost_or_doubled(self) -> None:
        recorded = calculator.answers(self.referee.connection)
        lost = {key: answer for key, answer in self.answers.items() if key not in recorded}
        assert not lost, f"acknowledged and lost: {lost}"
        unknown = recorded.keys() - self.answers.keys() - STAFFING
        assert not unknown, f"recorded and never asked for, or refused: {sorted(unknown)}"
        other = {key: (answer, recorded[key]) for key, answer in self.answers.items() if tuple(answer) != recorded[key]}
        assert not other, f"recorded otherwise than acknowledged: {other}"

    def _figures_agree(self, position: int) -> None:
        model = of_model(self.model)
        sql = difference(model, of_sql(self.referee.connection))
        assert not sql, f"the model and the facts differ: {sql}"
        shown = difference(model, self._asked(lambda: of_projections(self.reader.books)))
        assert not shown, f"the model and the projections differ at {position}: {shown}"

    def _position_at(self, at: datetime) -> int:
        return self._asked(lambda: self.reader.books.journal.position_at(at))

    def _asked(self, ask: Callable[[], T]) -> T:
        """An answer of the books, asked again where a connection turns out to be lost."""
        for _ in range(ATTEMPTS):
            try:
                return ask()
            except (JournalUnavailable, ReadStoreTrouble) as trouble:
                self.log.append(f"   a reader: {trouble}")
        raise AssertionError("the books could not be read")

    # The log

    def note(self, submitted: Sequence[Submission], what: str) -> None:
        """A line of the operation log: ids and kinds only, never a name or a text."""
        self.log.append(f"{len(self.log):3} {self.clock.now:%m-%d %H:%M:%S} {_named(submitted)}: {what}")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """On failure, the seed and the operation log."""
        try:
            yield
        except Exception as error:
            told = "\n".join(self.log)
            raise RunFailed(f"{type(error).__name__}: {error}\nseed {self.seed}\n{told}") from error

    def close(self) -> None:
        """Everything of this run ends."""
        self.writer.close()
        self.reader.close()
        self.referee.close()

    def _key(self) -> str:
        self._keys += 1
        return f"k{self._keys}"


def _named(submitted: Sequence[Submission]) -> str:
    first = submitted[0]
    (stream, *_) = first.command.streams()
    more = f" and {len(submitted) - 1} more" if len(submitted) > 1 else ""
    return f"{first.envelope.key} {type(first.command).__name__} {stream}{more}"


def _summary(outcomes: Sequence[Outcome]) -> str:
    if len(outcomes) > 1:
        return f"{sum(one.status == 'done' for one in outcomes)} of {len(outcomes)} done"
    (one,) = outcomes
    return f"{one.status} {one.code or ''}{one.first_position or ''}–{one.last_position or ''}"
