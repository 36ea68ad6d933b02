"""Reminders: once a level, when due, and only where the book is sure that the patient still owes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.fact import NewFact
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.item_facts import ReminderSent, ReminderSuppressed, Suppression
from tests.kit.book import Ask, Book, Raised, on
from tests.kit.care import (
    DUE,
    allocate,
    approve_write_off,
    credit,
    hold,
    invoice,
    lift,
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
    return open_clinic().given(invoice("i1", line(1, 500_00), payers={"p1": 250_00, "r1": 250_00}))


def sent(balance_minor: int = 250_00, level: int = 0, bank_loaded_through: date = DUE) -> ReminderSent:
    return ReminderSent(
        level=level,
        channel="letter",
        addressed_to="p1",
        balance_minor=balance_minor,
        waiting_minor=0,
        asked_minor=balance_minor,
        money=(),
        currency="SEK",
        due_on=DUE,
        ledger_position=42,
        bank_loaded_through=bank_loaded_through,
    )


def suppressed(why: Suppression, on: date = DUE) -> ReminderSuppressed:
    return ReminderSuppressed(level=0, on=on, why=why)


def test_a_reminder_on_the_due_date_carries_what_the_book_knew() -> None:
    book = billed().when(remind("i1")).then(NewFact("item-i1.1", sent()))
    assert book.balances()["ar_patient"] == 250_00


def test_it_is_sent_once_a_level() -> None:
    book = billed().given(remind("i1"))
    book.when(remind("i1")).nothing_new()
    book.when(remind("i1", LATER, LATER)).nothing_new()
    book.when(remind("i1", level=1)).then(sent(level=1))


def test_it_asks_for_what_is_open_and_no_more() -> None:
    billed().given(receipt("r", 100_00), allocate("r", "i1")).when(remind("i1")).then(sent(150_00))


@pytest.mark.parametrize(("paid", "asked"), [(249_00, None), (248_99, 1_01)])
def test_nobody_is_reminded_of_a_small_difference_that_is_left(paid: int, asked: int | None) -> None:
    book = billed().given(receipt("r", paid), allocate("r", "i1"))
    book.when(remind("i1")).then(suppressed("small_rest") if asked is None else sent(asked))


def test_a_small_rest_waits_for_no_bank_file_and_gives_way_to_a_hold() -> None:
    book = billed().given(receipt("r", 249_50), allocate("r", "i1"))
    book.when(remind("i1", loaded_through=None)).then(suppressed("small_rest"))
    book.given(on(DUE, hold("i1"))).when(remind("i1")).then(suppressed("held"))


def test_a_small_rest_of_a_credit_note_is_not_asked_for() -> None:
    part = LineToCredit(line_id=1, amount_minor=249_50)
    billed().given(credit("c", "i1", part, item="i1.1")).when(remind("i1")).then(suppressed("small_rest"))


def test_an_invoice_that_was_small_from_the_beginning_is_asked_for() -> None:
    book = open_clinic().given(invoice("i1", line(1, 1_00), payers={"p1": 1_00}))
    book.when(remind("i1")).then(sent(1_00))


SETTLED: dict[str, tuple[Ask, ...]] = {
    "paid": (receipt("r", 250_00), allocate("r", "i1")),
    "credited": (credit("c", "i1"),),
    "written off": (request_write_off("w", "i1"), approve_write_off("w")),
}


@pytest.mark.parametrize("settled", SETTLED.values(), ids=SETTLED)
def test_nobody_is_reminded_of_what_is_not_open(settled: tuple[Ask, ...]) -> None:
    billed().given(*settled).when(remind("i1")).then(NewFact("item-i1.1", suppressed("paid")))


@pytest.mark.parametrize("loaded_through", [None, DUE - timedelta(days=1)])
def test_nobody_is_reminded_before_the_bank_is_loaded_through_that_day(loaded_through: date | None) -> None:
    book = billed().when(remind("i1", loaded_through=loaded_through)).then(suppressed("bank_not_loaded"))
    book.when(remind("i1")).then(sent())


def test_nobody_is_reminded_while_the_bank_contradicts_the_book() -> None:
    book = billed().when(remind("i1", bank_differs=True)).then(suppressed("bank_differs"))
    book.when(remind("i1")).then(sent())


def test_a_day_that_is_loaded_for_the_due_date_is_stale_for_the_day_after() -> None:
    billed().when(remind("i1", LATER, DUE)).then(suppressed("bank_not_loaded", on=LATER))


@pytest.mark.parametrize("paid", [False, True])
def test_a_region_is_never_reminded(paid: bool) -> None:
    book = billed()
    if paid:
        book.given(credit("c", "i1"))
    book.when(remind("i1.2")).then(NewFact("item-i1.2", suppressed("not_a_patient")))


def test_a_guardian_is_reminded() -> None:
    book = open_clinic().given(open_account("g1", "guardian"), invoice("i2", payers={"g1": 250_00}))
    assert isinstance(book.do(remind("i2"))[0].fact, ReminderSent)


def test_a_suppressed_reminder_is_recorded_once_a_day() -> None:
    book = billed().given(remind("i1", loaded_through=None))
    book.when(remind("i1", loaded_through=None)).nothing_new()
    book.when(remind("i1", LATER, None)).then(suppressed("bank_not_loaded", on=LATER))


def test_the_newest_reason_of_a_day_is_recorded() -> None:
    book = billed().given(remind("i1", loaded_through=None), on(DUE, hold("i1")))
    book.when(remind("i1")).then(suppressed("held"))
    book.when(remind("i1")).nothing_new()
    book.given(on(DUE, lift("i1"))).when(remind("i1", bank_differs=True)).then(suppressed("bank_differs"))
    book.when(remind("i1", loaded_through=None)).then(suppressed("bank_not_loaded"))
    book.when(remind("i1")).then(sent())


def test_an_item_open_again_is_reminded_if_it_never_was() -> None:
    book = billed().given(receipt("r", 250_00), allocate("r", "i1"), remind("i1"), reverse("r"))
    book.when(remind("i1")).then(sent())


# The last day of a hold of 10 days from the due date on.
LAST = DUE + timedelta(days=10)


@pytest.mark.parametrize(
    ("day", "held"),
    [(DUE, True), (LAST - timedelta(days=1), True), (LAST, True), (LAST + timedelta(days=1), False)],
)
def test_nobody_is_reminded_while_a_hold_lasts_through_its_last_day_and_not_after(day: date, held: bool) -> None:
    book = billed().given(on(DUE, hold("i1", until=LAST)))
    book.when(remind("i1", day, day)).then(suppressed("held", on=day) if held else sent(bank_loaded_through=day))


def test_a_hold_without_an_end_lasts_until_it_is_lifted() -> None:
    later = DUE + timedelta(days=900)
    book = billed().given(on(DUE, hold("i1")))
    book.when(remind("i1", later, later)).then(suppressed("held", on=later))
    book.given(on(later, lift("i1"))).when(remind("i1", later, later)).then(sent(bank_loaded_through=later))


def test_of_several_holds_each_suppresses() -> None:
    book = billed().given(on(DUE, hold("i1", until=LAST)), on(DUE, hold("i1", hold_id="g")))
    book.given(on(DUE, lift("i1"))).when(remind("i1")).then(suppressed("held"))
    book.given(on(DUE, lift("i1", "g"))).when(remind("i1")).then(sent())


def test_a_hold_is_of_one_item() -> None:
    book = open_clinic().given(invoice("i1"), invoice("i2"), on(DUE, hold("i1")))
    book.when(remind("i2")).then(NewFact("item-i2.1", sent()))


@pytest.mark.parametrize(
    ("settled", "through", "why"), [(True, DUE, "paid"), (False, DUE, "held"), (False, None, "held")]
)
def test_of_several_reasons_this_one_is_recorded(settled: bool, through: date | None, why: Suppression) -> None:
    book = billed().given(on(DUE, hold("i1")), on(DUE, hold("i1.2")))
    if settled:
        book.given(receipt("r", 250_00), allocate("r", "i1"))
    book.when(remind("i1", loaded_through=through)).then(suppressed(why))
    book.when(remind("i1.2")).then(suppressed("not_a_patient"))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (remind("i1", file_half_loaded=True), "file_half_loaded"),
        (remind("i1", facts_set_aside=True), "facts_set_aside"),
        (remind("i1", DUE - timedelta(days=1)), "item_not_due"),
        (remind("none"), "item_unknown"),
        (remind("i1.3"), "item_unknown"),
        (remind("i/1"), "id_malformed"),
    ],
)
def test_what_cannot_be_reminded_of_is_refused(wrong: Ask, code: str) -> None:
    billed().when(wrong).refused(code)


# Each refusal of its own, raised in a clinic where p1 owes 250.00 on i1 and receipt r has brought in 100.00.
RAISED: Raised = {
    "facts_set_aside": ((), remind("i1", facts_set_aside=True)),
    "file_half_loaded": ((), remind("i1", file_half_loaded=True)),
    "item_not_due": ((), remind("i1", date(2024, 7, 2))),
}
