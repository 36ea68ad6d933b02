"""The recovery of a loss: money pays what was written off, and the write-off or the payment may be undone."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.approval import Because
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.receipt_facts import ReceiptAllocated
from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.receivables.item import Item
from ledger.domain.terms.entity import DeclareTerms, Terms
from tests.kit.book import DAY, Ask, Book, on
from tests.kit.care import (
    BOOKED,
    allocate,
    approve_write_off,
    credit,
    invoice,
    open_clinic,
    receipt,
    request_write_off,
    reverse,
)

REVERSE = ReverseWriteOff(write_off_id="w", reason_code="PAID")
LOST = date(2024, 7, 20)
LATER = date(2024, 8, 10)


def small_loss(*asks: Ask, recovers_losses: bool = True) -> Book:
    """On the 20th of July, 5.00 of the 250.00 of i1 was written off."""
    book = open_clinic().given(DeclareTerms(terms=Terms(recovers_losses=recovers_losses)), invoice("i1"))
    book.given(request_write_off("w", "i1", 5_00), on(LOST, approve_write_off("w")))
    return book.given(*asks)


@pytest.mark.parametrize(
    ("amount", "opened", "recovered", "credit"),
    [
        (100_00, 145_00, 0, 0),
        (245_00, 0, 0, 0),
        (248_00, 0, 3_00, 0),
        (250_00, 0, 5_00, 0),
        (260_00, 0, 5_00, 10_00),
    ],
)
def test_money_for_a_written_off_item_pays_what_is_open_and_then_recovers_the_loss(
    amount: int, opened: int, recovered: int, credit: int
) -> None:
    book = small_loss(receipt("r", amount), allocate("r", request_id="i1.1"))
    expected = {
        "bank": amount,
        "ar_patient": opened,
        "write_off_loss": 5_00,
        "recovered_losses": -recovered,
        "customer_credit": -credit,
        "revenue": -250_00,
    }
    assert book.balances() == {role: balance for role, balance in expected.items() if balance}


def test_an_entity_may_keep_the_rest_as_customer_credit() -> None:
    book = small_loss(receipt("r", 250_00), allocate("r", request_id="i1.1"), recovers_losses=False)
    assert (book.balances()["write_off_loss"], book.balances()["customer_credit"]) == (5_00, -5_00)


def test_an_item_is_paid_when_the_bank_booked_it_and_the_loss_is_not_recovered_before_it_was_one() -> None:
    book = small_loss(receipt("r", 250_00))
    decision = book.do(on(DAY, allocate("r", request_id="i1.1")))
    days = {type(new.fact).__name__: new.on for new in decision}
    assert (days["LossRecovered"], days["ItemRestored"]) == (LOST, LOST)
    allocated = [new for new in decision if isinstance(new.fact, ReceiptAllocated)]
    assert [new.on for new in allocated] == [BOOKED]
    item = book.states["item-i1.1"]
    assert isinstance(item, Item)
    assert [item.balance.on(day) for day in (BOOKED, LOST)] == [0, 0]


@pytest.mark.parametrize("because", ["moved", "mistake"])
def test_a_loss_that_was_recovered_after_its_money_came_is_one_again_on_its_own_day(because: Because) -> None:
    book = small_loss(receipt("r", 248_00), allocate("r", request_id="i1.1"))
    item = book.states["item-i1.1"]
    assert isinstance(item, Item)
    assert [item.balance.on(day) for day in (BOOKED, LOST)] == [2_00, 0]
    book.given(on(LATER, reverse("r", because)))
    item = book.states["item-i1.1"]
    assert isinstance(item, Item)
    paid = because == "moved"
    assert (
        [item.balance.on(day) for day in (BOOKED, LOST, LATER)] == [2_00, 0, 245_00]
        if paid
        else [250_00, 245_00, 245_00]
    )


def test_two_items_are_paid_before_any_loss_is_recovered() -> None:
    book = small_loss(invoice("i2"), receipt("r", 500_00), allocate("r", "i1", "i2"))
    assert book.balances() == {"bank": 500_00, "write_off_loss": 5_00, "recovered_losses": -5_00, "revenue": -500_00}
    book = small_loss(invoice("i2"), receipt("r", 495_00), allocate("r", "i1", "i2"))
    assert "recovered_losses" not in book.balances()


def test_a_given_amount_recovers_no_more_than_was_lost() -> None:
    book = small_loss(receipt("r", 300_00))
    book.when(allocate("r", ItemToPay("i1.1", 250_01))).refused("amount_exceeds_balance")
    book.given(allocate("r", ItemToPay("i1.1", 250_00)))
    assert book.balances()["recovered_losses"] == -5_00


@pytest.mark.parametrize("because", ["moved", "mistake"])
def test_a_recovery_is_undone_with_its_money_and_the_loss_is_one_again(because: Because) -> None:
    book = small_loss(receipt("r", 250_00), allocate("r", request_id="i1.1"), reverse("r", because))
    assert book.balances() == {
        "bank": 250_00,
        "unallocated": -250_00,
        "ar_patient": 245_00,
        "write_off_loss": 5_00,
        "revenue": -250_00,
    }


def test_what_was_credited_since_it_was_recovered_is_no_loss_again() -> None:
    book = small_loss(receipt("r", 250_00), allocate("r", request_id="i1.1"), credit("c", "i1"), reverse("r"))
    item = book.states["item-i1.1"]
    assert isinstance(item, Item)
    assert (item.open_minor, item.written_off_minor) == (0, 0)
    # Nothing was earned and nothing is owed, so the loss and its recovery cancel.
    expected = {"bank": 250_00, "unallocated": -250_00, "write_off_loss": 5_00, "recovered_losses": -5_00}
    assert book.balances() == expected


def test_a_recovered_loss_is_no_more_to_reverse_and_what_is_left_of_it_is() -> None:
    book = small_loss(receipt("r", 248_00), allocate("r", request_id="i1.1"), REVERSE)
    assert (book.balances()["ar_patient"], book.balances()["write_off_loss"]) == (2_00, 3_00)
    book.when(REVERSE).refused("write_off_unknown")
    small_loss(receipt("r", 250_00), allocate("r", request_id="i1.1")).when(REVERSE).refused("write_off_recovered")


MISTAKEN = msgspec.structs.replace(REVERSE, because="mistake")
PAID = date(2024, 7, 25)


def recovered(amount: int, *asks: Ask) -> Book:
    """All 250.00 of i1 was written off on the 20th of July, and an amount was paid on the 25th."""
    book = open_clinic().given(DeclareTerms(terms=Terms(recovers_losses=True)), invoice("i1"))
    book.given(request_write_off("w", "i1"), on(LOST, approve_write_off("w")))
    return book.given(receipt("r", amount, booked_on=PAID), on(PAID, allocate("r", "i1")), *asks)


def open_on(book: Book, *days: date) -> list[int]:
    item = book.states["item-i1.1"]
    assert isinstance(item, Item)
    return [item.balance.on(day) for day in days]


@pytest.mark.parametrize("amount", [100_00, 250_00])
def test_a_mistaken_write_off_never_was_whatever_money_recovered_of_it(amount: int) -> None:
    book = recovered(amount, on(LATER, MISTAKEN))
    assert open_on(book, LOST, PAID, LATER) == [250_00, 250_00 - amount, 250_00 - amount]
    expected = {"bank": amount, "ar_patient": 250_00 - amount, "revenue": -250_00}
    assert book.balances() == {role: balance for role, balance in expected.items() if balance}
    book.when(MISTAKEN).refused("write_off_unknown")
    # The money is the item's payment and nothing else, so its reversal is no loss again.
    book.given(on(LATER, reverse("r")))
    assert open_on(book, LOST, PAID, LATER) == [250_00, 250_00 - amount, 250_00]
    assert "write_off_loss" not in book.balances()


def test_a_mistaken_write_off_never_was_even_if_its_recovery_was_undone() -> None:
    book = recovered(250_00, on(LATER, reverse("r")), on(LATER, MISTAKEN))
    assert open_on(book, LOST, PAID, LATER) == [250_00, 0, 250_00]
    assert book.balances() == {"bank": 250_00, "unallocated": -250_00, "ar_patient": 250_00, "revenue": -250_00}


def test_a_mistake_may_be_reversed_as_of_a_later_day_up_to_which_it_was_so() -> None:
    book = recovered(100_00)
    given = date(2024, 7, 22)
    book.given(on(LATER, msgspec.structs.replace(MISTAKEN, on=given)))
    assert open_on(book, LOST, given, PAID) == [0, 250_00, 150_00]
    after = recovered(250_00)
    after.when(on(LATER, msgspec.structs.replace(MISTAKEN, on=LATER))).refused("write_off_recovered")
    assert after.balances() == {
        "bank": 250_00,
        "write_off_loss": 250_00,
        "recovered_losses": -250_00,
        "revenue": -250_00,
    }


def test_what_is_lost_again_after_the_rest_was_reversed_can_be_reversed() -> None:
    book = recovered(100_00, on(LATER, REVERSE), on(LATER, reverse("r")))
    assert open_on(book, LOST, PAID, LATER) == [0, 0, 150_00]
    book.given(on(LATER, MISTAKEN))
    # Of the 250.00, what was reversed as of today was given up until today.
    assert open_on(book, LOST, PAID, LATER) == [100_00, 100_00, 250_00]
    assert book.balances() == {"bank": 100_00, "unallocated": -100_00, "ar_patient": 250_00, "revenue": -250_00}
