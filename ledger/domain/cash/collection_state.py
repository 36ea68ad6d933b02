"""The state of a collection: where it stands, and which receipt has its money."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from ledger.domain.cash.collection_facts import (
    CollectionDelayed,
    CollectionFact,
    CollectionFailed,
    CollectionOrdered,
    CollectionReopened,
    CollectionReturned,
    CollectionSettled,
    Status,
)
from ledger.domain.fact import State, States, stream_of
from ledger.domain.refusals import Refused


class Collection(State, frozen=True):
    """A collection, where it stands, the day of its last step, the receipt with its money, and why it failed."""

    ordered: CollectionOrdered
    status: Status
    since: date
    receipt_id: str | None
    reason_code: str | None = None


def evolve(state: Collection | None, fact: CollectionFact, on: date) -> Collection:
    """The collection after one more fact."""
    if isinstance(fact, CollectionOrdered):
        return Collection(ordered=fact, status="ordered", since=on, receipt_id=None)
    assert state is not None, "a collection's first fact is CollectionOrdered"
    replace = msgspec.structs.replace
    match fact:
        case CollectionSettled():
            return replace(state, status="settled", since=on, receipt_id=fact.receipt_id, reason_code=None)
        case CollectionFailed():
            return replace(state, status="failed", since=on, reason_code=fact.reason_code)
        case CollectionReturned():
            return replace(state, status="returned", since=on, reason_code=fact.reason_code)
        case CollectionReopened():
            return replace(state, status="ordered", since=on, receipt_id=None, reason_code=None)
        case CollectionDelayed():
            return replace(state, since=on)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def collection_in(states: States, collection_id: str, *statuses: Status) -> Collection:
    """The collection, if it has one of the statuses; else a refusal."""
    state = states.get(stream_of("collection", collection_id))
    if not isinstance(state, Collection):
        raise Refused("collection_unknown", collection_id)
    if state.status not in statuses:
        raise Refused(_IN_THE_WAY[state.status], collection_id)
    return state


_IN_THE_WAY: Final[dict[Status, str]] = {
    "ordered": "collection_ordered",
    "settled": "collection_settled",
    "failed": "collection_failed",
    "returned": "collection_returned",
}
