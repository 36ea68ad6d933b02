"""Reminders: once a level, when due, and only where the book is sure that the patient still owes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.fact import Command, NewFact
from ledger.domain.reminder import ReminderSent, ReminderSuppressed, Suppression
from tests.kit.book import Book
from tests.kit.care import (
    DUE,
    allocate,
    approve_write_off,
    credit,
    invoice,
    line,
    open_account,
    open_clinic,
    receipt,
    remind,
    request_write_off,
    reverse,
)

LATER = DUE + timedelta(days=1)


def billed() -> Book:
    """An invoice of 500.00, half the patient's and half the region's, due on 3 July."""
    return open_clinic().given(invoice("i1", line(1, 500_00), shares={"p1": 250_00, "r1": 250_00}))


def sent(balance_minor: int = 250_00, level: int = 0) -> ReminderSent:
    return ReminderSent(
        account_id="p1",
        share=1,
        level=level,
        channel="letter",
        balance_minor=balance_minor,
        currency="SEK",
        due_on=DUE,
        ledger_position=42,
        bank_loaded_through=DUE,
    )


def suppressed(why: Suppression, account_id: str = "p1", share: int = 1, on: date = DUE) -> ReminderSuppressed:
    return ReminderSuppressed(account_id=account_id, share=share, level=0, on=on, why=why)


def test_a_reminder_on_the_due_date_carries_what_the_book_knew() -> None:
    book = billed().when(remind("i1")).then(NewFact("invoice-i1", sent()))
    assert book.balances()["ar_patient"] == 250_00


def test_it_is_sent_once_a_level() -> None:
    book = billed().given(remind("i1"))
    book.when(remind("i1")).nothing_new()
    book.when(remind("i1", LATER, LATER)).nothing_new()
    book.when(remind("i1", level=1)).then(sent(level=1))


def test_it_asks_for_what_is_open_and_no_more() -> None:
    billed().given(receipt("r", 100_00), allocate("r", "i1")).when(remind("i1")).then(sent(150_00))


SETTLED: dict[str, tuple[Command, ...]] = {
    "paid": (receipt("r", 250_00), allocate("r", "i1")),
    "credited": (credit("c", "i1", accounts=("p1", "r1")),),
    "written off": (request_write_off("w", "i1"), approve_write_off("w", "i1")),
}


@pytest.mark.parametrize("settled", SETTLED.values(), ids=SETTLED)
def test_nobody_is_reminded_of_what_is_not_open(settled: tuple[Command, ...]) -> None:
    billed().given(*settled).when(remind("i1")).then(NewFact("invoice-i1", suppressed("PAID")))


@pytest.mark.parametrize("loaded_through", [None, DUE - timedelta(days=1)])
def test_nobody_is_reminded_before_the_bank_is_loaded_through_that_day(loaded_through: date | None) -> None:
    book = billed().when(remind("i1", loaded_through=loaded_through)).then(suppressed("STALE_FEED"))
    book.when(remind("i1")).then(sent())


def test_a_day_that_is_loaded_for_the_due_date_is_stale_for_the_day_after() -> None:
    billed().when(remind("i1", LATER, DUE)).then(suppressed("STALE_FEED", on=LATER))


@pytest.mark.parametrize("paid", [False, True])
def test_a_region_is_never_reminded(paid: bool) -> None:
    book = billed()
    if paid:
        book.given(credit("c", "i1", accounts=("p1", "r1")))
    book.when(remind("i1", share=2)).then(suppressed("NOT_PATIENT", "r1", 2))


def test_a_guardian_is_reminded() -> None:
    book = open_clinic().given(open_account("g1", "guardian"), invoice("i2", shares={"g1": 250_00}))
    assert isinstance(book.do(remind("i2"))[0].fact, ReminderSent)


def test_a_suppressed_reminder_is_recorded_once_a_day() -> None:
    book = billed().given(remind("i1", loaded_through=None))
    book.when(remind("i1", loaded_through=None)).nothing_new()
    book.when(remind("i1", LATER, None)).then(suppressed("STALE_FEED", on=LATER))


def test_an_item_open_again_is_reminded_if_it_never_was() -> None:
    book = billed().given(receipt("r", 250_00), allocate("r", "i1"), remind("i1"), reverse("r", "i1"))
    book.when(remind("i1")).then(sent())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (remind("i1", loading_incomplete=True), "loading_incomplete"),
        (remind("i1", DUE - timedelta(days=1)), "not_due"),
        (remind("none"), "invoice_unknown"),
        (remind("i1", share=3), "share_unknown"),
        (remind("i/1"), "id_malformed"),
    ],
)
def test_what_cannot_be_reminded_of_is_refused(wrong: Command, code: str) -> None:
    billed().when(wrong).refused(code)
