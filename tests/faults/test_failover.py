"""The primary dies whole under writers and a synchronous standby takes over: acknowledged lost 0, doubled 0."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from infra.settings import Settings
from ledger import JournalUnavailable, Outcome, Refused, Submission
from projections import ReadStoreTrouble
from tests.faults.arena import PATIENCE_S
from tests.faults.desk import Desk
from tests.faults.run import Run
from tests.faults.standby import Pair
from tests.kit.book import Book
from tests.kit.office.office import Office

WRITERS = 4
BEFORE = 60
AFTER = 8


@pytest.fixture
def pair(fast_folder: Path, open_folder: Path) -> Iterator[Pair]:
    """Two servers of this test's own."""
    made = Pair(Settings(data_dir=fast_folder / uuid.uuid4().hex[:8] / "data", state_dir=open_folder / "state"))
    yield made
    made.close()


class Writer(threading.Thread):
    """Writes until told to stop; what gets no answer is submitted again, the same, until it has one."""

    def __init__(self, run: Run, number: int, stop: threading.Event) -> None:
        super().__init__()
        self.answered: list[tuple[Submission, Outcome]] = []
        self.asked_again = 0
        self._run = run
        self._stop_asked = stop
        self._desk = Desk(run.url, run.watch, run.plant)
        self._book = Book()
        self._office = Office(random.Random(run.seed * 100 + number), self._book, prefix=f"{number}-")
        self._book.given(*self._office.opening())

    def run(self) -> None:
        while not self._stop_asked.is_set():
            command = self._office.draw({"bill": 2, "receive": 1, "apply": 1})
            (submitted,) = self._run.submissions([command])
            outcome = self._answer(submitted)
            self.answered.append((submitted, outcome))
            if outcome.status != "refused":
                with suppress(Refused):
                    self._book.do(command)
        self._desk.close()

    def _answer(self, submitted: Submission) -> Outcome:
        while True:
            try:
                return self._desk.execute([submitted])[0]
            except JournalUnavailable:
                self.asked_again += 1
                assert self.asked_again < 1000


def test_a_standby_takes_over_under_writers_and_nothing_acknowledged_is_lost(pair: Pair) -> None:
    run = Run(31, pair, pair.make())
    stop, quiet = threading.Event(), threading.Event()
    writers = [Writer(run, number, stop) for number in range(WRITERS)]
    follower = threading.Thread(target=_follow, args=(run, quiet))
    for thread in (*writers, follower):
        thread.start()

    _await(lambda: sum(len(writer.answered) for writer in writers) >= BEFORE)
    pair.kill()
    pair.revive()
    then = [len(writer.answered) for writer in writers]
    _await(lambda: all(len(one.answered) >= count + AFTER for one, count in zip(writers, then, strict=True)))
    stop.set()
    for writer in writers:
        writer.join(PATIENCE_S)
    quiet.set()
    follower.join(PATIENCE_S)

    with run.telling():
        # The kill came while they were writing: some had no answer, and asked again.
        assert sum(writer.asked_again for writer in writers) > 0
        answered = [one for writer in writers for one in writer.answered if one[1].first_position is not None]
        for submitted, outcome in sorted(answered, key=lambda one: one[1].first_position or 0):
            run.take([submitted], [outcome], again=True)
        run.check()
        run.repeat_everything()
        run.check()
    run.close()


def _follow(run: Run, quiet: threading.Event) -> None:
    """A follower in a loop, as it runs beside the writers: what troubles it is tried again."""
    while not quiet.is_set():
        with suppress(JournalUnavailable, ReadStoreTrouble):
            run.reader.books.follow()
        quiet.wait(0.02)


def _await(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < deadline, "the writers did not get on"
        time.sleep(0.005)
