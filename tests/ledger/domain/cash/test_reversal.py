"""The reversal of an allocation: all of it back, as a mistake or as moved money, on a day that holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.cash.customer_credit import ApplyCredit, ReleaseCredit
from ledger.domain.cash.receipt_facts import AllocationReversed
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.fact import NewFact
from ledger.domain.receivables.account import CustomerCreditWithdrawn
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import ItemDeallocated
from ledger.domain.refusals import Refused
from tests.kit.book import Raised, on
from tests.kit.care import BOOKED, allocate, approve_refund, invoice, request_refund, reverse
from tests.ledger.domain.cash.test_allocation import (
    LATER,
    TARGET,
    billed,
    customer_credit,
    open_on,
    unallocated,
    unallocated_on,
)

SEND = SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="E2E-f")


def test_an_allocation_taken_back_leaves_everything_as_before() -> None:
    before = billed(300_00)
    owed = before.balances()
    reversed_ = AllocationReversed(
        allocation_id="a-r",
        account_id=None,
        because="moved",
        currency="SEK",
        targets=(TARGET,),
        credit_minor=50_00,
        credit_account="p1",
    )
    withdrawn = ItemDeallocated(
        allocation_id="a-r", document="receipt-r", because="moved", amount_minor=250_00, currency="SEK"
    )
    taken_back = CustomerCreditWithdrawn(amount_minor=50_00, currency="SEK", document="receipt-r")
    book = (
        before.given(allocate("r", "i1", rest_to="p1"))
        .when(reverse("r"))
        .then(NewFact("receipt-r", reversed_), NewFact("item-i1.1", withdrawn), NewFact("account-p1", taken_back))
    )
    assert (open_on(book, "i1"), unallocated(book), customer_credit(book)) == (250_00, 300_00, 0)
    assert book.balances() == owed


def test_an_allocation_taken_back_does_not_come_again_by_itself() -> None:
    book = billed(250_00).given(allocate("r", "i1"), reverse("r"))
    book.when(allocate("r", "i1")).refused("fact_already_recorded")
    book.when(reverse("r")).refused("allocation_unknown")
    assert open_on(book.given(allocate("r", "i1", allocation_id="a2")), "i1") == 0


def test_credit_is_taken_back_after_its_uses_are_undone() -> None:
    book = billed(300_00).given(allocate("r", "i1", rest_to="p1"), invoice("i2"))
    book.given(ApplyCredit(allocation_id="use", account_id="p1", item_id="i2.1", amount_minor=10_00))
    book.given(request_refund("f", 20_00), approve_refund("f"))
    book.when(reverse("r")).refused("amount_exceeds_credit")
    with pytest.raises(Refused, match=r"\(p1, used by refund f, allocation use\)"):
        book.do(reverse("r"))


def test_credit_that_left_the_bank_is_owed_and_its_receipt_is_free_for_whom_it_is() -> None:
    book = billed(300_00).given(allocate("r", "i1", rest_to="p1"), invoice("i2"))
    book.given(request_refund("f", 20_00), approve_refund("f"), SEND)
    book.given(ApplyCredit(allocation_id="use", account_id="p1", item_id="i2.1"))
    # What has left cannot be undone, so it is not named; and it is no reason to refuse by itself.
    with pytest.raises(Refused, match=r"\(p1, used by allocation use\)"):
        book.do(reverse("r", "mistake"))
    book.do(ReleaseCredit(allocation_id="use", account_id="p1"))
    book.do(on(LATER, reverse("r", "mistake")))
    recall = book.states["item-p1.recall1"]
    assert isinstance(recall, Item)
    assert (recall.open_minor, unallocated(book), customer_credit(book)) == (20_00, 300_00, 0)


def test_money_moved_today_was_on_the_other_item_until_today() -> None:
    book = billed(250_00).given(invoice("i2"), allocate("r", "i1"))
    assert {new.on for new in book.do(on(LATER, reverse("r")))} == {LATER}
    assert {new.on for new in book.do(on(LATER, allocate("r", "i2", allocation_id="a2")))} == {LATER}
    assert [unallocated_on(book, day) for day in (BOOKED, LATER)] == [0, 0]


def test_a_mistake_never_was_so_and_the_money_was_the_other_items_from_the_start() -> None:
    book = billed(250_00).given(invoice("i2"), allocate("r", "i1"))
    undone = book.do(on(LATER, reverse("r", "mistake")))
    assert {(new.on, new.corrects) for new in undone} == {(BOOKED, True)}
    assert {new.on for new in book.do(on(LATER, allocate("r", "i2", allocation_id="a2")))} == {BOOKED}


def test_a_persons_day_that_cannot_hold_is_refused_with_the_first_that_can() -> None:
    book = billed(250_00).given(invoice("i2"), allocate("r", "i1"))
    book.do(on(LATER, reverse("r")))
    again = allocate("r", "i2", allocation_id="a2")
    with pytest.raises(Refused, match=f"day_cannot_hold .*{LATER}"):
        book.do(replace(again, on=BOOKED))
    assert {new.on for new in book.do(replace(again, on=LATER + timedelta(days=1)))} == {LATER + timedelta(days=1)}


def test_what_is_taken_back_is_so_on_its_own_day() -> None:
    book = billed(300_00).given(allocate("r", "i1", rest_to="p1"))
    assert {new.on for new in book.do(on(LATER, reverse("r")))} == {LATER}


# Its own refusal, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {"allocation_unknown": ((), reverse("r"))}
