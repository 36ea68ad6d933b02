"""What the bank answers to a collection: it is delayed, failed, settled by a receipt, or taken back afterwards.

What a person or a file said by mistake is taken back; then the collection waits for the answer again.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.domain.balance import effective_day
from ledger.domain.cash.collection import OfCollection
from ledger.domain.cash.collection_facts import (
    CollectionDelayed,
    CollectionFact,
    CollectionFailed,
    CollectionReopened,
    CollectionReturned,
    CollectionSettled,
)
from ledger.domain.cash.collection_paid import require_paid
from ledger.domain.cash.collection_state import Collection, collection_in
from ledger.domain.cash.mandate import Mandate, mandate_in
from ledger.domain.cash.mandate_facts import MandateHeld
from ledger.domain.cash.receipt import receipt_of
from ledger.domain.cash.refusal_reasons import Meaning, meaning_of
from ledger.domain.fact import Decision, Envelope, NewFact, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.receivables.item import item_of, mirrored
from ledger.domain.receivables.item_collected import ItemCollected, ItemCollectionEnded
from ledger.domain.refusals import Refused

# Commands


class DelayCollection(OfCollection, frozen=True):
    """Record that the bank tries again later."""

    reason_code: str


class FailCollection(OfCollection, frozen=True):
    """Record that the bank did not collect the payment."""

    reason_code: str


class SettleCollection(OfCollection, frozen=True):
    """Record which receipt has the money of a collection; `short` if the bank brought less than was ordered."""

    receipt_id: str
    short: bool = False

    def streams(self) -> tuple[str, ...]:
        """The collection and the receipt."""
        return (*super().streams(), stream_of("receipt", self.receipt_id))


class ReturnCollection(OfCollection, frozen=True):
    """Record that the payer's bank took back what a collection had brought."""

    receipt_id: str
    reason_code: str

    def streams(self) -> tuple[str, ...]:
        """The collection and the receipt."""
        return (*super().streams(), stream_of("receipt", self.receipt_id))


class ReopenCollection(OfCollection, frozen=True):
    """Take back what was said of a collection by mistake: that it failed, or that a receipt has its money."""

    reason_code: str


# Decide


def delay(states: States, command: DelayCollection, envelope: Envelope) -> Decision:
    """Keep the collection under way, because the bank tries again."""
    collection = collection_in(states, command.collection_id, "ordered")
    fact = CollectionDelayed(collection_id=command.collection_id, reason_code=command.reason_code)
    return (_step(collection, fact, command, envelope),)


def fail(states: States, command: FailCollection, envelope: Envelope) -> Decision:
    """End a collection that brought nothing; if it has failed already, another reason takes the place of the first."""
    collection = collection_in(states, command.collection_id, "ordered", "failed")
    if collection.status == "failed" and collection.reason_code == command.reason_code:
        return ()
    fact = CollectionFailed(collection_id=command.collection_id, reason_code=command.reason_code)
    meaning = _meaning(states, collection, command.reason_code, envelope, taken_back=False)
    ended = _end(states, collection, fact, command, envelope, command.reason_code if meaning == "payer" else None)
    return (*ended, *_held(states, collection, command, envelope, meaning))


def settle(states: States, command: SettleCollection, envelope: Envelope) -> Decision:
    """Settle the collection with a receipt of its amount, or that pays its items, even if it was said to have failed.

    Money that the bank did not bring is open of the items, which can be collected or reminded again. That it was less
    must be said. One that was returned is settled again with its receipt if the bank did not take that back after all.
    """
    collection = collection_in(states, command.collection_id, "ordered", "failed", "settled", "returned")
    receipt = receipt_of(states, command.receipt_id)
    same = collection.receipt_id == command.receipt_id
    if collection.status == "settled":
        if same:
            return ()
        raise Refused("collection_settled", command.collection_id)
    fact = CollectionSettled(collection_id=command.collection_id, receipt_id=command.receipt_id)
    if collection.status == "returned":
        if not same or receipt.with_us_minor < min(collection.ordered.amount_minor, receipt.payment.amount_minor):
            raise Refused("collection_returned", command.collection_id)
        ended = _end(states, collection, fact, command, envelope)
        return (*ended, *_not_refused(states, collection, ended[0].on))
    open_minor = sum(item_of(states, one.item_id).open_minor for one in collection.ordered.items)
    require_paid(receipt, collection.ordered, open_minor, short=command.short)
    return _end(states, collection, fact, command, envelope)


def return_(states: States, command: ReturnCollection, envelope: Envelope) -> Decision:
    """Record that the receipt of a settled collection was taken back, or for what other reason it was."""
    collection = collection_in(states, command.collection_id, "settled", "returned")
    if collection.receipt_id != command.receipt_id:
        raise Refused("collection_paid_otherwise", command.collection_id)
    if collection.status == "returned" and collection.reason_code == command.reason_code:
        return ()
    if not receipt_of(states, command.receipt_id).recalled_minor:
        raise Refused("collection_not_taken_back", command.collection_id)
    fact = CollectionReturned(
        collection_id=command.collection_id, receipt_id=command.receipt_id, reason_code=command.reason_code
    )
    step = _step(collection, fact, command, envelope)
    meaning = _meaning(states, collection, command.reason_code, envelope, taken_back=True)
    if meaning == "payer":
        ended = ItemCollectionEnded(collection_id=command.collection_id, refused_for=command.reason_code)
        return (step, *(mirrored(one.item_id, ended, step.on) for one in collection.ordered.items))
    return (step, *_held(states, collection, command, envelope, meaning))


def reopen(states: States, command: ReopenCollection, envelope: Envelope) -> Decision:
    """Let a collection wait for the bank's answer again, with its items that no other collection is to bring by now.

    A mandate that its failure held stays held, because a person says whether it may be used.
    """
    id = command.collection_id
    collection = collection_in(states, id, "ordered", "settled", "failed")
    if collection.status == "ordered":
        return ()
    step = _step(collection, CollectionReopened(collection_id=id, reason_code=command.reason_code), command, envelope)
    items = (one.item_id for one in collection.ordered.items if item_of(states, one.item_id).collected_by is None)
    return (step, *(mirrored(one, ItemCollected(collection_id=id), step.on) for one in items))


def _meaning(
    states: States, collection: Collection, reason_code: str, envelope: Envelope, *, taken_back: bool
) -> Meaning:
    """What the bank's reason means for the next collection."""
    scheme = _mandate(states, collection).requested.scheme
    return meaning_of(scheme, reason_code, envelope.occurred_on, taken_back=taken_back)


def _mandate(states: States, collection: Collection) -> Mandate:
    return mandate_in(states, collection.ordered.mandate_id, "requested", "accepted", "rejected", "cancelled")


def _held(
    states: States, collection: Collection, command: FailCollection | ReturnCollection, envelope: Envelope, why: Meaning
) -> Decision:
    """The hold of the mandate, if the reason is the mandate's, which holds and is not held already."""
    mandate, id = _mandate(states, collection), collection.ordered.mandate_id
    if why != "mandate" or mandate.status != "accepted" or mandate.held_for is not None:
        return ()
    fact = MandateHeld(mandate_id=id, collection_id=command.collection_id, reason_code=command.reason_code)
    return (NewFact(stream_of("mandate", id), fact, effective_day(None, envelope.occurred_on, mandate.since)),)


def _step(collection: Collection, fact: CollectionFact, command: OfCollection, envelope: Envelope) -> NewFact:
    on = effective_day(command.on, envelope.occurred_on, collection.since)
    return NewFact(stream_of("collection", command.collection_id), fact, on)


def _end(
    states: States,
    collection: Collection,
    fact: CollectionFact,
    command: OfCollection,
    envelope: Envelope,
    refused_for: str | None = None,
) -> Decision:
    """The step that ends a collection, and on the same day the facts of its items that it brings nothing more.

    Items that are with another collection by now have none. `refused_for` is why the payer must be asked first, which
    may be said later, too.
    """
    id = collection.ordered.collection_id
    step = _step(collection, fact, command, envelope)
    ended = tuple(
        mirrored(one.item_id, ItemCollectionEnded(collection_id=id, refused_for=refused_for), step.on)
        for one in collection.ordered.items
        if item_of(states, one.item_id).collected_by in ((id,) if refused_for is None else (id, None))
    )
    return (step, *ended)


def _not_refused(states: States, collection: Collection, on: date | None) -> Decision:
    """The facts of the items of which the payer must no longer be asked first, because the money was not taken back."""
    id = collection.ordered.collection_id
    items = [
        one.item_id
        for one in collection.ordered.items
        if (item := item_of(states, one.item_id)).collected_by is None and item.refused_for == collection.reason_code
    ]
    again = (ItemCollected(collection_id=id), ItemCollectionEnded(collection_id=id))
    return tuple(mirrored(one, fact, on) for one in items for fact in again)


# Registration

NOUN: Final = Noun(
    "collection_answer",
    rules={
        DelayCollection: delay,
        FailCollection: fail,
        SettleCollection: settle,
        ReturnCollection: return_,
        ReopenCollection: reopen,
    },
    duties={
        DelayCollection: ("finance", "bank-day"),
        FailCollection: ("finance", "bank-day"),
        SettleCollection: ("finance", "bank-day"),
        ReturnCollection: ("finance", "bank-day"),
        ReopenCollection: ("finance",),
    },
    refusals={
        "collection_not_taken_back": (
            "The bank has not taken the receipt back; its line, or `reskontra receipt recall`, does that."
        ),
        "collection_paid_in_part": (
            "The receipt pays less than was ordered of what the direct debit was to bring. If the bank brought more, "
            "allocate the rest: `reskontra allocate RECEIPT --item ITEM=AMOUNT`. If it brought less, say so with "
            "`reskontra collection settle COLLECTION --receipt RECEIPT --short`; what is open can be collected or "
            "reminded again."
        ),
        "collection_paid_otherwise": (
            "The receipt has another amount than was ordered, or another currency, and pays nothing of what the direct "
            "debit was to bring. If its money, or a part of it, is the direct debit's, allocate it to what that pays: "
            "`reskontra allocate RECEIPT --item ITEM=AMOUNT`. Then `reskontra collection settle COLLECTION --receipt "
            "RECEIPT` settles it; add `--short` if the bank brought less than was ordered."
        ),
    },
)
