"""A receipt that was a payout: its money is that of the payout from the bank's day on, until that was wrong."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from msgspec.structs import replace

from ledger.domain.cash.payout import Payout, PayoutArrived, PayoutMovementRemoved
from ledger.domain.cash.receipt import Receipt
from ledger.domain.cash.receipt_as_payout import ReclassifyReceiptAsPayout
from ledger.domain.cash.receipt_facts import ReceiptReclassified
from ledger.domain.fact import NewFact
from tests.kit.book import Ask, Book, Raised, on
from tests.kit.care import BOOKED, allocate, invoice, open_clinic, receipt, reverse
from tests.kit.providers import declare_provider_account
from tests.ledger.domain.cash.test_payout import movement
from tests.ledger.domain.cash.test_payout_reclassification import on_the_way

LATER: Final = date(2024, 8, 5)
IS_IT: Final = ReclassifyReceiptAsPayout(receipt_id="r", payout_id="cards.po_1", reason_code="SEEN")
BACK: Final = replace(IS_IT, back=True, reason_code="NOT_IT")
KNOWN: Final = (declare_provider_account(), movement("m1", -294_50, "sent"))


def paid(amount_minor: int) -> Book:
    return open_clinic().given(invoice("i1"), *KNOWN, receipt("r", amount_minor))


def came(book: Book) -> int:
    state = book.states["payout-cards.po_1"]
    assert isinstance(state, Payout)
    return state.arrived_minor


def waits(book: Book) -> int:
    state = book.states["receipt-r"]
    assert isinstance(state, Receipt)
    return state.unallocated_minor


def test_it_was_the_payout_from_the_banks_day_on_and_the_difference_stays_on_the_way() -> None:
    book = paid(290_00)
    moved = ReceiptReclassified(
        account_id=None,
        bank_account="b1",
        amount_minor=290_00,
        currency="SEK",
        from_role="unallocated",
        role="payouts_in_transit",
        reason_code="SEEN",
        payout_id="cards.po_1",
        provider_account="cards",
    )
    arrived = PayoutArrived(part_id="r", provider_account="cards", payout_ref=None, amount_minor=290_00, currency="SEK")
    book.when(on(LATER, IS_IT)).then(
        NewFact("receipt-r", moved, BOOKED, corrects=True),
        NewFact("payout-cards.po_1", arrived, BOOKED, corrects=True),
    )
    assert (waits(book), came(book), on_the_way(book)) == (0, 290_00, {"cards": 4_50})
    book.when(IS_IT).refused("amount_exceeds_unallocated")
    book.when(allocate("r", "i1")).refused("amount_exceeds_unallocated")


def test_it_comes_back_as_if_it_had_never_been_the_payout() -> None:
    book = paid(294_50).given(IS_IT)
    (_, removed) = book.do(on(LATER, BACK))
    assert (removed.on, removed.fact) == (
        BOOKED,
        PayoutMovementRemoved(
            part_id="r", provider_account="cards", side="arrived", amount_minor=294_50, currency="SEK"
        ),
    )
    assert (waits(book), came(book), on_the_way(book)) == (294_50, 0, {"cards": 294_50})
    book.given(allocate("r", "i1"))


def test_a_receipt_is_several_payouts_and_each_comes_back_alone() -> None:
    other = replace(IS_IT, payout_id="cards.po_2")
    book = paid(400_00).given(replace(movement("m2", -100_00, "sent"), payout_id="cards.po_2"))
    book.given(replace(IS_IT, amount_minor=294_50), replace(other, amount_minor=100_00))
    assert (waits(book), on_the_way(book)) == (5_50, {"cards": 0})
    book.given(replace(other, back=True))
    assert (waits(book), came(book), on_the_way(book)) == (105_50, 294_50, {"cards": 100_00})


def test_each_part_arrives_on_the_day_from_which_it_is_unallocated() -> None:
    book = paid(300_00).given(allocate("r", "i1"))
    book.do(on(LATER, reverse("r")))
    assert [new.on for new in book.do(IS_IT)] == [BOOKED, BOOKED, LATER, LATER]
    assert [new.on for new in book.do(BACK)] == [LATER, LATER, BOOKED, BOOKED]
    assert (waits(book), came(book)) == (300_00, 0)


def _with(**of_payment: object) -> Ask:
    made = receipt("r", 100_00)
    return replace(made, payment=replace(made.payment, **of_payment))


# Each refusal of its own, raised in a clinic where receipt r has brought in 100.00.
RAISED: Raised = {
    "payout_back_in_part": ((*KNOWN, IS_IT), replace(BACK, amount_minor=1_00)),
    "receipt_is_allocated": ((*KNOWN, allocate("r", "i1", amount_minor=10_00)), IS_IT),
    "receipt_not_at_bank": (
        (*KNOWN, replace(_with(rail="cash", bank_account="cash"), receipt_id="till")),
        replace(IS_IT, receipt_id="till"),
    ),
    "receipt_not_of_payout": (KNOWN, BACK),
}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(IS_IT, receipt_id="none"), "receipt_unknown"),
        (replace(IS_IT, payout_id="none"), "payout_unknown"),
        (replace(IS_IT, reason_code=""), "reason_missing"),
        (replace(IS_IT, amount_minor=250_01), "amount_exceeds_unallocated"),
        (replace(IS_IT, amount_minor=0), "amount_not_positive"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Ask, code: str) -> None:
    paid(250_00).when(wrong).refused(code)


def test_a_receipt_in_another_currency_or_that_a_provider_holds_is_no_payout() -> None:
    held = _with(bank_account="cards", rail="card", held_by="card", file="f")
    open_clinic().given(*KNOWN, held).when(IS_IT).refused("receipt_not_at_bank")
    open_clinic().given(*KNOWN, _with(currency="EUR", file="f")).when(IS_IT).refused("payout_in_other_currency")
