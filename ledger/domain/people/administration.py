"""The administrators: the persons who give others their duties; once there is one, there is never none."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.fact import Fact, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# A journal belongs to one entity, so it has one stream of administrators.
ADMINISTRATION: Final = stream_of("administration", "entity")

# Facts


class AdministratorAdded(Fact, frozen=True):
    """A person got the duty `admin`, and may administer."""

    person_id: str


class AdministratorRemoved(Fact, frozen=True):
    """A person lost the duty `admin`, and no longer administers."""

    person_id: str


AdministrationFact = AdministratorAdded | AdministratorRemoved

# State


class Administration(State, frozen=True):
    """The persons who administer."""

    persons: frozenset[str]


# Evolve


def evolve(state: Administration | None, fact: AdministrationFact, on: date) -> Administration:
    """The administrators after one more fact."""
    before = frozenset() if state is None else state.persons
    match fact:
        case AdministratorAdded():
            return Administration(persons=before | {fact.person_id})
        case AdministratorRemoved():
            return Administration(persons=before - {fact.person_id})
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def added(person_id: str) -> NewFact:
    """The fact that a person administers."""
    return NewFact(ADMINISTRATION, AdministratorAdded(person_id=person_id))


def removed(states: States, person_id: str) -> NewFact:
    """The fact that a person administers no longer; refuses to remove the last one.

    Because this fact is in one stream, two administrators cannot remove each other at the same time.
    """
    state = states.get(ADMINISTRATION)
    if not isinstance(state, Administration) or state.persons <= {person_id}:
        raise Refused("last_administrator", person_id)
    return NewFact(ADMINISTRATION, AdministratorRemoved(person_id=person_id))


# Registration

NOUN: Final = Noun(
    "administration",
    facts=AdministrationFact,
    evolve=evolve,
    refusals={
        "last_administrator": (
            "This is the entity's last administrator, and without one nobody could give duties. Make another person an "
            "administrator first."
        ),
    },
    sentences={
        AdministratorAdded: lambda fact: f"Person {fact.person_id} administers",
        AdministratorRemoved: lambda fact: f"Person {fact.person_id} no longer administers",
    },
)
