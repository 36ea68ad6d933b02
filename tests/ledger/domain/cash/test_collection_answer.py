"""What the bank answers to a collection: refused of another receipt, taken back if it is a mistake."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.cash.collection_answer import FailCollection, ReopenCollection, ReturnCollection, SettleCollection
from ledger.domain.cash.collection_facts import (
    CollectionFailed,
    CollectionReopened,
    CollectionReturned,
    CollectionSettled,
)
from ledger.domain.cash.collection_state import Collection
from ledger.domain.cash.mandate_facts import MandateHeld
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.recall_reversal import ReverseRecall
from ledger.domain.fact import NewFact
from ledger.domain.receivables.item import item_of
from ledger.domain.receivables.item_collected import ItemCollected, ItemCollectionEnded
from tests.kit.book import DAY, Book, Raised
from tests.kit.care import allocate, declare_bank_account, invoice, item_id, open_clinic, receipt
from tests.kit.debits import accept_mandate, order_collection, request_mandate
from tests.ledger.domain.cash.test_recall import debit

_ORDERED: Final = (
    invoice("i8"),
    declare_bank_account("b1"),
    request_mandate(),
    accept_mandate(),
    order_collection("d9", "i8.1"),
)
_SETTLE: Final = SettleCollection(collection_id="d9", receipt_id="r9")
RAISED: Final[Raised] = {
    "collection_not_taken_back": (
        (*_ORDERED, receipt("r9", 250_00), _SETTLE),
        ReturnCollection(collection_id="d9", receipt_id="r9", reason_code="X"),
    ),
    "collection_paid_in_part": ((*_ORDERED, receipt("r9", 1), allocate("r9", "i8")), _SETTLE),
    "collection_paid_otherwise": ((*_ORDERED, receipt("r9", 1)), _SETTLE),
}
_REOPEN: Final = ReopenCollection(collection_id="d9", reason_code="MISTAKE")
_REOPENED: Final = CollectionReopened(collection_id="d9", reason_code="MISTAKE")
_FAIL: Final = FailCollection(collection_id="d9", reason_code="AC04")


def _waits(book: Book) -> bool:
    state = book.states["collection-d9"]
    assert isinstance(state, Collection)
    return (state.status, state.receipt_id) == ("ordered", None)


@pytest.mark.parametrize("said", [_SETTLE, _FAIL], ids=["settled", "failed"])
def test_what_was_said_by_mistake_is_taken_back_and_its_items_are_under_way(said: SettleCollection | FailCollection):
    book = open_clinic().given(*_ORDERED, receipt("r9", 250_00), receipt("r8", 250_00), said)
    book.when(_REOPEN).then(
        NewFact("collection-d9", _REOPENED, DAY),
        NewFact(f"item-{item_id('i8')}", ItemCollected(collection_id="d9")),
    )
    assert _waits(book)
    book.when(_REOPEN).nothing_new()
    book.when(order_collection("d8", "i8.1")).refused("item_collected")
    book.given(SettleCollection(collection_id="d9", receipt_id="r8"))


def test_items_that_another_collection_is_to_bring_by_now_stay_with_it():
    book = open_clinic().given(*_ORDERED, FailCollection(collection_id="d9", reason_code="X"))
    book.given(order_collection("d8", "i8.1"))
    book.when(_REOPEN).then(NewFact("collection-d9", _REOPENED, DAY))
    assert _waits(book)


def test_another_reason_of_what_failed_takes_the_place_of_the_first_and_holds_the_mandate():
    book = open_clinic().given(*_ORDERED, replace(_FAIL, reason_code="AG-82-1"))
    book.when(replace(_FAIL, reason_code="AG-82-1")).nothing_new()
    closed = replace(_FAIL, reason_code="AG-82-2")
    book.when(closed).then(
        NewFact("collection-d9", CollectionFailed(collection_id="d9", reason_code="AG-82-2"), DAY),
        NewFact("mandate-101", MandateHeld(mandate_id="101", collection_id="d9", reason_code="AG-82-2"), DAY),
    )
    book.when(closed).nothing_new()


def test_a_later_reason_for_which_the_payer_is_asked_leaves_the_next_collection_under_way():
    asks = replace(_FAIL, reason_code="AG-77-03")
    book = open_clinic().given(*_ORDERED, replace(_FAIL, reason_code="AG-82-1"))
    item = f"item-{item_id('i8')}"
    assert [one.stream for one in book.do(asks)] == ["collection-d9", item]
    book = open_clinic().given(*_ORDERED, replace(_FAIL, reason_code="AG-82-1"), order_collection("d8", "i8.1"))
    assert [one.stream for one in book.do(asks)] == ["collection-d9"]


def test_another_reason_of_what_was_taken_back_holds_the_mandate():
    back = ReturnCollection(collection_id="d9", receipt_id="r9", reason_code="RECALLED_BY_BANK")
    book = open_clinic().given(*_ORDERED, receipt("r9", 250_00), _SETTLE, debit(250_00))
    book.given(RecallReceipt(receipt_id="r9", part_id="m", reason_code="RECALLED_BY_BANK"), back)
    book.when(back).nothing_new()
    said = replace(back, reason_code="AG-77-01")
    assert [type(one.fact) for one in book.do(said)] == [CollectionReturned, MandateHeld]
    book.when(said).nothing_new()


_RECALL: Final = RecallReceipt(receipt_id="r9", part_id="m", reason_code="X")
_TAKEN: Final = (receipt("r9", 250_00), _SETTLE, debit(250_00), _RECALL)
_RETURN: Final = ReturnCollection(collection_id="d9", receipt_id="r9", reason_code="AG-77-03")
_NOT_TAKEN: Final = ReverseRecall(receipt_id="r9", part_id="m", reason_code="BANK_SAID")


def test_what_was_not_taken_back_after_all_is_settled_again_with_its_receipt():
    book = open_clinic().given(*_ORDERED, *_TAKEN, _RETURN)
    book.when(_SETTLE).refused("collection_returned")
    book.given(_NOT_TAKEN, receipt("r8", 250_00))
    book.when(replace(_SETTLE, receipt_id="r8")).refused("collection_returned")
    item = f"item-{item_id('i8')}"
    book.when(_SETTLE).then(
        NewFact("collection-d9", CollectionSettled(collection_id="d9", receipt_id="r9"), DAY),
        # Nobody refused, so no payer must be asked before the item is collected again.
        NewFact(item, ItemCollected(collection_id="d9"), DAY),
        NewFact(item, ItemCollectionEnded(collection_id="d9"), DAY),
    )
    book.when(_SETTLE).nothing_new()
    assert item_of(book.states, item_id("i8")).refused_for is None
    # Its bank may take it back in earnest.
    book.given(_RECALL, _RETURN)
    assert item_of(book.states, item_id("i8")).refused_for == "AG-77-03"


def test_settled_again_it_leaves_the_items_that_another_collection_is_to_bring():
    book = open_clinic().given(*_ORDERED, *_TAKEN, replace(_RETURN, reason_code="RECALLED_BY_BANK"))
    book.given(replace(order_collection("d8", "i8.1"), again="PAYER_AGREED"), _NOT_TAKEN)
    assert [type(one.fact) for one in book.do(_SETTLE)] == [CollectionSettled]
    assert item_of(book.states, item_id("i8")).collected_by == "d8"
