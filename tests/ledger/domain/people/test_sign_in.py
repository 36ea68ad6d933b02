"""The sign-in: of at most one person at a time."""

from __future__ import annotations

from ledger.domain.fact import NewFact
from ledger.domain.people.sign_in import GiveSignIn, SignInGiven, SignInWithdrawn, WithdrawSignIn, evolve
from tests.kit.book import DAY, Raised, by
from tests.ledger.domain.people.test_person import BO, FOUNDED, FOUNDER, founded, register


def test_it_belongs_to_whom_it_was_given_last():
    given = evolve(None, SignInGiven(person_id="bo"), DAY)
    assert given.holder == "bo"
    withdrawn = evolve(given, SignInWithdrawn(person_id="bo", reason_code="LEFT"), DAY)
    assert withdrawn.holder is None
    assert evolve(withdrawn, SignInGiven(person_id="carl"), DAY).holder == "carl"


def test_a_person_may_have_several_sign_ins():
    book = founded().given(register("bo"))
    second = by(FOUNDER, GiveSignIn(person_id="bo", sign_in="b2"))
    book.when(second).then(NewFact("signin-b2", SignInGiven(person_id="bo")))
    book.given(second).when(second).nothing_new()


def test_a_sign_in_that_is_withdrawn_can_be_given_to_another_person():
    book = founded().given(register("bo"), register("carl"))
    withdraw = by(FOUNDER, WithdrawSignIn(sign_in="b", reason_code="LEFT"))
    given = by(FOUNDER, GiveSignIn(person_id="carl", sign_in="b"))
    book.when(given).refused("sign_in_taken")
    book.when(withdraw).then(NewFact("signin-b", SignInWithdrawn(person_id="bo", reason_code="LEFT")))
    book.when(given).then(NewFact("signin-b", SignInGiven(person_id="carl")))


def test_an_administrator_gives_nobody_a_sign_in_that_was_their_own():
    second = by(FOUNDER, GiveSignIn(person_id="founder", sign_in="laptop"))
    withdraw = by(FOUNDER, WithdrawSignIn(sign_in="laptop", reason_code="OLD"))
    book = founded().given(register("bo", "admin"), register("carl"), second, withdraw)
    book.when(by(FOUNDER, GiveSignIn(person_id="carl", sign_in="laptop"))).refused("sign_in_of_oneself")
    book.when(register("dora", sign_in="laptop")).refused("sign_in_of_oneself")
    moved = by(BO, GiveSignIn(person_id="carl", sign_in="laptop"))
    book.when(moved).then(NewFact("signin-laptop", SignInGiven(person_id="carl")))
    book.given(by(BO, WithdrawSignIn(sign_in="laptop", reason_code="AGAIN")))
    book.when(register("dora", sign_in="laptop")).refused("sign_in_of_oneself")
    book.when(second).then(NewFact("signin-laptop", SignInGiven(person_id="founder")))


RAISED: Raised = {
    "sign_in_of_oneself": (
        (FOUNDED, by(FOUNDER, WithdrawSignIn(sign_in="f", reason_code="OLD"))),
        register("bo", sign_in="f"),
    ),
    "sign_in_taken": ((FOUNDED,), register("bo", sign_in="f")),
    "sign_in_unknown": ((FOUNDED,), by(FOUNDER, WithdrawSignIn(sign_in="none", reason_code="LEFT"))),
}
