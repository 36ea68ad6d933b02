"""The chart's mapping: which ledger account a role has, and from which day on, for all its postings or for those with
certain dimensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from msgspec.structs import replace

from ledger.domain.chart_of_accounts import DIMENSIONS, ROLES, roles_of
from ledger.domain.days import FIRST_DAY, LAST_DAY
from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, NewFact, State, States, stream_of
from ledger.domain.identifier import is_code
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused
from ledger.domain.terms import period
from ledger.domain.terms.closed_days import require_open
from ledger.domain.terms.mapping_facts import (
    SENTENCES,
    AccountMapped,
    AccountMappingEnded,
    Dimension,
    MappingFact,
    keeps_account,
    meet,
)
from ledger.domain.terms.shared_accounts import require_apart, roles_apart
from ledger.domain.terms.standard_mapping import standard_mappings

_ACCOUNT: Final = re.compile(r"[0-9]{4,8}")
# Source: BAS chart of accounts (Sweden), 2024: 1900 to 1999 are the accounts for cash and money at banks.
_MONEY: Final = re.compile(r"19\d\d")
_DAY: Final = timedelta(days=1)

# State


class MappedRole(State, frozen=True):
    """A role's mappings, each with its days; those that never were are left out."""

    mappings: tuple[AccountMapped, ...]


# Evolve


def evolve(state: MappedRole | None, fact: MappingFact, on: date) -> MappedRole:
    """The role's mappings after one more fact."""
    before = state.mappings if state is not None else ()
    match fact:
        case AccountMapped():
            return MappedRole(mappings=(*before, fact))
        case AccountMappingEnded():
            ended = (_ended(one, fact) for one in before)
            return MappedRole(
                mappings=tuple(one for one in ended if one.until_on is None or one.from_on <= one.until_on)
            )
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _ended(one: AccountMapped, fact: AccountMappingEnded) -> AccountMapped:
    if (one.dimensions, one.from_on) != (fact.dimensions, fact.from_on):
        return one
    return replace(one, until_on=fact.until_on)


def role_stream(role: str) -> str:
    """The stream of a role's mappings."""
    return stream_of("mapping", role)


# Commands


class SetMapping(Command, frozen=True):
    """Give a role a ledger account from a day on; the account that it had until then ends on the day before.

    A mapping that begins on the same day is replaced.
    """

    mapping: AccountMapped

    def streams(self) -> tuple[str, ...]:
        """The role's mappings, the entity's periods, and the mappings of roles that must have other accounts."""
        role = self.mapping.role
        return (role_stream(role), period.STREAM, *streams_apart(role))


class EndMapping(Command, frozen=True):
    """End the mapping for certain dimensions with a day; afterwards the role's more general mapping is valid."""

    role: str
    dimensions: tuple[Dimension, ...]
    until_on: date

    def streams(self) -> tuple[str, ...]:
        """The role's mappings, and the entity's periods."""
        return (role_stream(self.role), period.STREAM)


# Decide


def set_mapping(states: States, command: SetMapping, envelope: Envelope) -> Decision:
    """Map the role if this leaves each of its days with one account, and the days of closed periods as they are.

    An account that the role has already may be confirmed for those days, too, or get a name or source.
    """
    decided = mapped(states, command.mapping)
    if keeps_account(command.mapping, all_mappings(states, command.mapping.role)):
        return decided
    return _while_open(states, command.mapping.from_on, envelope, decided)


def mapped(states: States, wanted: AccountMapped) -> Decision:
    """The facts that put a mapping among a role's recorded mappings, for the rules of other nouns, too.

    Refuses a malformed mapping, days on which two mappings would be equally specific, days without an account, and an
    account that another role has if one of the two must have it alone; the states have the streams of `streams_apart`.
    """
    _require_sound(wanted)
    before = mappings_of(states, wanted.role)
    if wanted in before:
        return ()
    require_apart(wanted, mappings_apart(states, wanted.role))
    ended = tuple(_giving_way(before, wanted))
    after = _after(before, *ended, wanted)
    _require_no_other(after, wanted)
    _require_every_day(wanted.role, after)
    return _decided(wanted.role, *ended, wanted)


def end_mapping(states: States, command: EndMapping, envelope: Envelope) -> Decision:
    """End the mapping that is valid on the next day; afterwards another one must give the role an account."""
    before, later = mappings_of(states, command.role), command.until_on + _DAY
    found = next((one for one in before if one.dimensions == command.dimensions and _on(one, later)), None)
    if found is None:
        raise Refused("mapping_unknown", f"{command.role}, {later}")
    ended = _ending(found, command.until_on)
    _require_every_day(command.role, _after(before, ended))
    return _while_open(states, later, envelope, _decided(command.role, ended))


def streams_apart(role: str) -> tuple[str, ...]:
    """The mappings of the roles that may not have an account together with this one."""
    return tuple(map(role_stream, roles_apart(role)))


def mappings_apart(states: States, role: str) -> Iterator[AccountMapped]:
    """The mappings of those roles."""
    return (one for other in roles_apart(role) for one in all_mappings(states, other))


def all_mappings(states: States, role: str) -> tuple[AccountMapped, ...]:
    """A role's recorded mappings, after what the standard chart gives it."""
    recorded = mappings_of(states, role)
    return (*standard_mappings(role, recorded), *recorded)


def mappings_of(states: States, role: str) -> tuple[AccountMapped, ...]:
    """A role's recorded mappings."""
    state = states.get(role_stream(role))
    return state.mappings if isinstance(state, MappedRole) else ()


def _require_sound(wanted: AccountMapped) -> None:
    about, names = f"{wanted.role} {wanted.account}", [one.name for one in wanted.dimensions]
    if wanted.role not in ROLES:
        raise Refused("account_role_unknown", wanted.role)
    # In one order only, so that equal dimensions are equal facts.
    if names != [one for one in DIMENSIONS if one in names] or not all(one.value for one in wanted.dimensions):
        raise Refused("dimension_unknown", ", ".join(names))
    # As on an invoice: a unit is a code, and a posting's unit is the care unit of its invoice.
    if not all(is_code(one.value) for one in wanted.dimensions if one.name == "unit"):
        raise Refused("code_malformed", "unit: a code")
    if not _ACCOUNT.fullmatch(wanted.account):
        raise Refused("ledger_account_malformed", about)
    if wanted.role in roles_of("money") and not _MONEY.fullmatch(wanted.account):
        raise Refused("ledger_account_not_of_money", about)
    if wanted.from_on < FIRST_DAY or (wanted.until_on is not None and wanted.until_on < wanted.from_on):
        raise Refused("mapping_without_days", f"{about}, {wanted.from_on} to {wanted.until_on}")


def _giving_way(before: Iterable[AccountMapped], wanted: AccountMapped) -> Iterator[AccountMappingEnded]:
    """The mapping with the same dimensions that is valid on the first day ends before it, if it ends no later."""
    for one in before:
        if one.dimensions == wanted.dimensions and _on(one, wanted.from_on):
            if one.dimensions and one.last_on > wanted.last_on:
                raise Refused("mapping_overlaps", _told(one))
            yield _ending(one, wanted.from_on - _DAY)


def _require_no_other(mappings: tuple[AccountMapped, ...], wanted: AccountMapped) -> None:
    """Refuse days with another mapping that is as specific as the wanted one, for the same posting."""
    for one in mappings:
        if one != wanted and len(one.dimensions) == len(wanted.dimensions) and meet(one, wanted):
            raise Refused("mapping_overlaps", _told(one))


def _require_every_day(role: str, mappings: tuple[AccountMapped, ...]) -> None:
    """Refuse days without a mapping for all postings of the role."""
    every = (*standard_mappings(role, mappings), *mappings)
    whole = sorted((one for one in every if not one.dimensions), key=lambda one: one.from_on)
    for one, following in zip(whole, [*whole[1:], None], strict=True):
        if one.last_on < LAST_DAY and (following is None or following.from_on > one.last_on + _DAY):
            raise Refused("mapping_leaves_hole", f"{one.role} from {one.last_on + _DAY}")


def _on(one: AccountMapped, day: date) -> bool:
    return one.from_on <= day <= one.last_on


def _told(one: AccountMapped) -> str:
    return f"{one.role} {one.account}, {one.from_on} to {one.until_on or 'no last day'}"


def _ending(one: AccountMapped, until_on: date) -> AccountMappingEnded:
    return AccountMappingEnded(role=one.role, dimensions=one.dimensions, from_on=one.from_on, until_on=until_on)


def _after(before: tuple[AccountMapped, ...], *facts: MappingFact) -> tuple[AccountMapped, ...]:
    state = MappedRole(mappings=before)
    for fact in facts:
        state = evolve(state, fact, fact.from_on)
    return state.mappings


def _while_open(states: States, first: date, envelope: Envelope, decided: Decision) -> Decision:
    """What was decided, if the first day whose account it changes is open: nothing of a closed period changes."""
    if decided:
        require_open(period.periods_of(states).closed, first, envelope.duty)
    return decided


def _decided(role: str, *facts: MappingFact) -> Decision:
    return tuple(NewFact(role_stream(role), fact) for fact in facts)


# Registration


NOUN: Final = Noun(
    "mapping",
    facts=MappingFact,
    evolve=evolve,
    rules={SetMapping: set_mapping, EndMapping: end_mapping},
    duties={SetMapping: ("finance",), EndMapping: ("finance",)},
    acts={AccountMapped: Act("mapping"), AccountMappingEnded: Act("mapping_end")},
    governs=True,
    refusals={
        "account_role_unknown": "There is no account role with that name; `reskontra mapping list` shows all roles.",
        "dimension_unknown": "A posting has no such dimension, or its value is missing, or it is given twice.",
        "ledger_account_malformed": "The number of a ledger account has four to eight digits.",
        "ledger_account_not_of_money": "The ledger account of money must be between 1900 and 1999.",
        "ledger_account_shared": (
            "Another role has that ledger account on some of these days, and one of the two must have it alone: it is "
            "compared with the bank or the sub-ledger, or comes to zero. Give an account that `reskontra mapping list` "
            "does not show."
        ),
        "mapping_leaves_hole": (
            "The role would have no ledger account on some days. Give no last day, or first map the days after it."
        ),
        "mapping_overlaps": (
            "Two mappings would be valid for the same postings on the same days, and neither is more specific. Give a "
            "last day before the other one begins, or first end the other one with `reskontra mapping end`."
        ),
        "mapping_unknown": (
            "On the day after, the role has no mapping of its own for these postings; see `reskontra mapping list`."
        ),
        "mapping_without_days": "The last day is before the first day, or the first day is before 1900.",
    },
    sentences=SENTENCES,
)
