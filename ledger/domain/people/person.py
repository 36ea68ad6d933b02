"""The person: somebody who works for the entity, with dated duties that say what they may do.

A person is a random id. What is personal (the name, the user's name at the machine) is in no fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from ledger.domain.duty import Act, Duty, person_actor
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.people.administration import ADMINISTRATION, added, removed
from ledger.domain.refusals import Refused

# Facts


class PersonRegistered(Fact, frozen=True):
    """Somebody began to work for the entity."""

    person_id: str


class DutyGiven(Fact, frozen=True):
    """A person got a duty from a day on, up to and including another day or until it is ended.

    From that day on, it replaces what was given before.
    """

    duty: Duty
    from_on: date
    until_on: date | None = None


class DutyEnded(Fact, frozen=True):
    """A person lost a duty; `last_on` is the last day on which they had it."""

    duty: Duty
    last_on: date
    reason_code: str


PersonFact = PersonRegistered | DutyGiven | DutyEnded

# State


class Held(NamedTuple):
    """The days on which a duty is held, the first and the last; without a last day, until further notice."""

    from_on: date
    until_on: date | None

    def contains(self, day: date) -> bool:
        """Whether the duty is held on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def ended(self, last_on: date) -> Held:
        """The same, no longer than until a day."""
        return self if self.until_on is not None and self.until_on <= last_on else Held(self.from_on, last_on)


class Person(State, frozen=True):
    """A person, and the days on which they hold each duty."""

    person_id: str
    duties: Mapping[str, tuple[Held, ...]]

    def has(self, duty: str, day: date) -> bool:
        """Whether the person holds a duty on a day."""
        return any(held.contains(day) for held in self.duties.get(duty, ()))

    def had(self, duty: str, day: date) -> bool:
        """Whether the person held a duty on some day before this one."""
        return any(held.from_on < day for held in self.duties.get(duty, ()))

    def holds_from(self, duty: str, day: date) -> bool:
        """Whether the person holds a duty on a day or, as far as is known, on some day after it."""
        return any(held.until_on is None or day <= held.until_on for held in self.duties.get(duty, ()))


# Evolve


def evolve(state: Person | None, fact: PersonFact, on: date) -> Person:
    """The person after one more fact."""
    if isinstance(fact, PersonRegistered):
        return Person(person_id=fact.person_id, duties={})
    assert state is not None, "a person's first fact is PersonRegistered"
    before = state.duties.get(fact.duty, ())
    match fact:
        case DutyGiven():
            held = (*_until(before, fact.from_on - timedelta(days=1)), Held(fact.from_on, fact.until_on))
        case DutyEnded():
            held = _until(before, fact.last_on)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")
    return Person(person_id=state.person_id, duties={**state.duties, fact.duty: held})


def _until(held: tuple[Held, ...], last_on: date) -> tuple[Held, ...]:
    """The same days, as far as they are up to a last one."""
    return tuple(one.ended(last_on) for one in held if one.from_on <= last_on)


# Commands


class _OfPerson(Command, frozen=True):
    """A command about a person."""

    person_id: str

    def streams(self) -> tuple[str, ...]:
        """The person, and the entity's administrators."""
        return (stream_of("person", self.person_id), ADMINISTRATION)


class GiveDuty(_OfPerson, frozen=True):
    """Give a person a duty, from today or a later day on, up to and including a day or until it is ended."""

    duty: Duty
    from_on: date | None = None
    until_on: date | None = None


class EndDuty(_OfPerson, frozen=True):
    """End a person's duty: from the day of the command on, they have it no longer."""

    duty: Duty
    reason_code: str


# Decide


def given(duty: Duty, from_on: date, until_on: date | None = None) -> DutyGiven:
    """The fact that gives a person a duty."""
    return DutyGiven(duty=duty, from_on=from_on, until_on=until_on)


def give_duty(states: States, command: GiveDuty, envelope: Envelope) -> Decision:
    """Give the duty; nobody gives themselves one, and one that is held as asked for is nothing new."""
    person, _ = command.streams()
    held = person_of(states, command.person_id).duties.get(command.duty, ())
    _refuse_oneself(envelope, command.person_id)
    from_on = command.from_on or envelope.occurred_on
    if from_on < envelope.occurred_on or (command.until_on is not None and command.until_on < from_on):
        raise Refused("duty_days_wrong", command.duty)
    if command.duty == "admin" and command.until_on is not None:
        raise Refused("admin_without_end", command.person_id)
    if held and held[-1].from_on <= from_on and held[-1].until_on == command.until_on:
        return ()
    duty = NewFact(person, given(command.duty, from_on, command.until_on))
    return (duty, added(command.person_id)) if command.duty == "admin" else (duty,)


def end_duty(states: States, command: EndDuty, envelope: Envelope) -> Decision:
    """End a duty that the person has or will have, with a reason; nobody ends their own."""
    person, _ = command.streams()
    state = person_of(states, command.person_id)
    _refuse_oneself(envelope, command.person_id)
    last_on = envelope.occurred_on - timedelta(days=1)
    held = state.duties.get(command.duty, ())
    if all(one.until_on is not None and one.until_on <= last_on for one in held):
        raise Refused("duty_not_held", command.duty)
    ended = NewFact(person, DutyEnded(duty=command.duty, last_on=last_on, reason_code=command.reason_code))
    return (ended, removed(states, command.person_id)) if command.duty == "admin" else (ended,)


def person_of(states: States, person_id: str) -> Person:
    """The state of a registered person."""
    state = states.get(stream_of("person", person_id))
    if not isinstance(state, Person):
        raise Refused("person_unknown", person_id)
    return state


def _refuse_oneself(envelope: Envelope, person_id: str) -> None:
    if envelope.actor == person_actor(person_id):
        raise Refused("duty_to_oneself", person_id)


def _days(fact: DutyGiven) -> str:
    return f"from {fact.from_on}" + (f" until {fact.until_on}" if fact.until_on else "")


# Registration

_ADMIN: Final = ("admin",)

NOUN: Final = Noun(
    "person",
    facts=PersonFact,
    evolve=evolve,
    rules={
        GiveDuty: give_duty,
        EndDuty: end_duty,
    },
    duties={
        GiveDuty: _ADMIN,
        EndDuty: _ADMIN,
    },
    acts={
        PersonRegistered: Act("person"),
        DutyGiven: Act("duty", detail=lambda fact: f"{fact.duty} {_days(fact)}"),
        DutyEnded: Act("duty_end", detail=lambda fact: fact.duty),
    },
    refusals={
        "admin_without_end": (
            "The duty `admin` has no last day, so that the entity is never without an administrator. End the duty when "
            "it ends."
        ),
        "duty_days_wrong": "A duty begins today or later, and does not end before it begins.",
        "duty_not_held": "The person does not have this duty now or later.",
        "duty_to_oneself": "Nobody changes their own duties; another administrator must do it.",
        "person_unknown": "There is no person with that id; `reskontra person list` shows who there is.",
    },
    sentences={
        PersonRegistered: lambda fact: f"Person {fact.person_id} registered",
        DutyGiven: lambda fact: f"Duty {fact.duty} given {_days(fact)}",
        DutyEnded: lambda fact: f"Duty {fact.duty} ended, last day {fact.last_on} ({fact.reason_code})",
    },
)
