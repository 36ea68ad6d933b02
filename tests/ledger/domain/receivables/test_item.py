"""The item: open by what was raised, less what was paid, credited and written off; held, and reminded of."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.chart_of_accounts import CHART
from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.fact import Fact
from ledger.domain.noun import Change
from ledger.domain.receivables.account import Payer
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.item import Item, ar_role_of
from ledger.domain.receivables.item_facts import (
    HoldPlaced,
    ItemAllocated,
    ItemCredited,
    ItemDeallocated,
    ItemDifferenceClosed,
    ItemDifferenceReopened,
    ItemExcessMoved,
    ItemFact,
    ItemPart,
    ItemRaised,
    ItemRestored,
    ItemWrittenOff,
    ReminderSuppressed,
)
from tests.kit.book import Book, Raised, dated
from tests.kit.care import (
    DUE,
    VISIT,
    allocate,
    approve_write_off,
    credit,
    hold,
    invoice,
    open_clinic,
    receipt,
    remind,
    request_write_off,
    reverse,
)
from tests.museum.examples import EXAMPLES
from tests.museum.subjects import RECEIPT

REVERSE = ReverseWriteOff(write_off_id="w", reason_code="PAID")


def item(book: Book, item_id: str = "i1.1") -> Item:
    found = book.states[f"item-{item_id}"]
    assert isinstance(found, Item)
    return found


def billed() -> Book:
    return open_clinic().given(invoice("i1"))


def test_it_is_open_by_what_was_raised() -> None:
    found = item(billed())
    assert (found.open_minor, found.creditable_minor, found.written_off_minor) == (250_00, 250_00, 0)
    assert (found.raised.arose_on, found.raised.due[0].on) == (VISIT, DUE)


def test_it_is_open_by_less_when_it_is_paid_and_by_as_much_again_when_that_is_taken_back() -> None:
    book = billed().given(receipt("r", 100_00), allocate("r", "i1"))
    assert item(book).open_minor == 150_00
    assert item(book.given(reverse("r"))).open_minor == 250_00


def test_of_what_is_credited_only_what_was_open_makes_it_less_open() -> None:
    book = billed().given(receipt("r", 200_00), allocate("r", "i1"), credit("c", "i1", LineToCredit(1, 80_00)))
    assert (item(book).open_minor, item(book).creditable_minor) == (0, 170_00)
    assert item(book).creditable_parts == (ItemPart(1, 170_00, 0, "SE-EXEMPT"),)


def test_what_is_written_off_is_not_open_and_is_again_when_that_is_taken_back() -> None:
    book = billed().given(request_write_off("w", "i1", 90_00), approve_write_off("w"))
    assert (item(book).open_minor, item(book).written_off["w"].latest) == (160_00, 90_00)
    assert (item(book).creditable_minor, item(book).written_off_minor) == (250_00, 90_00)
    book.given(REVERSE)
    assert (item(book).open_minor, item(book).written_off_minor) == (250_00, 0)


def test_holds_and_reminders_leave_what_is_open_as_it_is() -> None:
    book = billed().given(remind("i1"), hold("i1"), remind("i1", DUE + timedelta(days=1), level=1))
    assert item(book).open_minor == 250_00
    assert (item(book).holds, item(book).reminded, item(book).suppressed) == (
        {"h": HoldPlaced(hold_id="h", reason_code="DISPUTED", until_on=None)},
        (0,),
        {1: ReminderSuppressed(level=1, on=DUE + timedelta(days=1), why="held")},
    )


# What each fact of an item does to what is open of it; nothing where it is not here.
EFFECTS: dict[type[Fact], Change] = {
    ItemRaised: Change("item", "raised", 250_00, "SEK", "invoice-0e6a4b52-33b1-4e0f-a9a7-2f1d0c9b8a70"),
    ItemAllocated: Change("item", "paid", -250_00, "SEK", "receipt-c1d2e3f4-5a6b-4c7d-8e9f-0a1b2c3d4e5f"),
    ItemExcessMoved: Change("item", "credited", -15_00, "SEK", "creditnote-c-1"),
    ItemDeallocated: Change("item", "paid", 250_00, "SEK", "receipt-c1d2e3f4-5a6b-4c7d-8e9f-0a1b2c3d4e5f"),
    ItemCredited: Change("item", "credited", -5_00, "SEK", "creditnote-c-1"),
    ItemWrittenOff: Change("item", "written_off", -9_00, "SEK", "writeoff-w-1"),
    ItemRestored: Change("item", "written_off", 9_00, "SEK", "writeoff-w-1"),
    ItemDifferenceClosed: Change("item", "rounded_off", -40, "SEK", f"receipt-{RECEIPT}"),
    ItemDifferenceReopened: Change("item", "rounded_off", 40, "SEK", f"receipt-{RECEIPT}"),
}


@pytest.mark.parametrize("fact", get_args(ItemFact), ids=lambda fact: fact.__name__)
def test_each_fact_has_its_effect_on_what_is_open(fact: type[Fact]) -> None:
    assert CATALOGUE.changes(EXAMPLES[fact.__name__]) == ((EFFECTS[fact],) if fact in EFFECTS else ())


def test_patients_and_guardians_are_one_control_account_and_other_payers_the_other() -> None:
    asked: dict[str, set[Payer]] = {"ar_patient": {"patient", "guardian"}}
    asked["ar_payer"] = set(get_args(Payer)) - asked["ar_patient"]
    assert {role: {payer for payer in get_args(Payer) if ar_role_of(payer) == role} for role in asked} == asked
    assert set(asked) == {row.role for row in CHART if row.balance == "item"}


def test_an_items_first_fact_is_that_it_was_raised() -> None:
    with pytest.raises(AssertionError, match="first fact is ItemRaised"):
        CATALOGUE.remember("item-x", None, dated(EXAMPLES["ItemAllocated"]))


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "amount_exceeds_balance": ((), allocate("r", ItemToPay("i1.1", 250_01))),
    "item_unknown": ((), allocate("r", "i1.2")),
    "item_not_open": ((credit("c", "i1"),), request_write_off("w", "i1")),
    "write_off_in_force": ((request_write_off("w", "i1"), approve_write_off("w")), credit("c", "i1")),
}
