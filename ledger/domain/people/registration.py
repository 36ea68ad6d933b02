"""Registration: a person begins to work for the entity; the first one registers themselves."""

from __future__ import annotations

from typing import Final

from ledger.domain.duty import Duty, person_actor
from ledger.domain.fact import Command, Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.people.administration import ADMINISTRATION, Administration, added
from ledger.domain.people.person import PersonRegistered
from ledger.domain.people.person import given as duty_given
from ledger.domain.people.sign_in import given as sign_in_given
from ledger.domain.people.sign_in import sign_in_stream
from ledger.domain.refusals import Refused

# Commands


class RegisterPerson(Command, frozen=True):
    """Register a person, the sign-in by which the machine knows them, and their first duties."""

    person_id: str
    sign_in: str
    duties: tuple[Duty, ...] = ()

    def streams(self) -> tuple[str, ...]:
        """The person, the sign-in, and the entity's administrators."""
        return (stream_of("person", self.person_id), sign_in_stream(self.sign_in), ADMINISTRATION)


# Decide


def register(states: States, command: RegisterPerson, envelope: Envelope) -> Decision:
    """Register the person; the entity's first person registers themselves, and is an administrator."""
    person, _, _ = command.streams()
    if states.get(person) is not None:
        raise Refused("fact_already_recorded", command.person_id)
    duties = tuple(dict.fromkeys(command.duties))
    if not isinstance(states.get(ADMINISTRATION), Administration) and "admin" not in duties:
        raise Refused("first_person_administers")
    if envelope.actor == person_actor(command.person_id) and isinstance(states.get(ADMINISTRATION), Administration):
        raise Refused("duty_to_oneself", command.person_id)
    return (
        NewFact(person, PersonRegistered(person_id=command.person_id)),
        *(NewFact(person, duty_given(duty, envelope.occurred_on)) for duty in duties),
        *((added(command.person_id),) if "admin" in duties else ()),
        sign_in_given(states, command.sign_in, command.person_id),
    )


# Registration

NOUN: Final = Noun(
    "registration",
    rules={RegisterPerson: register},
    duties={RegisterPerson: ("admin",)},
    refusals={
        "first_person_administers": (
            "The entity has no person yet. The first person registers themselves as an administrator, with `reskontra "
            "person register --duty admin`, and then registers the others."
        ),
    },
)
