"""What settles a collection: a receipt of its amount, or one that pays its items, whatever its own amount is."""

from __future__ import annotations

from msgspec.structs import replace

from ledger.domain.cash.collection_answer import SettleCollection
from tests.kit.care import allocate, invoice, receipt
from tests.kit.debits import order_collection
from tests.ledger.domain.cash.test_collection import SETTLE, collected_by, ordered, status


def test_one_receipt_settles_each_collection_whose_items_it_pays() -> None:
    book = ordered().given(invoice("i2"), order_collection("d2", "i2.1"), receipt("sum", 499_00))
    first, second = (SettleCollection(collection_id=id, receipt_id="sum") for id in ("d1", "d2"))
    book.when(first).refused("collection_paid_otherwise")
    book.when(replace(first, short=True)).refused("collection_paid_otherwise")
    book.given(allocate("sum", "i1", "i2"), first)
    assert status(book) == "settled"
    book.when(second).refused("collection_paid_in_part")
    book.given(replace(second, short=True), order_collection("d3", "i2.1", amount_minor=1_00))


def test_more_than_was_ordered_settles_it_if_it_pays_all_of_it_or_others_have() -> None:
    more = replace(SETTLE, receipt_id="more")
    book = ordered().given(receipt("more", 251_00))
    book.when(more).refused("collection_paid_otherwise")
    book.given(allocate("more", "i1", rest_to="p1"), more)
    assert (status(book), collected_by(book)) == ("settled", None)

    by_hand = ordered().given(receipt("cash", 250_00), allocate("cash", "i1"), receipt("more", 251_00))
    by_hand.when(more).refused("collection_paid_otherwise")
    by_hand.given(allocate("more", rest_to="p1"), more)
    assert status(by_hand) == "settled"
