"""The use cases of persons: who may do what, and how the machine knows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from infra.desk import names
from infra.desk.desk import Desk, Done, Listed, Occasion
from infra.desk.sign_in import hashed, reader, sound, spelt_otherwise

if TYPE_CHECKING:
    from ledger.domain.duty import Duty


def register(desk: Desk, sign_in: str, duties: Sequence[Duty], occasion: Occasion, id: str | None = None) -> Done:
    """Register a person; while the entity has no person, whoever runs the command registers themselves."""
    from ledger.domain.people.registration import RegisterPerson

    person_id = desk.id(id, occasion)
    command = RegisterPerson(person_id=person_id, sign_in=hashed(desk.key, sound(sign_in)), duties=tuple(duties))
    founding = sign_in == desk.user and not desk.has_persons
    done = desk.record(command, occasion, founder=person_id if founding else None, person_id=person_id)
    return _compared(desk, done, sign_in, person_id)


def persons(desk: Desk) -> Listed:
    """List the persons, a row for each duty that somebody holds today or later, or that ended.

    Each has the number of their sign-ins, and whether they are the one who asks.
    """
    position = desk.books.follow()
    today, asker = desk.today, reader(desk.books, desk.key, desk.user)
    found = desk.books.store.now.persons()
    rows = [one | {"held": _held(one, today), "you": one["person_id"] == asker} for one in found]
    return Listed(rows, position)


def _held(row: dict[str, object], today: date) -> str | None:
    from_on, until_on = row["from_on"], row["until_on"]
    if row["duty"] is None:
        return None
    assert isinstance(from_on, date)
    if isinstance(until_on, date) and until_on < today:
        return "ended"
    return "later" if from_on > today else "now"


def give_duty(
    desk: Desk, person: str, duty: Duty, occasion: Occasion, from_on: date | None = None, until_on: date | None = None
) -> Done:
    """Give a person a duty, from today or a later day on."""
    from ledger.domain.people.person import GiveDuty

    person_id = names.person(desk, person)
    command = GiveDuty(person_id=person_id, duty=duty, from_on=from_on, until_on=until_on)
    return desk.record(command, occasion, person_id=person_id)


def end_duty(desk: Desk, person: str, duty: Duty, reason: str, occasion: Occasion) -> Done:
    """End a person's duty from today on."""
    from ledger.domain.people.person import EndDuty

    person_id = names.person(desk, person)
    command = EndDuty(person_id=person_id, duty=duty, reason_code=reason)
    return desk.record(command, occasion, person_id=person_id)


def give_sign_in(desk: Desk, person: str, sign_in: str, occasion: Occasion) -> Done:
    """Give a person one more sign-in."""
    from ledger.domain.people.sign_in import GiveSignIn

    person_id = names.person(desk, person)
    command = GiveSignIn(person_id=person_id, sign_in=hashed(desk.key, sound(sign_in)))
    return _compared(desk, desk.record(command, occasion, person_id=person_id), sign_in, person_id)


def _compared(desk: Desk, done: Done, sign_in: str, person_id: str) -> Done:
    """Say whether another person has the sign-in in other letters, which may be one person twice."""
    return done._replace(
        more={**done.more, "spelt_otherwise": spelt_otherwise(desk.books, desk.key, sign_in, person_id)}
    )


def withdraw_sign_in(desk: Desk, sign_in: str, reason: str, occasion: Occasion) -> Done:
    """Withdraw a sign-in from whoever has it, who is returned; from now on, the machine's user may only read."""
    from ledger.domain.people.sign_in import SignInWithdrawn, WithdrawSignIn

    command = WithdrawSignIn(sign_in=hashed(desk.key, sign_in), reason_code=reason)
    done = desk.record(command, occasion)
    *_, withdrawn = (one for one in desk.facts(command.streams()[:1]) if isinstance(one, SignInWithdrawn))
    return done._replace(named={"person_id": withdrawn.person_id})
