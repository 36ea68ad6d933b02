"""Money that waits: nobody is reminded of what the payer's credit or unallocated receipts cover, nor of that part."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.dunning.waiting_money import MayPay
from ledger.domain.receivables.item_facts import MoneyWaiting, ReminderSent, ReminderSuppressed
from tests.kit.book import DAY, Ask, Book
from tests.kit.care import (
    BOOKED,
    allocate,
    approve_refund,
    invoice,
    mark,
    open_account,
    open_clinic,
    receipt,
    remind,
    request_refund,
)

CREDIT = "account-p1"
SEND = SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="E2E-f")
R = "receipt-r"


def billed(*given: Ask) -> Book:
    """p1 owes 250.00 on i1."""
    return open_clinic().given(invoice("i1"), *given)


def with_credit(amount_minor: int) -> Book:
    """The same, and p1 has customer credit because another invoice was paid twice."""
    return billed(invoice("i0"), receipt("over", 250_00 + amount_minor), allocate("over", "i0", rest_to="p1"))


def named(*documents: str, kept: int = 0) -> tuple[MayPay, ...]:
    """The documents whose money may be for the item."""
    return tuple(MayPay(document, kept) for document in documents)


def reminded(book: Book, *documents: str, kept: int = 0) -> int | tuple[MoneyWaiting, ...]:
    """What p1 is asked for on i1, or the money that waits if nothing is."""
    (new,) = book.do(remind("i1", money=named(*documents, kept=kept)))
    if isinstance(new.fact, ReminderSent):
        assert new.fact.balance_minor == new.fact.waiting_minor + new.fact.asked_minor == 250_00
        assert new.fact.waiting_minor == sum(one.amount_minor for one in new.fact.money)
        return new.fact.asked_minor
    assert isinstance(new.fact, ReminderSuppressed)
    assert new.fact.why == "money_waits"
    return new.fact.money


def money(document: str, amount_minor: int, since: date = BOOKED) -> MoneyWaiting:
    """An amount of a document that waits since it was booked."""
    return MoneyWaiting(document=document, amount_minor=amount_minor, since_on=since)


def test_customer_credit_counts_even_if_nobody_names_it() -> None:
    assert reminded(with_credit(250_00)) == (money(CREDIT, 250_00),)


def test_of_a_part_only_the_rest_is_asked_for() -> None:
    assert reminded(with_credit(100_00)) == 150_00


@pytest.mark.parametrize(("credit", "asked"), [(249_00, None), (248_99, 1_01)])
def test_a_small_difference_is_not_asked_for(credit: int, asked: int | None) -> None:
    assert reminded(with_credit(credit)) == (asked if asked is not None else (money(CREDIT, credit),))


def test_what_a_refund_reserves_is_still_with_us() -> None:
    assert reminded(with_credit(250_00).given(request_refund("f", 200_00))) == (money(CREDIT, 250_00),)


def test_an_approved_refund_is_with_us_until_it_is_sent() -> None:
    book = with_credit(250_00).given(request_refund("f", 200_00), approve_refund("f"))
    assert reminded(book, "refund-f") == (money("refund-f", 200_00, DAY), money(CREDIT, 50_00))
    assert reminded(book.given(SEND), "refund-f") == 200_00


def test_a_refund_in_another_currency_or_to_another_payer_does_not_count() -> None:
    euro = (receipt("e", 250_00, currency="EUR"), allocate("e", rest_to="p1"))
    asked = request_refund("f", 250_00, currency="EUR")
    assert reminded(billed(*euro, asked, approve_refund("f")), "refund-f") == 250_00
    others = (open_account("p2"), receipt("o", 250_00), allocate("o", rest_to="p2"))
    asked = request_refund("f", 250_00, account_id="p2")
    assert reminded(billed(*others, asked, approve_refund("f")), "refund-f") == 250_00


def test_an_unallocated_receipt_counts_if_it_is_named() -> None:
    assert reminded(billed(receipt("r", 250_00)), R) == (money(R, 250_00),)
    assert reminded(billed(receipt("r", 250_00))) == 250_00


def test_what_is_kept_for_another_item_does_not_count() -> None:
    assert reminded(billed(receipt("r", 300_00)), R, kept=100_00) == 50_00
    assert reminded(billed(receipt("r", 300_00)), R, kept=400_00) == 250_00
    assert reminded(with_credit(250_00), CREDIT, kept=250_00) == 250_00


def test_documents_pay_in_their_order_and_no_more_than_is_open() -> None:
    book = with_credit(200_00).given(receipt("r", 100_00))
    assert reminded(book, R) == (money(R, 100_00), money(CREDIT, 150_00))


def test_what_a_receipt_has_now_counts_and_not_what_it_had() -> None:
    book = billed(invoice("i0"), receipt("r", 250_00), allocate("r", "i0"))
    assert reminded(book, R) == 250_00


def test_money_in_another_currency_does_not_count() -> None:
    assert reminded(billed(receipt("r", 250_00, currency="EUR")), R) == 250_00


def test_money_of_somebody_else_does_not_count() -> None:
    book = billed(open_account("p2"), receipt("r", 250_00), IdentifyReceipt(receipt_id="r", account_id="p2"))
    assert reminded(book, R) == 250_00
    assert reminded(with_credit(250_00), "account-p2", CREDIT) == (money(CREDIT, 250_00),)


def test_money_of_the_guardian_who_gets_the_letter_counts() -> None:
    book = billed(open_account("g1", "guardian"), mark("p1", "minor", "g1"), receipt("r", 250_00))
    book.given(IdentifyReceipt(receipt_id="r", account_id="g1"))
    assert reminded(book, R) == (money(R, 250_00),)


def test_a_document_that_is_none_is_refused() -> None:
    billed().when(remind("i1", money=named("receipt"))).refused("id_malformed")
