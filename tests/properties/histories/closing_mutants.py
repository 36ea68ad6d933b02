"""Rules of closed periods made wrong on purpose, each with a short history in which the calculator must turn red."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest

from infra.desk import measurement
from ledger.domain.terms import closed_days
from ledger.domain.terms.closed_days import ClosedDays
from ledger.execution import envelopes
from tests.properties.histories.clerk import Clerk
from tests.properties.histories.closing import CLOSING
from tests.properties.histories.mutants import Mutant
from tests.properties.histories.world import World

Monkey = pytest.MonkeyPatch
_TOTALS: Final = measurement.totals


def _late_after_the_close(world: World) -> None:
    world.go(18)
    CLOSING[18](world)
    Clerk(world, 0).issue("p", 25000, -10)


def _closed_after_some_facts(world: World) -> None:
    world.go(18)
    Clerk(world, 0).issue("p", 25000)
    CLOSING[18](world)


def _closed_is_open(monkey: Monkey) -> None:
    monkey.setattr(envelopes, "counting_day", lambda _, day, **__: day)


def _next_month(monkey: Monkey) -> None:
    counting = closed_days.counting_day

    def later(closed: ClosedDays, day: date, *, asked: bool = False) -> date:
        counts = counting(closed, day, asked=asked)
        return counts if counts == day else counts + timedelta(days=31)

    monkey.setattr(envelopes, "counting_day", later)


def _all_days_are_summed(monkey: Monkey) -> None:
    monkey.setattr(measurement, "totals", lambda desk, _: _TOTALS(desk, date.max))


MUTANTS_OF_CLOSING: Final[tuple[Mutant, ...]] = (
    Mutant(
        "what is late counts on its own day, although that is closed",
        _closed_is_open,
        _late_after_the_close,
        "counts in a closed period",
    ),
    Mutant(
        "what is late counts a month after the first open day",
        _next_month,
        _late_after_the_close,
        "counts later than it could",
    ),
    Mutant(
        "a close sums what counts after its last day",
        _all_days_are_summed,
        _closed_after_some_facts,
        "close without the sums of its facts",
    ),
)
