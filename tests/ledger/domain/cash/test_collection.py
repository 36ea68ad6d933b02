"""The collection: ordered for what is open, once at a time, and ended by what the bank answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.cash.collection_answer import DelayCollection, FailCollection, ReturnCollection, SettleCollection
from ledger.domain.cash.collection_facts import (
    Collected,
    CollectionDelayed,
    CollectionFailed,
    CollectionOrdered,
    CollectionReturned,
    CollectionSettled,
)
from ledger.domain.cash.collection_state import Collection
from ledger.domain.cash.mandate import CancelMandate
from ledger.domain.cash.mandate_facts import MandateUsed
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.schemes import earliest_due, rule_of, unused_since
from ledger.domain.fact import NewFact
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_collected import ItemCollected, ItemCollectionEnded
from ledger.domain.receivables.item_facts import ReminderSuppressed
from tests.kit.book import DAY, Ask, Book, Raised, on
from tests.kit.care import (
    DUE,
    allocate,
    declare_bank_account,
    hold,
    invoice,
    item_id,
    open_clinic,
    receipt,
    remind,
)
from tests.kit.currencies import keeping
from tests.kit.debits import DEBITED, accept_mandate, order_collection, request_mandate
from tests.ledger.domain.cash.test_recall import debit

ORDER: Final = order_collection()
FAIL: Final = FailCollection(collection_id="d1", reason_code="AG-82-1")
DELAY: Final = DelayCollection(collection_id="d1", reason_code="AG-82-9")
SETTLE: Final = SettleCollection(collection_id="d1", receipt_id="r")
RETURN: Final = ReturnCollection(collection_id="d1", receipt_id="r", reason_code="MD06")
MANDATE: Final[tuple[Ask, ...]] = (declare_bank_account("b1"), request_mandate(), accept_mandate())
ITEM: Final = f"item-{item_id('i1')}"


def agreed() -> Book:
    """Patient p1 owes 250.00 and has given a mandate."""
    return open_clinic().given(invoice("i1"), *MANDATE)


def ordered() -> Book:
    return agreed().given(ORDER)


def status(book: Book) -> str:
    state = book.states["collection-d1"]
    assert isinstance(state, Collection)
    return state.status


def collected_by(book: Book) -> str | None:
    item = book.states[ITEM]
    assert isinstance(item, Item)
    return item.collected_by


def test_an_order_asks_for_what_is_open_and_settles_nothing() -> None:
    book = agreed()
    before = book.balances()
    (reference,) = [one.fact.reference for one in book.log if type(one.fact).__name__ == "PaymentRequested"]  # type: ignore[attr-defined]
    fact = CollectionOrdered(
        collection_id="d1",
        mandate_id="101",
        request_id="i1.1",
        account_id="p1",
        bank_account="b1",
        items=(Collected(item_id("i1"), 250_00),),
        amount_minor=250_00,
        currency="SEK",
        due_on=DEBITED,
        reference=reference,
        end_to_end_id=None,
        order_file=None,
    )
    book.when(ORDER).then(
        NewFact("collection-d1", fact),
        NewFact("mandate-101", MandateUsed(collection_id="d1", due_on=DEBITED)),
        NewFact(ITEM, ItemCollected(collection_id="d1")),
    )
    assert book.balances() == before


def test_an_item_is_in_one_collection_at_a_time() -> None:
    ordered().when(order_collection("d2")).refused("item_collected")
    ordered().when(ORDER).refused("fact_already_recorded")


def test_after_it_failed_it_is_collected_again() -> None:
    book = ordered()
    book.when(FAIL).then(
        NewFact("collection-d1", CollectionFailed(collection_id="d1", reason_code="AG-82-1"), DAY),
        NewFact(ITEM, ItemCollectionEnded(collection_id="d1")),
    )
    book.when(FAIL).nothing_new()
    book.given(order_collection("d2"))
    assert collected_by(book) == "d2"


def test_what_failed_late_leaves_the_next_collection_alone() -> None:
    book = ordered().given(FAIL, order_collection("d2"), receipt("r", 250_00))
    book.when(SETTLE).then(NewFact("collection-d1", CollectionSettled(collection_id="d1", receipt_id="r"), DAY))
    assert collected_by(book) == "d2"


@pytest.mark.parametrize("amount", [1, 249_99, 250_01])
def test_never_more_or_less_than_is_open(amount: int) -> None:
    agreed().when(order_collection(amount_minor=amount)).refused("collection_amount")


def test_only_what_is_left_of_a_paid_part() -> None:
    book = agreed().given(receipt("r", 100_00), allocate("r", "i1"))
    book.when(ORDER).refused("collection_amount")
    book.given(order_collection(amount_minor=150_00))


def test_nobody_is_reminded_while_it_is_under_way() -> None:
    book = ordered()
    (new,) = book.do(on(DAY, remind("i1", DAY, DAY)))
    assert isinstance(new.fact, ReminderSuppressed)
    assert new.fact.why == "collected"
    book.given(FAIL)
    assert type(book.do(on(DAY, remind("i1", DAY, DAY)))[0].fact).__name__ == "ReminderSent"


def test_a_delay_keeps_it_under_way() -> None:
    book = ordered()
    book.when(DELAY).then(NewFact("collection-d1", CollectionDelayed(collection_id="d1", reason_code="AG-82-9"), DAY))
    assert (status(book), collected_by(book)) == ("ordered", "d1")


def test_a_receipt_settles_it_once_and_only_with_its_amount() -> None:
    book = ordered().given(receipt("r", 250_00), receipt("r2", 250_00), receipt("small", 1_00))
    book.when(replace(SETTLE, receipt_id="small")).refused("collection_paid_otherwise")
    book.when(SETTLE).then(
        NewFact("collection-d1", CollectionSettled(collection_id="d1", receipt_id="r"), DAY),
        NewFact(ITEM, ItemCollectionEnded(collection_id="d1")),
    )
    book.when(SETTLE).nothing_new()
    book.when(replace(SETTLE, receipt_id="r2")).refused("collection_settled")


def test_less_than_was_ordered_settles_it_if_that_is_said_of_its_payers_money() -> None:
    short = replace(SETTLE, receipt_id="small", short=True)
    book = ordered().given(receipt("small", 249_00), receipt("more", 251_00))
    book.when(short).refused("collection_paid_otherwise")
    book.given(allocate("small", "i1"))
    book.when(replace(short, short=False)).refused("collection_paid_in_part")
    book.when(replace(short, receipt_id="more")).refused("collection_paid_otherwise")
    book.given(short)
    assert (status(book), collected_by(book)) == ("settled", None)
    book.given(order_collection("d2", amount_minor=1_00))


def test_what_had_failed_is_settled_by_its_money() -> None:
    book = ordered().given(FAIL, receipt("r", 250_00), SETTLE)
    assert status(book) == "settled"
    book.when(FAIL).refused("collection_settled")


def test_it_is_returned_once_its_receipt_is_taken_back() -> None:
    book = ordered().given(receipt("r", 250_00), allocate("r", "i1"), SETTLE)
    book.when(RETURN).refused("collection_not_taken_back")
    book.given(debit(250_00), RecallReceipt(receipt_id="r", part_id="m", reason_code="MD06"))
    book.when(RETURN).then(
        NewFact("collection-d1", CollectionReturned(collection_id="d1", receipt_id="r", reason_code="MD06"), DAY),
        NewFact(ITEM, ItemCollectionEnded(collection_id="d1", refused_for="MD06")),
    )
    book.when(RETURN).nothing_new()
    book.given(replace(order_collection("d2"), again="PAYER_AGREED"))


def test_nothing_more_is_collected_with_a_mandate_that_ended() -> None:
    cancel = CancelMandate(mandate_id="101", ended_by="payer", reason_code="AG-46-02")
    agreed().given(cancel).when(ORDER).refused("mandate_cancelled")
    book = ordered().given(cancel)
    assert collected_by(book) == "d1"
    book.given(FAIL)


def test_the_payer_is_told_of_it_early_enough() -> None:
    late = invoice("i2", issued_on=DAY, due_on=DAY + timedelta(days=30))
    book = agreed().given(late)
    told = order_collection("d2", "i2.1", due_on=DAY + timedelta(days=11))
    book.when(told).refused("collection_too_early")
    book.given(replace(told, due_on=DAY + timedelta(days=12)))


def test_less_notice_can_be_agreed() -> None:
    book = open_clinic().given(declare_bank_account("b1"), request_mandate(notice_days=1), accept_mandate())
    book.given(invoice("i1", issued_on=DAY, due_on=DAY), order_collection(due_on=DAY + timedelta(days=1)))


def test_bank_days_of_notice_leave_out_public_holidays() -> None:
    # Closed are 24, 25 and 31 December, 1 and 6 January.
    friday = date(2026, 12, 18)
    assert earliest_due(rule_of("autogiro", friday), friday, None) == date(2027, 1, 5)
    assert earliest_due(rule_of("sepa_core", friday), friday, None) == date(2027, 1, 1)


def test_bank_days_of_notice_leave_out_weekends() -> None:
    friday = date(2024, 7, 12)
    assert earliest_due(rule_of("autogiro", friday), friday, None) == date(2024, 7, 24)
    assert earliest_due(rule_of("sepa_core", friday), friday, None) == date(2024, 7, 26)
    assert earliest_due(rule_of("sepa_core", friday), friday, 2) == date(2024, 7, 14)


def test_a_sepa_mandate_ends_when_it_is_not_used_for_36_months() -> None:
    rule = rule_of("sepa_core", DAY)
    assert not unused_since(rule, date(2021, 7, 12), date(2024, 7, 12))
    assert unused_since(rule, date(2021, 7, 11), date(2024, 7, 12))
    assert not unused_since(rule, date(2020, 2, 29), date(2023, 2, 28))
    assert not unused_since(rule_of("autogiro", DAY), date(2001, 1, 1), DAY)


_EURO: Final = (keeping("EUR"), declare_bank_account("b2", currency="EUR"))
_SEPA: Final = request_mandate("REF-1", scheme="sepa_core", bank_account="b2", signed_on=DAY)
_NEW: Final = order_collection("d9", "i8.1")
_BILLED: Final = (invoice("i8"), *MANDATE)
_PAID: Final = (*_BILLED, _NEW, receipt("r9", 250_00), SettleCollection(collection_id="d9", receipt_id="r9"))
_BACK: Final = (
    debit(250_00),
    RecallReceipt(receipt_id="r9", part_id="m", reason_code="MD06"),
    ReturnCollection(collection_id="d9", receipt_id="r9", reason_code="MD06"),
)


def _refused(reason: str) -> FailCollection:
    return FailCollection(collection_id="d9", reason_code=reason)


RAISED: Final[Raised] = {
    "collection_amount": (_BILLED, replace(_NEW, amount_minor=1)),
    "collection_currency": (
        (*_BILLED, *_EURO, _SEPA),
        replace(_NEW, mandate_id="REF-1"),
    ),
    "collection_failed": (
        (*_BILLED, _NEW, FailCollection(collection_id="d9", reason_code="X")),
        DelayCollection(collection_id="d9", reason_code="X"),
    ),
    "collection_ordered": (
        (*_BILLED, _NEW, receipt("r9", 250_00)),
        ReturnCollection(collection_id="d9", receipt_id="r9", reason_code="X"),
    ),
    "collection_returned": ((*_PAID, *_BACK), FailCollection(collection_id="d9", reason_code="X")),
    "collection_settled": (_PAID, FailCollection(collection_id="d9", reason_code="X")),
    "collection_too_early": (_BILLED, replace(_NEW, due_on=DUE)),
    "collection_unknown": ((), FAIL),
    "item_collected": ((*_BILLED, _NEW), replace(_NEW, collection_id="d8")),
    "item_held": ((*_BILLED, hold("i8")), _NEW),
    "item_refused": ((*_BILLED, _NEW, _refused("AG-77-03")), replace(_NEW, collection_id="d8")),
    "mandate_held": ((*_BILLED, _NEW, _refused("AG-82-2")), replace(_NEW, collection_id="d8")),
    "mandate_of_another_payer": (
        (*_BILLED, request_mandate("102", account_id="p2"), accept_mandate("102")),
        replace(_NEW, mandate_id="102"),
    ),
    "mandate_unused": (
        (invoice("i8"), *_EURO, replace(_SEPA, signed_on=DAY - timedelta(days=4000))),
        replace(_NEW, mandate_id="REF-1"),
    ),
}
