"""The facts of a collection: a direct debit with which we ask the payer's bank for what a payment request asks."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.domain.fact import Fact, Part

Status = Literal["ordered", "settled", "failed", "returned"]


class Collected(Part, frozen=True):
    """How much of a collection is for one item."""

    item_id: str
    amount_minor: int


class CollectionOrdered(Fact, frozen=True):
    """We asked the bank to collect what is open of a payment request; this settles nothing.

    The payment has `reference`, the request's, and `end_to_end_id`, if the scheme has one. `order_file` is the hash of
    the file that orders it, and `order_id` the id in it by which the bank calls the sum of its payments, if it has one.
    `again` is why a person lets it be collected although a bank refused it, or its mandate, for a reason.
    """

    collection_id: str
    mandate_id: str
    request_id: str
    account_id: str
    bank_account: str
    items: tuple[Collected, ...]
    amount_minor: int
    currency: str
    due_on: date
    reference: str
    end_to_end_id: str | None
    order_file: str | None
    order_id: str | None = None
    again: str | None = None


class CollectionDelayed(Fact, frozen=True):
    """The bank tries again later, because of a reason by its code."""

    collection_id: str
    reason_code: str


class CollectionSettled(Fact, frozen=True):
    """The bank collected the payment; the receipt has the money and settles the items."""

    collection_id: str
    receipt_id: str


class CollectionFailed(Fact, frozen=True):
    """The bank did not collect the payment, for a reason by its code; the items can be collected or reminded again."""

    collection_id: str
    reason_code: str


class CollectionReturned(Fact, frozen=True):
    """The payer's bank took the payment back after it was settled; the recall of its receipt moves the money."""

    collection_id: str
    receipt_id: str
    reason_code: str


class CollectionReopened(Fact, frozen=True):
    """What was said of the collection was a mistake: it waits for the bank's answer, and no receipt has its money."""

    collection_id: str
    reason_code: str


CollectionFact = (
    CollectionOrdered
    | CollectionDelayed
    | CollectionSettled
    | CollectionFailed
    | CollectionReturned
    | CollectionReopened
)
