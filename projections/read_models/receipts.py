"""Receipts: every payment received, whose it is, and what of it settles nothing yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from ledger.domain.receipt import (
    AllocationReversed,
    ReceiptAllocated,
    ReceiptIdentified,
    ReceiptRecorded,
    applied_minor,
)
from projections.read_models.model import Keyed, Row, Rows, Standing, only

if TYPE_CHECKING:
    from ledger import Recorded


class Receipt(Row, frozen=True):
    """A payment received and what is left of it to allocate; `position` is its place in the file `source`."""

    receipt_id: str
    rail: str
    bank_account: str
    amount_minor: int
    unallocated_minor: int
    currency: str
    booked_on: date
    value_on: date | None
    reference: str | None
    reference_kind: str | None
    reference_valid: bool | None
    account_id: str | None
    line_key: str | None
    source: str | None
    position: str | None
    recorded_at_position: int


def evolve(rows: Rows, recorded: Recorded) -> tuple[Receipt, ...]:
    """The receipt after one more fact."""
    fact = recorded.fact
    match fact:
        case ReceiptRecorded():
            return (_recorded(fact, recorded.position),)
        case ReceiptIdentified():
            return (msgspec.structs.replace(only(rows, recorded), account_id=fact.account_id),)
        case ReceiptAllocated():
            receipt = _changed(only(rows, recorded), -applied_minor(fact))
            return (msgspec.structs.replace(receipt, account_id=receipt.account_id or fact.account_id),)
        case AllocationReversed():
            return (_changed(only(rows, recorded), applied_minor(fact)),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _recorded(fact: ReceiptRecorded, position: int) -> Receipt:
    return Receipt(
        receipt_id=fact.receipt_id,
        rail=fact.rail,
        bank_account=fact.bank_account,
        amount_minor=fact.amount_minor,
        unallocated_minor=fact.amount_minor,
        currency=fact.currency,
        booked_on=fact.booked_on,
        value_on=fact.value_on,
        reference=fact.reference,
        reference_kind=fact.reference_kind,
        reference_valid=fact.reference_valid,
        account_id=None,
        line_key=fact.line_key,
        source=fact.source,
        position=fact.position,
        recorded_at_position=position,
    )


def _changed(receipt: Receipt, unallocated: int) -> Receipt:
    return msgspec.structs.replace(receipt, unallocated_minor=receipt.unallocated_minor + unallocated)


def standing(receipt: Receipt) -> Standing:
    """What of it is unallocated, for the account it was identified as."""
    return Standing(receipt.account_id, receipt.currency, 0, 0, receipt.unallocated_minor)


RECEIPTS: Final = Keyed(
    "receipts",
    Receipt,
    ("receipt_id",),
    (ReceiptRecorded, ReceiptIdentified, ReceiptAllocated, AllocationReversed),
    evolve,
    standing,
)
