"""A bank movement that is no receipt: a debit, a fee, a return, or a difference, booked so that ledger = bank."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from ledger.domain.chart import ROLES
from ledger.domain.fact import Command, Decision, Fact, NewFact, State, States, stream_of
from ledger.domain.refusals import Refused

# These are the sum of receivables, receipts and customer credit; a movement booked there would untie them.
_KEPT_BY_OTHER_FACTS: Final = frozenset({"ar_patient", "ar_payer", "bank", "customer_credit", "unallocated"})

# Facts


class BankMovementClassified(Fact, frozen=True):
    """Money moved on the bank account, and `role` is the ledger account its other side was booked on.

    `amount_minor` is signed as it moves the bank account.
    """

    movement_id: str
    bank_account: str
    amount_minor: int
    currency: str
    booked_on: date
    value_on: date | None
    role: str
    rule: str
    line_key: str | None
    source: str | None
    position: str | None


# State


class BankMovement(State, frozen=True):
    """A classified movement."""

    classified: BankMovementClassified


# Evolve


def evolve(state: BankMovement | None, fact: BankMovementClassified) -> BankMovement:
    """A movement is one fact."""
    assert state is None, "a movement is classified once"
    return BankMovement(classified=fact)


# Commands


class ClassifyBankMovement(Command, frozen=True):
    """Book a bank movement that is no receipt on the ledger account of a role."""

    movement_id: str
    bank_account: str
    amount_minor: int
    currency: str
    booked_on: date
    role: str
    rule: str
    value_on: date | None = None
    line_key: str | None = None
    source: str | None = None
    position: str | None = None

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("movement", self.movement_id),)


# Decide


def classify(states: States, command: ClassifyBankMovement) -> Decision:
    """Book it once; the same line again is nothing new."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, BankMovement):
        same = (state.classified.amount_minor, state.classified.currency) == (command.amount_minor, command.currency)
        if same and state.classified.line_key == command.line_key:
            return ()
        raise Refused("fact_already_recorded", command.movement_id)
    if command.amount_minor == 0:
        raise Refused("amount_not_positive", command.movement_id)
    if command.role not in ROLES - _KEPT_BY_OTHER_FACTS:
        raise Refused("role_not_bookable", command.movement_id)
    return (NewFact(stream, BankMovementClassified(**msgspec.structs.asdict(command))),)
