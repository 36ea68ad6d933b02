"""A sign-in: the name by which a machine knows a person, as a keyed hash; it is of one person for ever."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.people.person import person_of
from ledger.domain.refusals import Refused

# Facts


class SignInGiven(Fact, frozen=True):
    """A sign-in was given to a person."""

    person_id: str


class SignInWithdrawn(Fact, frozen=True):
    """A sign-in was taken from a person; only that person may get it again."""

    person_id: str
    reason_code: str


SignInFact = SignInGiven | SignInWithdrawn

# State


class SignIn(State, frozen=True):
    """A sign-in: whose it is for ever, and whether that person has it now."""

    person_id: str
    held: bool


# Evolve


def evolve(state: SignIn | None, fact: SignInFact, on: date) -> SignIn:
    """The sign-in after one more fact."""
    match fact:
        case SignInGiven():
            return SignIn(person_id=fact.person_id, held=True)
        case SignInWithdrawn():
            return SignIn(person_id=fact.person_id, held=False)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def sign_in_stream(sign_in: str) -> str:
    """The stream of a sign-in, which is named by its keyed hash."""
    return stream_of("signin", sign_in)


def holder_of(states: States, stream: str) -> str | None:
    """The person who has a sign-in, or null."""
    state = states.get(stream)
    return state.person_id if isinstance(state, SignIn) and state.held else None


def given(states: States, sign_in: str, person_id: str) -> NewFact:
    """The fact that gives a person a sign-in; refuses one that is, or ever was, another person's.

    Otherwise whoever asked for something could approve it as somebody else.
    """
    stream = sign_in_stream(sign_in)
    state = states.get(stream)
    if isinstance(state, SignIn):
        if state.held:
            raise Refused("sign_in_taken")
        if state.person_id != person_id:
            raise Refused("sign_in_of_another", f"person {state.person_id}")
    return NewFact(stream, SignInGiven(person_id=person_id))


# Commands


class GiveSignIn(Command, frozen=True):
    """Give a person one more sign-in."""

    person_id: str
    sign_in: str

    def streams(self) -> tuple[str, ...]:
        """The person and the sign-in."""
        return (stream_of("person", self.person_id), sign_in_stream(self.sign_in))


class WithdrawSignIn(Command, frozen=True):
    """Withdraw a sign-in from whoever has it."""

    sign_in: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The sign-in."""
        return (sign_in_stream(self.sign_in),)


# Decide


def give_sign_in(states: States, command: GiveSignIn, envelope: Envelope) -> Decision:
    """Give the person one more sign-in; one that they have is nothing new."""
    _, sign_in = command.streams()
    person_of(states, command.person_id)
    if holder_of(states, sign_in) == command.person_id:
        return ()
    return (given(states, command.sign_in, command.person_id),)


def withdraw_sign_in(states: States, command: WithdrawSignIn, envelope: Envelope) -> Decision:
    """Withdraw a sign-in, with a reason."""
    (stream,) = command.streams()
    holder = holder_of(states, stream)
    if holder is None:
        raise Refused("sign_in_unknown")
    return (NewFact(stream, SignInWithdrawn(person_id=holder, reason_code=command.reason_code)),)


# Registration

NOUN: Final = Noun(
    "signin",
    facts=SignInFact,
    evolve=evolve,
    rules={GiveSignIn: give_sign_in, WithdrawSignIn: withdraw_sign_in},
    duties={GiveSignIn: ("admin",), WithdrawSignIn: ("admin",)},
    acts={SignInGiven: Act("sign_in"), SignInWithdrawn: Act("sign_in_end")},
    refusals={
        "sign_in_of_another": (
            "This sign-in was the named person's, and only they get it again: `reskontra person give-sign-in`. Give "
            "anybody else one that nobody had before, so that nobody approves as somebody else what they asked for."
        ),
        "sign_in_taken": (
            "Somebody has this sign-in already. Withdraw it from them first, or give the person another one."
        ),
        "sign_in_unknown": "Nobody has this sign-in.",
    },
    sentences={
        SignInGiven: lambda fact: f"Sign-in given to person {fact.person_id}",
        SignInWithdrawn: lambda fact: f"Sign-in withdrawn from person {fact.person_id} ({fact.reason_code})",
    },
)
