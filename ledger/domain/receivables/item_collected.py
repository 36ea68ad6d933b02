"""The facts of an item that a direct debit is to bring."""

from __future__ import annotations

from ledger.domain.fact import Fact


class ItemCollected(Fact, frozen=True):
    """A direct debit was ordered that is to bring what is open of the item. It settles nothing."""

    collection_id: str


class ItemCollectionEnded(Fact, frozen=True):
    """The bank answered the direct debit, so the item can be collected again if it is open."""

    collection_id: str
