"""The payout: money that a payment provider sends to our bank, from its own report until our bank's line.

Either side may be known first. A payout below zero is money that the provider takes from our bank.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, Literal

import msgspec

from ledger.domain.bank.line import BankLine
from ledger.domain.bank.movement import ClassifyMovement, Movement, booked
from ledger.domain.bank.provider_account import provider_account_of
from ledger.domain.chart_of_accounts import PAYOUTS_IN_TRANSIT
from ledger.domain.fact import Command, Decision, Envelope, Mirror, NewFact, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

# Which side of a payout a movement is: the provider's or our bank's.
Side = Literal["sent", "arrived"]

# Facts


class PayoutSent(Mirror, frozen=True):
    """Mirrors MovementClassified: the provider sent the payout or, below zero, asked for it or took it back.

    `payout_ref` is the provider's id of the payout.
    """

    part_id: str
    provider_account: str
    payout_ref: str | None
    amount_minor: int
    currency: str


class PayoutArrived(Mirror, frozen=True):
    """Mirrors MovementClassified: our bank booked the payout or, below zero, took it back.

    Each also mirrors MovementReclassified, if it was found later that the movement is of the payout, or
    ReceiptReclassified, if a receipt is; `part_id` is then the receipt.
    """

    part_id: str
    provider_account: str
    payout_ref: str | None
    amount_minor: int
    currency: str


class PayoutMovementRemoved(Mirror, frozen=True):
    """Mirrors MovementReclassified or ReceiptReclassified: a movement or receipt was none of the payout.

    A person or a quoted number said so.
    """

    part_id: str
    provider_account: str
    side: Side
    amount_minor: int
    currency: str


PayoutFact = PayoutSent | PayoutArrived | PayoutMovementRemoved

# State


class Payout(State, frozen=True):
    """A payout: whose it is, what of it was sent and has arrived, and the movements that show it."""

    provider_account: str
    currency: str
    sent_minor: int = 0
    arrived_minor: int = 0
    movements: frozenset[str] = frozenset()


# Evolve


def evolve(state: Payout | None, fact: PayoutFact, on: date) -> Payout:
    """The payout after one more fact."""
    payout = state or Payout(provider_account=fact.provider_account, currency=fact.currency)
    match fact:
        case PayoutSent():
            return _moved(payout, "sent", fact.amount_minor, payout.movements | {fact.part_id})
        case PayoutArrived():
            return _moved(payout, "arrived", fact.amount_minor, payout.movements | {fact.part_id})
        case PayoutMovementRemoved():
            return _moved(payout, fact.side, -fact.amount_minor, payout.movements - {fact.part_id})
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _moved(payout: Payout, side: Side, amount_minor: int, movements: frozenset[str]) -> Payout:
    if side == "sent":
        return msgspec.structs.replace(payout, sent_minor=payout.sent_minor + amount_minor, movements=movements)
    return msgspec.structs.replace(payout, arrived_minor=payout.arrived_minor + amount_minor, movements=movements)


# Commands


class BookPayoutMovement(Command, frozen=True):
    """Book a movement of a payout: the provider's, which sends it, or our bank's, where it arrives."""

    begins: ClassVar[int] = 1

    part_id: str
    line: BankLine
    payout_id: str
    provider_account: str
    payout_ref: str | None
    side: Side
    rule: str

    def streams(self) -> tuple[str, ...]:
        """The movement, the payout, and our account at the provider."""
        return (
            stream_of("movement", self.part_id),
            stream_of("payout", self.payout_id),
            stream_of("provideraccount", self.provider_account),
        )

    def days_said(self) -> tuple[date, ...]:
        """The day on which it was booked."""
        return (self.line.booked_on,)


# Decide


def book(states: States, command: BookPayoutMovement, envelope: Envelope) -> Decision:
    """Book the movement once, on its day: the money is on the way from the provider's side until our bank's.

    What arrives is booked whatever was sent; a difference stays on the way, where reports show it.
    """
    account = provider_account_of(states, command.provider_account)
    line, stream = command.line, stream_of("payout", command.payout_id)
    if line.currency != account.currency:
        raise Refused("payout_in_other_currency", command.payout_id)
    classify = ClassifyMovement(part_id=command.part_id, line=line, role=PAYOUTS_IN_TRANSIT, rule=command.rule)
    classified = booked(states, classify, stream, account.bank_account)
    if not classified:
        return ()
    fact = movement_of_payout(command.part_id, line, command.side, account.bank_account, command.payout_ref)
    return (*classified, NewFact(stream, fact, line.booked_on))


def movement_of_payout(
    part_id: str, line: BankLine, side: Side, provider_account: str, payout_ref: str | None
) -> PayoutSent | PayoutArrived:
    """The fact that a movement is the payout's: what lowers our balance at the provider raises the one at our bank."""
    return (PayoutSent if side == "sent" else PayoutArrived)(
        part_id=part_id,
        provider_account=provider_account,
        payout_ref=payout_ref,
        amount_minor=-line.amount_minor if side == "sent" else line.amount_minor,
        currency=line.currency,
    )


def side_of(line: BankLine) -> Side:
    """The side of a payout that a line shows: the one on which its money is."""
    return "arrived" if line.held_by is None else "sent"


def payout_of(movement: Movement) -> tuple[str, ...]:
    """The stream of the payout that a movement is; none if it is no payout."""
    document = movement.document
    return (document,) if document is not None and document.startswith("payout-") else ()


def not_of_payout(movement: Movement, part_id: str) -> tuple[NewFact, ...]:
    """The fact that a movement is not the payout's any more, as of its own day; none if it was no payout's."""
    line, of = movement.line, movement.counter_account
    return tuple(
        NewFact(
            stream,
            PayoutMovementRemoved(
                part_id=part_id,
                provider_account=of or line.bank_account,
                side=side_of(line),
                amount_minor=line.amount_minor if line.held_by is None else -line.amount_minor,
                currency=line.currency,
            ),
            line.booked_on,
            corrects=True,
        )
        for stream in payout_of(movement)
    )


# Registration

NOUN: Final = Noun(
    "payout",
    facts=PayoutFact,
    evolve=evolve,
    rules={BookPayoutMovement: book},
    duties={BookPayoutMovement: ("finance", "bank-day")},
    refusals={
        "payout_in_other_currency": (
            "The movement is not in the currency of our account at the provider. Say what it is with `reskontra "
            "movement reclassify`."
        ),
    },
    sentences={
        PayoutSent: lambda fact: f"Payout sent by the provider of {fact.provider_account}",
        PayoutArrived: lambda fact: f"Payout of {fact.provider_account} arrived at our bank",
        PayoutMovementRemoved: lambda fact: f"Movement {fact.part_id} was no payout of {fact.provider_account}",
    },
)
