"""The person: registered by an administrator, with dated duties that nobody gives or ends for themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.duty import DUTIES, Duty, person_actor
from ledger.domain.fact import NewFact
from ledger.domain.people.administration import ADMINISTRATION, AdministratorRemoved
from ledger.domain.people.person import (
    DutyEnded,
    DutyGiven,
    EndDuty,
    GiveDuty,
    Person,
)
from ledger.domain.people.registration import RegisterPerson
from tests.kit.book import DAY, Ask, Book, Raised, by, on

FOUNDER, BO = person_actor("founder"), person_actor("bo")
FOUNDED = by(FOUNDER, RegisterPerson(person_id="founder", sign_in="f", duties=("admin",)))
DAY_AFTER = DAY + timedelta(days=1)


def register(name: str, *duties: Duty, sign_in: str | None = None) -> Ask:
    return by(FOUNDER, RegisterPerson(person_id=name, sign_in=sign_in or name[0], duties=duties))


def give(name: str, duty: Duty, from_on: date | None = None, until_on: date | None = None) -> Ask:
    return by(FOUNDER, GiveDuty(person_id=name, duty=duty, from_on=from_on, until_on=until_on))


def end(name: str, duty: Duty, reason_code: str = "LEFT") -> Ask:
    return by(FOUNDER, EndDuty(person_id=name, duty=duty, reason_code=reason_code))


def founded() -> Book:
    return Book().given(FOUNDED)


def held(book: Book, name: str, day: date) -> set[str]:
    state = book.states[f"person-{name}"]
    assert isinstance(state, Person)
    return {duty for duty in DUTIES if state.has(duty, day)}


def test_a_duty_is_held_from_its_first_to_its_last_day():
    week = DAY + timedelta(days=7)
    book = founded().given(register("bo"), give("bo", "finance", DAY_AFTER, week))
    days = (DAY, DAY_AFTER, week, week + timedelta(days=1))
    assert [held(book, "bo", day) for day in days] == [set(), {"finance"}, {"finance"}, set()]
    state = book.states["person-bo"]
    assert isinstance(state, Person)
    assert [state.had("finance", day) for day in days] == [False, False, True, True]


def test_a_duty_can_be_held_again_and_what_was_held_before_stays():
    later = DAY + timedelta(days=30)
    book = founded().given(register("bo", "finance"), on(DAY_AFTER, end("bo", "finance")), give("bo", "finance", later))
    days = (DAY, DAY_AFTER, later)
    assert [held(book, "bo", day) for day in days] == [{"finance"}, set(), {"finance"}]


def test_the_same_duty_again_is_nothing_new():
    book = founded().given(register("bo", "finance"))
    book.when(give("bo", "finance")).nothing_new()
    book.when(give("bo", "finance", until_on=DAY_AFTER)).then(
        NewFact("person-bo", DutyGiven(duty="finance", from_on=DAY, until_on=DAY_AFTER))
    )
    # From its first day on, what is given last counts: the duty has an end now.
    assert held(book, "bo", DAY_AFTER + timedelta(days=1)) == set()


def test_a_duty_ends_with_the_day_before():
    book = founded().given(register("bo", "finance"))
    book.when(on(DAY_AFTER, end("bo", "finance"))).then(
        NewFact("person-bo", DutyEnded(duty="finance", last_on=DAY, reason_code="LEFT"))
    )
    assert held(book, "bo", DAY_AFTER) == set()
    book.when(on(DAY_AFTER, end("bo", "finance"))).refused("duty_not_held")


def test_a_duty_that_has_not_begun_can_be_ended():
    book = founded().given(register("bo"), give("bo", "finance", DAY_AFTER), end("bo", "finance"))
    assert held(book, "bo", DAY_AFTER) == set()


def test_administrators_are_counted():
    book = founded().given(register("bo", "admin"))
    book.when(end("bo", "admin")).then(
        NewFact("person-bo", DutyEnded(duty="admin", last_on=DAY - timedelta(days=1), reason_code="LEFT")),
        NewFact(ADMINISTRATION, AdministratorRemoved(person_id="bo")),
    )


@pytest.mark.parametrize("reason", ["", "LEFT"])
def test_ending_needs_a_reason(reason: str):
    book = founded().given(register("bo", "finance"))
    ending = end("bo", "finance", reason)
    if reason:
        assert book.decide(ending)
    else:
        book.when(ending).refused("reason_missing")


RAISED: Raised = {
    "admin_without_end": ((FOUNDED, register("bo")), give("bo", "admin", until_on=DAY_AFTER)),
    "duty_days_wrong": ((FOUNDED, register("bo")), give("bo", "finance", DAY - timedelta(days=1))),
    "duty_not_held": ((FOUNDED, register("bo")), end("bo", "finance")),
    "duty_to_oneself": ((FOUNDED,), by(FOUNDER, GiveDuty(person_id="founder", duty="finance"))),
    "person_unknown": ((FOUNDED,), give("eve", "finance")),
}
