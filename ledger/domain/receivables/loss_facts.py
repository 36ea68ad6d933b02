"""The facts of a written-off amount that is paid after all, and of that payment's undoing; they are the write-off's."""

from __future__ import annotations

from ledger.domain.approval import Undone
from ledger.domain.fact import Fact


class LossRecovered(Fact, frozen=True):
    """Money paid an amount that had been written off, so the claim is owed again; not before it was written off.

    `document` is the stream of the receipt whose allocation recovers the loss. The tax in it follows in the item.
    """

    document: str
    allocation_id: str
    amount_minor: int
    currency: str
    ar_role: str
    tax_code: str | None
    unit: str | None


class RecoveryReversed(Fact, frozen=True):
    """The money that recovered a loss was taken away again, so the amount is a loss as before."""

    document: str
    allocation_id: str
    because: Undone
    amount_minor: int
    currency: str
    ar_role: str
    tax_code: str | None
    unit: str | None
