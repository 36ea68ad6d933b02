"""Persons: who works for the entity, and their duties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.people.person import DutyEnded, DutyGiven, PersonRegistered
from projections.read_models.model import Keyed, Row, Rows, id_of

if TYPE_CHECKING:
    from ledger import Recorded


class Person(Row, frozen=True):
    """A person."""

    person_id: Annotated[str, "The person."]
    registered_on: Annotated[date, "Day on which the person was registered."]
    registered_at_position: Annotated[int, "Position of the fact that registered the person."]


class DutyOfPerson(Row, frozen=True):
    """Days on which a person holds a duty."""

    person_id: Annotated[str, "The person."]
    duty: Annotated[str, "The duty."]
    from_on: Annotated[date, "First day of the duty."]
    until_on: Annotated[date | None, "Last day of the duty; null until further notice."]
    given_at_position: Annotated[int, "Position of the fact that gave the duty."]


def evolve_person(rows: Rows, recorded: Recorded) -> tuple[Person, ...]:
    """The person's row."""
    return (Person(id_of(recorded), recorded.envelope.occurred_on, recorded.position),)


def evolve_duty(rows: Rows, recorded: Recorded) -> tuple[DutyOfPerson, ...]:
    """The rows of the duty that a fact gives or ends."""
    fact, person_id = recorded.fact, id_of(recorded)
    assert isinstance(fact, DutyGiven | DutyEnded), f"unknown fact {type(fact).__name__}"
    theirs = [row for row in rows.values() if (row.person_id, row.duty) == (person_id, fact.duty)]
    if isinstance(fact, DutyEnded):
        return _until(theirs, fact.last_on)
    given = DutyOfPerson(person_id, fact.duty, fact.from_on, fact.until_on, recorded.position)
    earlier = [row for row in theirs if row.from_on != fact.from_on]
    return (*_until(earlier, fact.from_on - timedelta(days=1)), given)


def _until(rows: Sequence[DutyOfPerson], last_on: date) -> tuple[DutyOfPerson, ...]:
    longer = (row for row in rows if row.until_on is None or row.until_on > last_on)
    return tuple(msgspec.structs.replace(row, until_on=last_on) for row in longer)


PERSONS: Final = Keyed(
    "persons", "Every person of the entity.", Person, ("person_id",), (PersonRegistered,), evolve_person
)
DUTIES: Final = Keyed(
    "duties",
    "The days on which each person holds each duty; a duty that ended before it began was never held.",
    DutyOfPerson,
    ("person_id", "duty", "from_on"),
    (DutyGiven, DutyEnded),
    evolve_duty,
)
