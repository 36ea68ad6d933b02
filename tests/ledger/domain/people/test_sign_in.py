"""The sign-in: of one person for ever."""

from __future__ import annotations

from ledger.domain.fact import NewFact
from ledger.domain.people.sign_in import GiveSignIn, SignIn, SignInGiven, SignInWithdrawn, WithdrawSignIn, evolve
from tests.kit.book import DAY, Raised, by
from tests.ledger.domain.people.test_person import FOUNDED, FOUNDER, founded, register


def test_it_is_of_the_person_to_whom_it_was_given_first():
    given = evolve(None, SignInGiven(person_id="bo"), DAY)
    assert given == SignIn(person_id="bo", held=True)
    assert evolve(given, SignInWithdrawn(person_id="bo", reason_code="LEFT"), DAY) == SignIn(person_id="bo", held=False)


def test_a_person_may_have_several_sign_ins():
    book = founded().given(register("bo"))
    second = by(FOUNDER, GiveSignIn(person_id="bo", sign_in="b2"))
    book.when(second).then(NewFact("signin-b2", SignInGiven(person_id="bo")))
    book.given(second).when(second).nothing_new()


def test_a_sign_in_that_is_withdrawn_is_given_to_nobody_else():
    book = founded().given(register("bo"), register("carl"))
    withdraw = by(FOUNDER, WithdrawSignIn(sign_in="b", reason_code="LEFT"))
    book.when(by(FOUNDER, GiveSignIn(person_id="carl", sign_in="b"))).refused("sign_in_taken")
    book.when(withdraw).then(NewFact("signin-b", SignInWithdrawn(person_id="bo", reason_code="LEFT")))
    book.when(by(FOUNDER, GiveSignIn(person_id="carl", sign_in="b"))).refused("sign_in_of_another")
    book.when(register("dora", sign_in="b")).refused("sign_in_of_another")
    book.when(by(FOUNDER, GiveSignIn(person_id="bo", sign_in="b"))).then(
        NewFact("signin-b", SignInGiven(person_id="bo"))
    )


RAISED: Raised = {
    "sign_in_of_another": (
        (FOUNDED, by(FOUNDER, WithdrawSignIn(sign_in="f", reason_code="OLD"))),
        register("bo", sign_in="f"),
    ),
    "sign_in_taken": ((FOUNDED,), register("bo", sign_in="f")),
    "sign_in_unknown": ((FOUNDED,), by(FOUNDER, WithdrawSignIn(sign_in="none", reason_code="LEFT"))),
}
