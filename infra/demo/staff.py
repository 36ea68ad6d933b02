"""The persons of the demo's clinic group, and the user of this machine, who may look around in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final, NamedTuple

from infra.demo.fictions import id_of
from ledger.domain.duty import DUTIES, Duty, person_actor

if TYPE_CHECKING:
    from infra.desk.desk import Desk
    from ledger import Submission

_AT: Final = time(5, tzinfo=UTC)


class Person(NamedTuple):
    """A person: the name by which the demo knows them, which is also their sign-in, and their duties."""

    name: str
    duties: tuple[Duty, ...]

    @property
    def person_id(self) -> str:
        """The person's id."""
        return id_of(0, "person", self.name)

    @property
    def actor(self) -> str:
        """How envelopes name the person."""
        return person_actor(self.person_id)


# The user of this machine; their own name is in no fact.
YOU: Final = Person("you", DUTIES)
CARE_SYSTEM: Final = Person("care-system", ("integrator",))
CLERK: Final = Person("clerk-1", ("front_desk", "billing"))
LEAD: Final = Person("lead-1", ("manager", "approver"))
FINANCE: Final = Person("finance-1", ("finance",))
STAFF: Final = (CARE_SYSTEM, CLERK, LEAD, FINANCE)


def work_here(desk: Desk) -> bool:
    """Whether the demo's persons are those of these books."""
    return all(desk.facts([f"person-{one.person_id}"]) for one in STAFF)


def register(desk: Desk, day: date) -> None:
    """Register the user of this machine with every duty, and then the demo's persons."""
    from ledger import execute

    outcomes = execute(desk.books.journal, [_registered(desk, one, day) for one in (YOU, *STAFF)])
    refused = [outcome.sentence for outcome in outcomes if outcome.status == "refused"]
    if refused:
        raise RuntimeError(f"the demo's persons were refused: {refused[0]}")


def _registered(desk: Desk, person: Person, day: date) -> Submission:
    from infra.desk.sign_in import hashed
    from ledger import Envelope, Submission
    from ledger.domain.people.registration import RegisterPerson

    envelope = Envelope(
        occurred_on=day,
        accounting_date=day,
        recorded_at=datetime.combine(day, _AT),
        actor=YOU.actor,
        key=f"demo-person:{person.person_id}",
    )
    sign_in = hashed(desk.key, desk.user if person is YOU else person.name)
    return Submission(RegisterPerson(person_id=person.person_id, sign_in=sign_in, duties=person.duties), envelope)
