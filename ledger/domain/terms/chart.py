"""The chart of accounts in effect: the ledger account of each posting by its role, accounting date and dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Self

from ledger.domain.chart_of_accounts import DIMENSIONS, ROLES, Leg
from ledger.domain.days import FIRST_DAY
from ledger.domain.fact import States
from ledger.domain.terms.mapping import MappedRole, all_mappings, evolve, mappings_of, role_stream
from ledger.domain.terms.mapping_facts import AccountMapped, MappingFact


class Chart:
    """All mappings of all roles; of those that a posting has on its day, the one with the most dimensions decides.

    What the entity mapped decides before the standard chart.
    """

    def __init__(self, states: States) -> None:
        self._mappings = {role: all_mappings(states, role) for role in ROLES}
        self._mapped = {role: frozenset(mappings_of(states, role)) for role in ROLES}
        self._found: dict[tuple[str, date, tuple[tuple[str, str | None], ...]], AccountMapped] = {}

    @classmethod
    def of(cls, facts: Iterable[MappingFact]) -> Self:
        """The chart after these facts, in their order."""
        states: dict[str, MappedRole] = {}
        for fact in facts:
            stream = role_stream(fact.role)
            states[stream] = evolve(states.get(stream), fact, fact.from_on)
        return cls(states)

    def of_leg(self, leg: Leg, on: date) -> AccountMapped:
        """The mapping of a leg that counts on this day; raises KeyError if there is none."""
        return self.mapping(leg.role, on, **{name: getattr(leg, name) for name in DIMENSIONS})

    def mapping(self, role: str, on: date, **dimensions: str | None) -> AccountMapped:
        """The mapping of a posting that counts on this day; raises KeyError if there is none."""
        key = (role, on, tuple(dimensions.items()))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._mapping(role, on, dimensions)
        return found

    def account(self, role: str, on: date, **dimensions: str | None) -> str:
        """The number of the ledger account of a posting that counts on this day."""
        return self.mapping(role, on, **dimensions).account

    def days_of_change(self, upto: date) -> tuple[date, ...]:
        """The days up to a day on which some posting may get another account than on the day before, in order."""
        return tuple(sorted({on for found in self._mappings.values() for one in found for on in _changing(one, upto)}))

    def mappings(self) -> tuple[AccountMapped, ...]:
        """All mappings, by role in the order of the chart, then by first day."""
        return tuple(one for found in self._mappings.values() for one in sorted(found, key=_order))

    def _mapping(self, role: str, on: date, dimensions: Mapping[str, str | None]) -> AccountMapped:
        # No posting counts before the first day, and a sum up to an earlier day is made with the first accounts.
        on = max(on, FIRST_DAY)
        found = [
            one
            for one in self._mappings.get(role, ())
            if one.from_on <= on <= (one.until_on or on)
            and all(dimensions.get(asked.name) == asked.value for asked in one.dimensions)
        ]
        if not found:
            raise KeyError(f"no ledger account for the role {role} on {on}")
        return max(found, key=lambda one: (one in self._mapped[role], len(one.dimensions)))


def _order(one: AccountMapped) -> tuple[date, str]:
    return one.from_on, str(one.dimensions)


def _changing(one: AccountMapped, upto: date) -> Iterator[date]:
    """The first day of a mapping, and the first day after it; nothing changes where the first mappings begin."""
    for on in (one.from_on, one.until_on and date.fromordinal(one.until_on.toordinal() + 1)):
        if on is not None and FIRST_DAY < on <= upto:
            yield on
