"""The receipt: recorded once whatever file it comes in, and identified as somebody's."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import (
    ReceiptRecorded,
)
from ledger.domain.cash.void import VoidReceipt
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.fact import NewFact
from tests.kit.book import Book, Raised
from tests.kit.care import BOOKED, allocate, payment, receipt
from tests.kit.currencies import keeping
from tests.kit.providers import declare_provider_account


def test_a_receipt_is_recorded_and_is_unallocated() -> None:
    recorded = ReceiptRecorded(receipt_id="r", payment=payment(250_00, line_key="line-r", file="file-1"))
    book = Book().when(receipt("r", 250_00, file="file-1")).then(NewFact("receipt-r", recorded, BOOKED))
    assert book.balances() == {"bank": 250_00, "unallocated": -250_00}


def test_the_same_line_in_another_file_is_nothing_new() -> None:
    Book().given(receipt("r", 250_00, file="file-1")).when(receipt("r", 250_00, file="file-2")).nothing_new()


def test_the_same_receipt_by_hand_twice_is_nothing_new() -> None:
    by_hand = RecordReceipt(receipt_id="r", payment=payment(250_00))
    Book().given(by_hand).when(by_hand).nothing_new()


@pytest.mark.parametrize(
    "other", [receipt("r", 250_01), receipt("r", 250_00, "EUR"), receipt("r", 250_00, line_key="another")]
)
def test_the_same_id_with_other_content_is_refused(other: msgspec.Struct) -> None:
    Book().given(receipt("r", 250_00)).when(other).refused("fact_already_recorded")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_a_receipt_is_above_zero(amount_minor: int) -> None:
    Book().when(receipt("r", amount_minor)).refused("amount_not_positive")


def captured(**said: object) -> RecordReceipt:
    """A card payment that a person or a program recorded when it was captured; the provider holds the money."""
    about = {"rail": "card", "bank_account": "cards", "held_by": "card", "payment_ref": "pi_1", "line_key": None}
    return RecordReceipt(receipt_id="c", payment=replace(payment(300_00), **(about | said)))


def test_a_captured_payment_is_on_our_account_at_the_provider() -> None:
    book = Book().given(declare_provider_account(), captured())
    assert book.balances() == {"card_clearing": 300_00, "unallocated": -300_00}
    (leg, _) = CATALOGUE.legs(book.log[-1].fact)
    assert leg.bank_account == "cards"


def test_a_captured_payment_that_is_voided_was_never_there() -> None:
    book = Book().given(declare_provider_account(), captured(), VoidReceipt(receipt_id="c", reason_code="TWICE"))
    assert not any(book.balances().values())
    (_, leg) = CATALOGUE.legs(book.log[-1].fact)
    assert (leg.role, leg.bank_account) == ("card_clearing", "cards")


@pytest.mark.parametrize("other", [{"held_by": "swish", "rail": "swish"}, {"rail": "swish"}, {"currency": "EUR"}])
def test_a_captured_payment_is_of_the_accounts_rail_and_currency(other: dict[str, str]) -> None:
    book = Book().given(keeping("EUR"), declare_provider_account())
    book.when(captured(**other)).refused("provider_account_differs")


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "provider_account_differs": ((declare_provider_account(rail="swish"),), captured()),
    "receipt_unknown": ((), allocate("r2", "i1")),
}
