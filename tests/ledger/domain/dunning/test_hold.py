"""The hold: placed on an item with a reason, through a day or until it is lifted, and in the item's own facts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.fact import NewFact
from ledger.domain.receivables.item import Item
from ledger.domain.receivables.item_facts import HoldLifted, HoldPlaced
from tests.kit.book import DAY, Ask, Book, Raised, on
from tests.kit.care import hold, invoice, lift, open_clinic

UNTIL = DAY + timedelta(days=30)


def billed() -> Book:
    return open_clinic().given(invoice("i1"))


def held_on(book: Book, day: date) -> bool:
    state = book.states["item-i1.1"]
    assert isinstance(state, Item)
    return state.held_on(day)


def test_a_hold_is_placed_with_its_reason_and_its_last_day() -> None:
    placed = HoldPlaced(hold_id="h", reason_code="DISPUTED", until_on=UNTIL)
    book = billed().when(hold("i1", UNTIL)).then(NewFact("item-i1.1", placed))
    assert [held_on(book, UNTIL + timedelta(days=days)) for days in (-1, 0, 1)] == [True, True, False]


def test_it_moves_no_money() -> None:
    book = billed()
    owed = book.balances()
    assert book.given(hold("i1"), lift("i1")).balances() == owed


def test_the_same_hold_again_is_nothing_new_and_with_another_last_day_it_is_refused() -> None:
    book = billed().given(hold("i1", UNTIL))
    book.when(hold("i1", UNTIL)).nothing_new()
    book.when(hold("i1")).refused("fact_already_recorded")
    book.when(hold("i1", UNTIL + timedelta(days=1))).refused("fact_already_recorded")


def test_a_second_hold_of_one_reason_has_to_last_longer_than_the_first() -> None:
    book = billed().given(hold("i1", UNTIL))
    book.when(hold("i1", UNTIL, "g")).refused("hold_in_force")
    book.when(hold("i1", UNTIL - timedelta(days=1), "g")).refused("hold_in_force")
    book.given(hold("i1", UNTIL + timedelta(days=1), "g"), hold("i1", hold_id="k"))
    book.when(hold("i1", hold_id="m")).refused("hold_in_force")
    book.given(lift("i1", "k")).when(hold("i1", hold_id="m")).then(
        HoldPlaced(hold_id="m", reason_code="DISPUTED", until_on=None)
    )


def test_a_hold_for_another_reason_stands_beside_the_first() -> None:
    other = replace(hold("i1", hold_id="g"), reason_code="PAYMENT_PLAN")
    book = billed().given(hold("i1"), other, lift("i1"))
    assert held_on(book, DAY)


def test_it_is_lifted_with_a_reason() -> None:
    lifted = HoldLifted(hold_id="h", reason_code="SETTLED")
    book = billed().given(hold("i1")).when(lift("i1")).then(NewFact("item-i1.1", lifted))
    assert not held_on(book, DAY)
    book.when(lift("i1")).refused("hold_unknown")


def test_its_last_day_may_be_the_day_it_is_placed_and_no_earlier() -> None:
    billed().given(on(DAY, hold("i1", DAY)))
    billed().when(on(DAY, hold("i1", DAY - timedelta(days=1)))).refused("hold_ends_before_it_begins")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (hold("none"), "item_unknown"),
        (lift("none"), "item_unknown"),
        (hold("i/1"), "id_malformed"),
        (replace(hold("i1"), reason_code=""), "reason_missing"),
        (replace(lift("i1"), reason_code=""), "reason_missing"),
        (lift("i1", "other"), "hold_unknown"),
    ],
)
def test_what_is_no_hold_is_refused(wrong: Ask, code: str) -> None:
    billed().given(hold("i1")).when(wrong).refused(code)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "hold_ends_before_it_begins": ((), hold("i1", DAY - timedelta(days=1))),
    "hold_in_force": ((hold("i1"),), hold("i1", hold_id="g")),
    "hold_unknown": ((), lift("i1")),
}
