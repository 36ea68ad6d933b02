"""The doubt: something about a bank's line that a person must look into; who closed it, and why, is in the book.

The money of the line is booked whether or not somebody doubts it, so a doubt posts nothing. That a doubt arose is no
fact: the bank's file says it again whenever it is read. What a person found out is nowhere else.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.duty import Act
from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Facts


class DoubtClosed(Fact, frozen=True):
    """A person looked into a doubt and closed it; the reason says what they found.

    `doubt_id` is made of the line's identity and of `code`, so the doubt is closed in every file that shows the line.
    `money_id` is the receipt or the part of a movement that it is about, if it is about what was booked. `file` is the
    hash of the bank's file, and `raw_position` the place in it.
    """

    doubt_id: str
    code: str
    money_id: str | None
    file: str | None
    raw_position: str | None
    reason_code: str


class DoubtReopened(Fact, frozen=True):
    """A closed doubt waits for a person again; the reason says why."""

    reason_code: str


DoubtFact = DoubtClosed | DoubtReopened

# State


class Doubt(State, frozen=True):
    """A doubt that was closed at least once; `closed_because` is the reason for which it is closed, or null."""

    closed_because: str | None


# Evolve


def evolve(state: Doubt | None, fact: DoubtFact, on: date) -> Doubt:
    """The doubt after one more fact."""
    match fact:
        case DoubtClosed():
            return Doubt(closed_because=fact.reason_code)
        case DoubtReopened():
            return Doubt(closed_because=None)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Commands


class _OfDoubt(Command, frozen=True):
    """A decision about a doubt."""

    doubt_id: str

    def streams(self) -> tuple[str, ...]:
        """The doubt."""
        return (stream_of("doubt", self.doubt_id),)


class CloseDoubt(_OfDoubt, frozen=True):
    """Close a doubt that somebody has looked into."""

    code: str
    reason_code: str
    money_id: str | None = None
    file: str | None = None
    raw_position: str | None = None


class ReopenDoubt(_OfDoubt, frozen=True):
    """Let a closed doubt wait for a person again."""

    reason_code: str


# Decide


def close(states: States, command: CloseDoubt, envelope: Envelope) -> Decision:
    """Close the doubt, with a reason; closing it again for the same reason changes nothing."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, Doubt) and state.closed_because is not None:
        if state.closed_because == command.reason_code:
            return ()
        raise Refused("doubt_closed", command.doubt_id)
    closed = DoubtClosed(
        doubt_id=command.doubt_id,
        code=command.code,
        money_id=command.money_id,
        file=command.file,
        raw_position=command.raw_position,
        reason_code=command.reason_code,
    )
    return (NewFact(stream, closed),)


def reopen(states: States, command: ReopenDoubt, envelope: Envelope) -> Decision:
    """Reopen a doubt that is closed, with a reason."""
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, Doubt) or state.closed_because is None:
        raise Refused("doubt_not_closed", command.doubt_id)
    return (NewFact(stream, DoubtReopened(reason_code=command.reason_code)),)


# Registration

NOUN: Final = Noun(
    "doubt",
    facts=DoubtFact,
    evolve=evolve,
    rules={CloseDoubt: close, ReopenDoubt: reopen},
    duties={CloseDoubt: ("billing", "finance"), ReopenDoubt: ("billing", "finance")},
    acts={
        DoubtClosed: Act("doubt_closing", detail=lambda fact: fact.code),
        DoubtReopened: Act("doubt_reopening"),
    },
    refusals={
        "doubt_closed": (
            "The doubt was closed for another reason. See it with `reskontra quarantine --closed`; if that reason is "
            "wrong, reopen the doubt first with `reskontra doubt reopen`."
        ),
        "doubt_not_closed": "The doubt is not closed, so it waits for a person already.",
    },
    sentences={
        DoubtClosed: lambda fact: f"Doubt closed: {fact.code}",
        DoubtReopened: lambda fact: "Doubt reopened",
    },
)
