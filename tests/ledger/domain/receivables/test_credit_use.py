"""What an account owes of money that was paid out is paid by customer credit, whichever way the credit arises."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ledger.domain.bank.movement import ClassifyMovement
from ledger.domain.cash.customer_credit import ReleaseCredit
from ledger.domain.cash.recall import RecallReceipt
from ledger.domain.cash.refund import RejectRefund
from ledger.domain.receivables.account import Account
from ledger.domain.receivables.item import Item
from tests.kit.book import Ask, Book, by
from tests.kit.care import allocate, credit, invoice, receipt, request_refund
from tests.ledger.domain.cash.test_refund import CANCEL, SEND
from tests.ledger.domain.cash.test_refund_movement import approved, line

TO_CREDIT: tuple[Ask, ...] = (receipt("s", 100_00), allocate("s", rest_to="p1"))
# A person has let go of the credit that pays the item, for a refund.
ASKED_AGAIN: tuple[Ask, ...] = (
    *TO_CREDIT,
    ReleaseCredit(allocation_id="p1.recall1.0", account_id="p1"),
    request_refund("g", 100_00),
)


def owing() -> Book:
    """Of 100.00 credit 60.00 were paid out, and then the bank took the whole payment back: p1 owes 60.00."""
    debit = ClassifyMovement(
        part_id="debit",
        line=replace(line("debit", -100_00).line, line_key="line-debit"),
        role="bank_suspense",
        rule="recall_unexplained",
    )
    return approved().given(SEND, debit, RecallReceipt(receipt_id="r", part_id="debit", reason_code="AC06"))


@pytest.mark.parametrize(
    ("then", "left", "free"),
    [
        (TO_CREDIT, 0, 40_00),
        ((receipt("s", 50_00), allocate("s", rest_to="p1")), 10_00, 0),
        ((invoice("i"), receipt("s", 250_00), allocate("s", "i"), credit("c", "i")), 0, 190_00),
        ((invoice("i"), receipt("s", 300_00), allocate("s", "i", rest_to="p1"), credit("c", "i")), 0, 240_00),
        ((*ASKED_AGAIN, replace(CANCEL, refund_id="g")), 0, 40_00),
        ((*ASKED_AGAIN, by("bo", RejectRefund(refund_id="g", reason_code="NOT_OWED"))), 0, 40_00),
    ],
)
def test_credit_that_arises_pays_what_the_account_owes_of_money_paid_out(
    then: tuple[Ask, ...], left: int, free: int
) -> None:
    book = owing()
    assert book.balances()["ar_patient"] == 60_00
    book.given(*then)
    item, account = book.states["item-p1.recall1"], book.states["account-p1"]
    assert isinstance(item, Item)
    assert isinstance(account, Account)
    assert (item.open_minor, account.free_in("SEK").latest) == (left, free)
    assert not account.free_in("SEK").lacking


def test_an_allocation_without_a_rest_leaves_the_item_open() -> None:
    book = owing().given(invoice("i"), receipt("s", 250_00), allocate("s", "i"))
    assert book.balances()["ar_patient"] == 60_00
