"""What an entity knows of a transfer: its other entity, its money, and how far it is."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from ledger.domain.cash.receipt_facts import Payment
from ledger.domain.cash.transfer_facts import (
    Quoted,
    TransferArrived,
    TransferBegun,
    TransferCancelled,
    TransferCompleted,
    TransferDeclined,
    TransferFact,
)
from ledger.domain.fact import State

Status = Literal["under_way", "cancelled", "completed", "arrived", "declined"]


class Transfer(State, frozen=True):
    """A transfer as this entity knows it: to or from which other entity, of what, and how far it is.

    What was declined has no receipt here, and nobody says how much it was.
    """

    entity: str
    status: Status
    receipt_id: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    quoted: Quoted | None = None

    @property
    def payment(self) -> Payment:
        """The payment as the other entity records it: without our file, line and bank account."""
        assert self.quoted is not None
        assert self.amount_minor is not None
        assert self.currency is not None
        return payment_of(self.amount_minor, self.currency, self.quoted)


def payment_of(amount_minor: int, currency: str, quoted: Quoted) -> Payment:
    """The payment that another entity received for us."""
    return Payment(
        rail="transfer",
        bank_account="transfer",
        amount_minor=amount_minor,
        currency=currency,
        booked_on=quoted.booked_on,
        reference=quoted.reference,
        reference_kind=quoted.reference_kind,
        reference_valid=quoted.reference_valid,
    ).impersonal


def evolve(state: Transfer | None, fact: TransferFact, on: date) -> Transfer:
    """The transfer after one more fact."""
    match fact:
        case TransferBegun():
            return known_by(fact, fact.receipt_id, "under_way")
        case TransferArrived():
            return known_by(fact, fact.transfer_id, "arrived")
        case TransferDeclined():
            return Transfer(entity=fact.entity, status="declined")
        case TransferCompleted():
            assert state is not None, "TransferBegun comes first"
            return msgspec.structs.replace(state, status="completed")
        case TransferCancelled():
            assert state is not None, "TransferBegun comes first"
            return msgspec.structs.replace(state, status="cancelled")
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def known_by(fact: TransferBegun | TransferArrived, receipt_id: str, status: Status) -> Transfer:
    """The transfer as the first fact of a half has it."""
    return Transfer(
        entity=fact.entity,
        status=status,
        receipt_id=receipt_id,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        quoted=fact.quoted,
    )
