"""Registration: the first person registers themselves and administers; an administrator registers the others."""

from __future__ import annotations

from ledger.domain.duty import person_actor
from ledger.domain.fact import NewFact
from ledger.domain.people.administration import ADMINISTRATION, AdministratorAdded
from ledger.domain.people.person import DutyGiven, PersonRegistered
from ledger.domain.people.registration import RegisterPerson
from ledger.domain.people.sign_in import SignInGiven
from tests.kit.book import DAY, Book, Raised, by
from tests.ledger.domain.people.test_person import FOUNDED, founded, held, register


def test_the_first_person_registers_themselves_and_administers():
    Book().when(FOUNDED).then(
        NewFact("person-founder", PersonRegistered(person_id="founder")),
        NewFact("person-founder", DutyGiven(duty="admin", from_on=DAY)),
        NewFact(ADMINISTRATION, AdministratorAdded(person_id="founder")),
        NewFact("signin-f", SignInGiven(person_id="founder")),
    )


def test_an_administrator_registers_the_others_each_with_a_sign_in_of_their_own():
    book = founded().given(register("bo", "billing", "billing"))
    assert held(book, "bo", DAY) == {"billing"}
    book.when(register("bo")).refused("fact_already_recorded")
    book.when(register("carl", sign_in="b")).refused("sign_in_taken")
    book.when(by(person_actor("dan"), RegisterPerson(person_id="dan", sign_in="d"))).refused("duty_to_oneself")


RAISED: Raised = {"first_person_administers": ((), register("founder", "finance"))}
