"""The days of an allocation: each share is paid, and the rest is customer credit, when what it depends on exists."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from tests.kit.book import Book, on
from tests.kit.care import BOOKED, allocate, invoice, open_account, open_clinic, receipt

AROSE = date(2024, 7, 20)
OPENED = date(2024, 7, 15)


def opened_later() -> Book:
    """A book with an account that was opened after a payment."""
    return open_clinic().given(on(OPENED, open_account("new")), receipt("r", 500_00))


def test_the_rest_is_no_credit_before_the_invoice_that_the_money_was_for():
    book = open_clinic().given(receipt("r", 500_00), invoice("i1", issued_on=AROSE, due_on=date(2024, 8, 20)))
    assert {new.on for new in book.decide(allocate("r", "i1", rest_to="p1"))} == {AROSE}


def test_the_rest_is_credit_from_the_booking_day_if_one_of_the_items_is_there():
    book = open_clinic().given(receipt("r", 600_00), invoice("i1"))
    book.given(invoice("later", issued_on=AROSE, due_on=date(2024, 8, 20)))
    days = {new.stream: new.on for new in book.decide(allocate("r", "i1", "later", rest_to="p1"))}
    assert (days["account-p1"], days["item-later.1"]) == (BOOKED, AROSE)


def test_an_invoice_dated_before_its_account_was_opened_has_payments_before_that():
    book = opened_later().given(invoice("early", payers={"new": 250_00}))
    days = {new.stream: new.on for new in book.decide(allocate("r", "early", rest_to="new"))}
    assert (days["item-early.1"], days["account-new"]) == (BOOKED, BOOKED)


def test_no_money_is_credit_of_an_account_before_it_was_opened():
    assert {new.on for new in opened_later().decide(allocate("r", rest_to="new"))} == {OPENED}


def test_a_person_gives_no_day_before_that_either():
    book, command = opened_later(), allocate("r", rest_to="new")
    book.when(replace(command, on=date(2024, 7, 14))).refused("day_cannot_hold")
    assert {new.on for new in book.decide(replace(command, on=OPENED))} == {OPENED}
