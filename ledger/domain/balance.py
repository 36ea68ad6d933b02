"""A balance day by day, so that a rule can ask about every day and not only about today."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.domain.fact import Part
from ledger.domain.refusals import Refused


class Balance(Part, frozen=True):
    """A balance in minor units: each step is a day, and the balance from that day until the next step.

    The steps are in the order of their days; before the first step the balance is zero.
    """

    steps: tuple[tuple[date, int], ...] = ()

    @property
    def latest(self) -> int:
        """The balance after everything that is known, even what takes effect on later days."""
        return self.steps[-1][1] if self.steps else 0

    def on(self, day: date) -> int:
        """The balance at the end of a day."""
        step = bisect_right(self.steps, day, key=_day)
        return self.steps[step - 1][1] if step else 0

    def moved(self, on: date, amount_minor: int) -> Balance:
        """The balance after a change that takes effect on a day."""
        if not amount_minor:
            return self
        steps = self.steps
        if not steps or on > steps[-1][0]:
            return Balance((*steps, (on, self.latest + amount_minor)))
        # The day of the change may be before or between the known days, which all move with it.
        step = bisect_right(steps, on, key=_day)
        begun = steps[:step] if step and steps[step - 1][0] == on else (*steps[:step], (on, self.on(on)))
        kept = begun[:-1]
        later = ((day, balance + amount_minor) for day, balance in (begun[-1], *steps[step:]))
        return Balance((*kept, *later))

    def first_day_of(self, amount_minor: int) -> date | None:
        """The first day from which the balance is at least this amount on every later day; None if there is none."""
        found: date | None = None
        for day, balance in reversed(self.steps):
            if balance < amount_minor:
                break
            found = day
        return found

    def parts_of(self, amount_minor: int, from_on: date) -> tuple[tuple[date, int], ...]:
        """The parts in which an amount can be taken from a day on, each as early as it is there on every later day.

        The parts sum to the amount, or to less if the balance never has that much.
        """
        days = [from_on, *(day for day, _ in self.steps if day > from_on)]
        least = self.latest
        lasting: list[tuple[date, int]] = []
        for day in reversed(days):
            least = min(least, self.on(day))
            lasting.append((day, least))
        parts: list[tuple[date, int]] = []
        taken = 0
        for day, least in reversed(lasting):
            part = min(least, amount_minor) - taken
            if part > 0:
                parts.append((day, part))
                taken += part
        return tuple(parts)

    @property
    def lacking(self) -> tuple[tuple[date, int], ...]:
        """What must be added, each amount on the last possible day, for the balance never to be below zero."""
        found: list[tuple[date, int]] = []
        added = 0
        for day, balance in self.steps:
            if balance + added < 0:
                found.append((day, -balance - added))
                added = -balance
        return tuple(found)


def _day(step: tuple[date, int]) -> date:
    return step[0]


NOTHING: Final = Balance()


def effective_day(given: date | None, natural: date, *not_before: date | None) -> date:
    """The day on which a decision takes effect: the natural day, or the first later day on which it can hold.

    `given` is the day that a person gave, and replaces the natural day. `not_before` are the days before which the
    decision cannot hold, such as the first day from which the money is there on every later day. Raises Refused if the
    person's day is before one of them; then the refusal names the first possible day.
    """
    wanted = natural if given is None else given
    first = _latest(wanted, not_before)
    if given is not None and first > given:
        raise Refused("day_cannot_hold", f"first possible day {first}")
    return first


def _latest(day: date, others: Iterable[date | None]) -> date:
    for other in others:
        if other is not None and other > day:
            day = other
    return day
