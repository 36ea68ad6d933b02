"""The facts of a transfer between entities, in the journal of the one that received the payment and in the other's."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from ledger.domain.fact import Fact, Mirror, Part


class Quoted(Part, frozen=True):
    """What the other entity must know of a payment: the day from which it is owed, and the payer's reference."""

    from_bank: ClassVar[tuple[str, ...]] = ("reference",)

    booked_on: date
    reference: str | None = None
    reference_kind: str | None = None
    reference_valid: bool | None = None


class TransferBegun(Mirror, frozen=True):
    """Mirrors ReceiptReclassified: money of a receipt is owed to the entity `entity`, for which the payer meant it."""

    transfer_id: str
    entity: str
    receipt_id: str
    amount_minor: int
    currency: str
    quoted: Quoted
    reason_code: str


class TransferArrived(Mirror, frozen=True):
    """Mirrors ReceiptRecorded: the entity `entity` received a payment for us; the receipt has the transfer's id."""

    transfer_id: str
    entity: str
    amount_minor: int
    currency: str
    quoted: Quoted


class TransferDeclined(Fact, frozen=True):
    """The transfer of the entity `entity` never arrives here, because that entity cancels it."""

    transfer_id: str
    entity: str


class TransferCompleted(Fact, frozen=True):
    """The other entity recorded the payment."""

    transfer_id: str


class TransferCancelled(Mirror, frozen=True):
    """Mirrors ReceiptReclassified: the money is unallocated on its receipt again."""

    transfer_id: str
    amount_minor: int
    currency: str
    reason_code: str


TransferFact = TransferBegun | TransferArrived | TransferDeclined | TransferCompleted | TransferCancelled
