"""The state of a refund: its status, and how much of its money is on each of the two clearing accounts.

`refunds_payable` holds what we owe, from the approval until the order is sent. `cash_in_transit` holds what is between
our order and the bank's line, whichever comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal, NamedTuple

import msgspec

from ledger.domain.approval import Decided
from ledger.domain.balance import NOTHING, Balance
from ledger.domain.cash.refund_facts import (
    RefundApproved,
    RefundCancelled,
    RefundFact,
    RefundFailed,
    RefundMovementAdded,
    RefundMovementRemoved,
    RefundRejected,
    RefundRequested,
    RefundResumed,
    RefundReturned,
    RefundSent,
    RefundSettled,
)
from ledger.domain.chart_of_accounts import CASH_IN_TRANSIT, REFUNDS_PAYABLE, Leg, pair
from ledger.domain.fact import Fact, State

Status = Decided | Literal["cancelled", "sent", "settled", "failed", "returned"]

# What a refund under way waits for: a decision of another person, our order, the bank's line that pays it, or the line
# that brings back what the bank has paid although the account has its credit again.
WaitsFor = Literal["approval", "payment_order", "bank_payment", "bank_return"]
# ISO 20022's Max35Text.
LONGEST_ORDER_ID: Final = 35
UNDER_WAY: Final = (REFUNDS_PAYABLE, CASH_IN_TRANSIT)

# State


class Said(NamedTuple):
    """An amount of a refund that came back, as a person or only a line of the bank said, and from which day on."""

    amount_minor: int
    on: date


class Refund(State, frozen=True):
    """A refund, its status, and the day of its last step.

    `payable` is what we owe and have not sent. `transit` is what we have sent and the bank has not booked; it is below
    zero if the bank has booked what we have not sent, or has paid what must come back. `movements` are the amounts of
    the bank's movements, by part: below zero for a payment, above zero for its return. `returned_minor` is the amount
    that came back, as people or the bank's lines said: `only_lines` is what of it only a line said, by part, and
    `by_hand` what people said, whether a line showed it later or not. `settled` says whether the bank has paid the
    refund, as people or its line said.
    """

    requested: RefundRequested
    status: Status
    since: date
    payable: Balance
    transit: Balance
    movements: dict[str, int]
    only_lines: dict[str, Said]
    by_hand: tuple[Said, ...] = ()
    returned_minor: int = 0
    settled: bool = False

    @property
    def paid_minor(self) -> int:
        """The amount of the refund that movements of the bank paid."""
        return -sum(amount for amount in self.movements.values() if amount < 0)

    @property
    def paid(self) -> bool:
        """Whether movements of the bank paid the whole refund."""
        return self.paid_minor == self.requested.amount_minor

    @property
    def nothing_to_pay(self) -> bool:
        """Whether the bank should pay nothing for the refund: it is paid, or was given up."""
        return self.paid or self.status in ("cancelled", "rejected")

    @property
    def brought_back_minor(self) -> int:
        """The amount of the refund's money that movements of the bank brought back."""
        return sum(amount for amount in self.movements.values() if amount > 0)


def order_id(refund_id: str) -> str:
    """The end-to-end id of a refund's payment order if nobody gives another one: the refund's id.

    An id that is too long for ISO 20022, such as a UUID, loses its hyphens.
    """
    return refund_id if len(refund_id) <= LONGEST_ORDER_ID else refund_id.replace("-", "")


# Evolve


def evolve(state: Refund | None, fact: RefundFact, on: date) -> Refund:
    """The refund with one more fact applied."""
    if isinstance(fact, RefundRequested):
        return Refund(
            requested=fact, status="requested", since=on, payable=NOTHING, transit=NOTHING, movements={}, only_lines={}
        )
    assert state is not None, "a refund's first fact is RefundRequested"
    payable, transit = owed_by(fact)
    state = msgspec.structs.replace(
        state, payable=state.payable.moved(on, payable), transit=state.transit.moved(on, transit)
    )
    match fact:
        case RefundMovementAdded():
            return msgspec.structs.replace(state, movements=state.movements | {fact.part_id: fact.amount_minor})
        case RefundMovementRemoved():
            kept = {part_id: amount for part_id, amount in state.movements.items() if part_id != fact.part_id}
            # Without a line that paid it, a refund waits for the bank again.
            paying = fact.amount_minor < 0
            status: Status = "sent" if paying and state.status == "settled" else state.status
            settled = state.settled and not paying
            return msgspec.structs.replace(state, status=status, movements=kept, settled=settled)
        case RefundReturned():
            returned = state.returned_minor + fact.amount_minor
            status = status_returned(returned, state.requested.amount_minor)
            state = msgspec.structs.replace(state, status=status, since=on, returned_minor=returned)
            said = Said(fact.amount_minor, on)
            if fact.part_id is None:
                return msgspec.structs.replace(state, by_hand=(*state.by_hand, said))
            return msgspec.structs.replace(state, only_lines=state.only_lines | {fact.part_id: said})
        case RefundResumed():
            return _resumed(state, fact, on)
        case RefundSettled():
            return msgspec.structs.replace(state, status="settled", since=on, settled=True)
        case _:
            return msgspec.structs.replace(state, status=_status(fact), since=on)


def _resumed(state: Refund, fact: RefundResumed, on: date) -> Refund:
    only_lines = {part_id: said for part_id, said in state.only_lines.items() if part_id != fact.part_id}
    return msgspec.structs.replace(
        state,
        status=status_resumed(fact),
        since=max(state.since, on),
        # Nothing has come back of a refund that had failed.
        returned_minor=max(0, state.returned_minor - fact.amount_minor),
        only_lines=only_lines,
        by_hand=state.by_hand if fact.part_id is not None else _without(state.by_hand, fact.amount_minor),
    )


def _without(by_hand: tuple[Said, ...], amount_minor: int) -> tuple[Said, ...]:
    """What people said less an amount of the newest."""
    kept: list[Said] = []
    for said in reversed(by_hand):
        taken = min(said.amount_minor, amount_minor)
        amount_minor -= taken
        if said.amount_minor > taken:
            kept.append(said._replace(amount_minor=said.amount_minor - taken))
    return tuple(reversed(kept))


def status_resumed(fact: RefundResumed) -> Status:
    """The status of a refund that did not come back after all."""
    return "settled" if fact.settled else "sent"


def status_returned(returned_minor: int, amount_minor: int) -> Status:
    """The status of a refund of which an amount came back."""
    return "returned" if returned_minor == amount_minor else "settled"


def owed_by(fact: RefundFact) -> tuple[int, int]:
    """By how much a fact raises what is owed and not sent, and what is sent and not booked by the bank."""
    if isinstance(fact, RefundMovementAdded):
        return 0, fact.amount_minor
    if isinstance(fact, RefundMovementRemoved):
        return 0, -fact.amount_minor
    legs = LEGS[type(fact)](fact) if type(fact) in LEGS else ()
    # A clearing account is credited with what is still to be paid.
    payable, transit = (-sum(leg.amount_minor for leg in legs if leg.role == role) for role in UNDER_WAY)
    return payable, transit


def waits_for(status: str, transit_minor: int) -> WaitsFor | None:
    """What a refund waits for, from its status and what it has in transit; None if it is at its end."""
    match status:
        case "requested":
            return "approval"
        case "approved":
            return "payment_order"
        case _ if transit_minor > 0:
            return "bank_payment"
        case _:
            return "bank_return" if transit_minor < 0 else None


def _status(fact: RefundFact) -> Status:
    match fact:
        case RefundApproved():
            return "approved"
        case RefundRejected():
            return "rejected"
        case RefundCancelled():
            return "cancelled"
        case RefundSent():
            return "sent"
        case RefundFailed():
            return "failed"
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


# Postings


def _approved_legs(fact: RefundApproved) -> tuple[Leg, ...]:
    return pair("customer_credit", "refunds_payable", fact.amount_minor, fact.currency)


def _cancelled_legs(fact: RefundCancelled) -> tuple[Leg, ...]:
    return pair("refunds_payable", "customer_credit", fact.amount_minor, fact.currency) if fact.approved else ()


def _sent_legs(fact: RefundSent) -> tuple[Leg, ...]:
    return pair("refunds_payable", "cash_in_transit", fact.amount_minor, fact.currency)


def _failed_legs(fact: RefundFailed | RefundReturned) -> tuple[Leg, ...]:
    return pair("cash_in_transit", "customer_credit", fact.amount_minor, fact.currency)


def _resumed_legs(fact: RefundResumed) -> tuple[Leg, ...]:
    return pair("customer_credit", "cash_in_transit", fact.amount_minor, fact.currency)


LEGS: Final[dict[type[Fact], Callable[[Any], tuple[Leg, ...]]]] = {
    RefundApproved: _approved_legs,
    RefundCancelled: _cancelled_legs,
    RefundSent: _sent_legs,
    RefundFailed: _failed_legs,
    RefundReturned: _failed_legs,
    RefundResumed: _resumed_legs,
}
