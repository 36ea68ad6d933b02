"""A clinic's months at random, the same for the same seed: every kind of fact, late, early and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from tests.kit.office.office import KINDS, Office
from tests.kit.office.staff import STAFFING
from tests.projections.memory_journal import Log

FIRST: Final = date(2024, 6, 1)
DAYS: Final = 120
DARING: Final = 0.2


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def month(seed: int, commands: int) -> Log:
    """A log of as many commands, in no order of their days; refused ones are left out."""
    rng, log = Random(seed), Log()
    office = Office(rng, log.book, daring=DARING)
    log.do(*STAFFING, *office.opening(), on=day(0))
    for _ in range(commands):
        office.today = day(rng.randrange(DAYS))
        # Mostly the same day; after a close later; sometimes, for an early invoice, before.
        accounted = office.today + timedelta(days=rng.choice((0, 0, 0, 0, 0, 4, 31, -6)))
        log.attempt(office.draw(KINDS), on=office.today, accounted=accounted)
    return log
