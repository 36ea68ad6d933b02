"""The facts of a small difference that a payment leaves on an item, and of its undoing; they are the receipt's."""

from __future__ import annotations

from ledger.domain.approval import Undone
from ledger.domain.fact import Fact


class DifferenceClosed(Fact, frozen=True):
    """A payment that quotes the item's payment request left a small amount open; it is not asked for any more.

    `allocation_id` is the receipt's allocation to the item, and `limit_minor` the largest difference that the entity's
    terms allowed then.
    """

    allocation_id: str
    item_id: str
    amount_minor: int
    currency: str
    ar_role: str
    limit_minor: int


class DifferenceReopened(Fact, frozen=True):
    """A difference that was closed is open again, wholly or in part.

    It is undone with its allocation. If `document` is a credit note, the amount was credited, so it had to be open.
    """

    allocation_id: str
    item_id: str
    document: str
    because: Undone
    amount_minor: int
    currency: str
    ar_role: str
