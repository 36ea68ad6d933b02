"""Statements on real books that come again with something changed, or that contradict what is booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciliation.reminder_run import remind_due
from reconciliation.statements.camt.writer import CamtEntry
from tests.kit.clinic import ACCOUNT, DAY, ISSUED, PRICE, Clinic, paid, reference_of, statement

DUE = ISSUED + timedelta(days=30)
FIRST = [paid(PRICE, reference_of(0), "b1", name="Åsa"), paid(PRICE, reference_of(1), "b2")]


def bank_of(clinic: Clinic) -> dict[str, int]:
    rows = clinic.books.report("trial-balance", DAY).table.to_pylist()
    return {row["role"]: row["balance_minor"] for row in rows}


@pytest.mark.parametrize("chunk", [1, 2000])
def test_money_that_comes_again_in_another_guise_is_booked_and_matched_once(clinic: Clinic, chunk: int):
    clinic.load(statement(FIRST), chunk=chunk)
    renamed = [replace(one, bank_ref=f"x{number}") for number, one in enumerate(FIRST)]
    clinic.load(statement([*renamed, paid(50_00, None, "b3")]), chunk=chunk)

    assert clinic.count("ReceiptRecorded") == 3
    assert bank_of(clinic)["bank"] == 2 * PRICE + 50_00
    # The evening's statement is newer, but the morning's is loaded: three lines, two of them seen before.
    assert [fact.loaded.seen_before for fact in clinic.facts("FileCompleted")] == [0, 2]
    kept = clinic.facts("ReceiptRecorded")[2].payment
    assert (kept.statement_no, kept.bank_id_key is None) == (1, False)


@pytest.fixture
def contradicted(clinic: Clinic) -> Clinic:
    """A clinic in whose books a statement put 500.00, which comes again with other amounts."""
    clinic.load(statement(FIRST))
    other: list[CamtEntry] = [paid(100_00, reference_of(0), "y1"), paid(430_00, reference_of(1), "y2")]
    clinic.load(statement(other))
    return clinic


def test_what_contradicts_the_book_is_one_amount_of_nobody_and_waits_for_a_person(contradicted: Clinic):
    balances = bank_of(contradicted)
    assert (balances["bank"], balances["bank_difference"]) == (530_00, -30_00)
    assert contradicted.count("ReceiptRecorded") == 2
    codes = [review["code"] for review in contradicted.desk.reviews()]
    assert sorted(codes) == ["line_contradicted", "line_contradicted", "statement_contradicts_book"]
    assert contradicted.books.report("tie-out", DAY).complete


def test_nobody_is_reminded_while_the_difference_waits(contradicted: Clinic):
    loaded = [paid(1_00, None, "z1", on=DUE)]
    contradicted.load(statement(loaded, 530_00, "S2", on=DUE), on=DUE)
    done = remind_due(contradicted.books, contradicted.desk, DUE, contradicted.at, "job:reminders")

    assert (done.due, done.sent, done.suppressed, list(done.differing)) == (3, 0, 3, [ACCOUNT])
    assert {fact.why for fact in contradicted.facts("ReminderSuppressed")} == {"bank_differs"}


def test_the_same_money_divided_otherwise_is_shown_line_by_line(clinic: Clinic):
    clinic.load(statement(FIRST))
    clinic.load(statement([paid(2 * PRICE, None, "lump")]))

    assert bank_of(clinic)["bank"] == 2 * PRICE
    assert [review["code"] for review in clinic.desk.reviews()] == ["line_covered"]
