"""The facts of an item that a direct debit is to bring."""

from __future__ import annotations

from ledger.domain.fact import Fact


class ItemCollected(Fact, frozen=True):
    """A direct debit was ordered that is to bring what is open of the item. It settles nothing."""

    collection_id: str


class ItemCollectionEnded(Fact, frozen=True):
    """The bank answered the direct debit, so the item can be collected again if it is open.

    `refused_for` is the reason for which the payer must be asked first, by its code; null if nobody must.
    """

    collection_id: str
    refused_for: str | None = None
