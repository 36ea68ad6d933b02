"""A clinic's day in any order: the one random office at work on a book in memory, checked after each command."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from random import Random
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ledger.domain.refusals import Refused
from tests.kit.book import Ask, Book, on
from tests.kit.office.office import KINDS, Office
from tests.properties.ledger.invariants import INVARIANTS, READ_FROM_THE_START

QUICK: Final = settings(
    max_examples=80,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
# Dice whose every throw hypothesis chooses, and makes simpler where a run fails.
DICE: Final = st.randoms(use_true_random=False)
DARING: Final = 0.3


class Bookkeeping:
    """A book in memory, and those invariants of it that are checked."""

    def __init__(self, checked: Collection[str] = tuple(INVARIANTS)) -> None:
        self.book = Book()
        self.office = Office(Random(0), self.book, daring=DARING)
        self._checked = checked

    def open(self, first: int, dice: Random) -> None:
        """A book in which most kinds of command find something to do."""
        self.book.given(*self.office.opening(first))
        for kind in ("bill", "bill", "receive"):
            self.work(kind, dice)

    def work(self, kind: str, dice: Random) -> None:
        """Decide and record a command of this kind, and check the book; a refusal is a right answer too."""
        self.office.rng = dice
        command = self.office.drawn(kind)
        if command is not None:
            self._do(command)

    def _do(self, command: Ask) -> None:
        before = len(self.book.log)
        with suppress(Refused):
            self.book.do(on(self.office.today, command))
        if len(self.book.log) > before:
            self._check(lasting=False)

    def finish(self) -> None:
        """Check what reads the whole book again, so once at the end."""
        self._check(lasting=True)

    def _check(self, lasting: bool) -> None:
        for name in self._checked:
            if (name in READ_FROM_THE_START) == lasting:
                INVARIANTS[name](self.book)


def at_random(seed: int, checked: Collection[str], steps: int = 60) -> None:
    """A day by plain dice, without some kinds of command: nobody reads it, and it takes a tenth as long."""
    dice = Random(seed)
    fact_classes = {kind: often for kind, often in KINDS.items() if dice.random() < 0.8}
    day = Bookkeeping(checked)
    day.open(dice.randint(1, 2000), dice)
    for kind in dice.choices([*fact_classes], [*fact_classes.values()], k=steps):
        day.work(kind, dice)
    day.finish()


class _Opened(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.day = Bookkeeping()

    @initialize(first=st.integers(1, 2000), dice=DICE)
    def open(self, first: int, dice: Random) -> None:
        self.day.open(first, dice)

    def teardown(self) -> None:
        self.day.finish()


def _rule_of(kind: str) -> Any:
    def work(self: _Opened, dice: Random) -> None:
        self.day.work(kind, dice)

    work.__name__ = kind
    return rule(dice=DICE)(work)


# A rule for each kind, so that hypothesis leaves some out of a run and repeats others.
Machine: Final[Any] = type("Machine", (_Opened,), {kind: _rule_of(kind) for kind in KINDS})
