"""Admission: whether the one who gives a command may give it, by the duties that they hold on the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.domain.duty import JOBS, Duties, job_of_actor, person_of_actor
from ledger.domain.fact import Command, States, stream_of
from ledger.domain.people.administration import ADMINISTRATION
from ledger.domain.people.person import Person
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.refusals import Refused


def admitted(states: States, command: Command, duties: Duties, actor: str, day: date) -> tuple[str, ...]:
    """The duties under which a person may give a command on a day; empty for a job, which has none.

    `duties` are those to which the command belongs. Refuses everybody else. While the entity has no administrator, its
    first person may register themselves.
    """
    job = job_of_actor(actor)
    if job is not None:
        if job not in JOBS or job not in duties:
            raise Refused("job_without_duty", f"{job}: {type(command).__name__}")
        return ()
    if isinstance(command, RegisterPerson) and states.get(ADMINISTRATION) is None:
        if command.person_id != person_of_actor(actor):
            raise Refused("actor_unknown")
        return ("admin",)
    return held_by(states, duties, actor, day)


def held_by(states: States, duties: Sequence[str], actor: str, day: date) -> tuple[str, ...]:
    """Those of these duties that a person holds on a day; refuses everybody who holds none of them."""
    person_id = person_of_actor(actor)
    person = None if person_id is None else states.get(stream_of("person", person_id))
    if not isinstance(person, Person):
        raise Refused("actor_unknown")
    held = tuple(duty for duty in duties if duty not in JOBS and person.has(duty, day))
    if not held:
        late = any(duty not in JOBS and person.had(duty, day) for duty in duties)
        needed = ", ".join(duty for duty in duties if duty not in JOBS) or "only a job"
        raise Refused("duty_ended" if late else "duty_missing", f"{person_id}; {needed}")
    return held
