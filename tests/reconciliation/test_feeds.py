"""Several feeds of one account on real books: the general ledger, matching, reports and reminders."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.domain.bank.alias import Alias
from ledger.domain.cash.receipt_reclassification import ReclassifyReceipt
from ledger.domain.cash.reclassification import ReclassifyAsReceipt, ReclassifyMovement
from ledger.domain.cash.reversal import ReverseAllocation
from reconciliation.reminder_run import remind_due
from reconciliation.statements.camt.writer import CamtDetail, CamtEntry, CamtReference
from tests.kit.care import declare_bank_account
from tests.kit.clinic import ACCOUNT, DAY, ISSUED, PRICE, Clinic, reference_of
from tests.kit.giro import BANKGIRO, FEE, Paid, deposit, lump, notification, stated

ONE, TWO, THREE = Paid(0, PRICE), Paid(1, PRICE), Paid(2, 90_00, quoted=False)


@pytest.fixture
def giro(clinic: Clinic) -> Clinic:
    """A clinic whose account is paid by its bankgiro; its statements have only the lumps."""
    numbers = (Alias(ACCOUNT, "bban"), Alias(BANKGIRO, "bankgiro"))
    account = declare_bank_account(ACCOUNT, "camt.053", "bgmax", "camt.054", aliases=numbers)
    clinic.do(account)
    return clinic


def balances(clinic: Clinic) -> dict[str, int]:
    """The general ledger by role."""
    rows = clinic.books.report("trial-balance", DAY).table.to_pylist()
    return {row["role"]: row["debit_minor"] - row["credit_minor"] for row in rows}


def row_of(clinic: Clinic) -> dict[str, Any]:
    """The account in the report `bank`."""
    (row,) = clinic.books.report("bank", DAY).table.to_pylist()
    return row


def test_the_account_has_what_the_statement_says_and_each_payment_pays_its_invoice_once(giro: Clinic):
    files = [deposit([ONE]), notification([ONE, TWO, THREE]), stated(lump(2 * PRICE + 90_00), FEE)]
    giro.load(*files)
    giro.load(*files[::-1])

    found = balances(giro)
    assert found["bank"] == 2 * PRICE + 90_00 - 15_00
    assert (found["bank_details"], found["unallocated"], found["bank_fees"]) == (0, -90_00, 15_00)
    assert giro.count("ReceiptRecorded") == 3
    assert giro.count("ReceiptAllocated") == 2
    assert (row_of(giro)["difference_minor"], row_of(giro)["details_minor"]) == (0, 0)
    assert giro.books.report("tie-out", DAY).complete


def test_a_lump_waits_for_its_details_and_nobody_is_reminded_meanwhile(giro: Clinic):
    due = ISSUED + timedelta(days=30)
    giro.load(stated(lump(2 * PRICE), on=due), on=due)
    assert giro.count("ReceiptRecorded") == 0
    done = remind_due(giro.books, giro.desk, due, giro.at, "job:reminders")
    assert (done.sent, list(done.differing)) == (0, [ACCOUNT])

    later = due + timedelta(days=1)
    giro.load(deposit([ONE, TWO], on=due), stated(FEE, message="S2", opening_minor=2 * PRICE, on=later), on=later)
    done = remind_due(giro.books, giro.desk, later, giro.at + timedelta(days=1), "job:reminders")
    assert (done.sent, list(done.differing)) == (3, [])


def test_the_cut_over_shows_by_day_which_files_have_which_payments(giro: Clinic):
    giro.load(deposit([ONE, TWO]))
    before = giro.books.store.position()
    giro.load(notification([TWO, THREE]), stated(lump(2 * PRICE + 90_00 + 5_00)))

    report = giro.books.report("cut-over", DAY)
    rows = [
        (row["what"], row["seen_in"], row["payments"], row["amount_minor"], row["difference_minor"])
        for row in report.table.to_pylist()
    ]
    assert rows == [
        ("payments", "bgmax", 1, PRICE, None),
        ("payments", "bgmax + camt.054", 1, PRICE, None),
        ("payments", "camt.054", 1, 90_00, None),
        ("day", None, 3, 2 * PRICE + 90_00, 5_00),
    ]
    assert [(one.book_minor, one.shown_minor) for one in report.controls] == [(2 * PRICE + 95_00, 2 * PRICE + 90_00)]
    assert not report.tied
    earlier = giro.books.report("cut-over", DAY, known_at=before).table.to_pylist()
    assert [(row["seen_in"], row["payments"], row["statement_minor"]) for row in earlier] == [
        ("bgmax", 2, None),
        (None, 2, None),
    ]


def test_a_payment_that_a_statement_shows_in_detail_is_not_booked_again_from_a_notification(giro: Clinic):
    giro.load(stated(CamtEntry(PRICE, DAY, DAY, "A1", [CamtDetail(PRICE, counterparty="Payer 0")])))
    assert giro.count("ReceiptAllocated") == 0

    giro.load(notification([Paid(0, PRICE)], names="Payer"))
    # The notification names the reference that the statement did not have, so the booked receipt pays the invoice.
    assert (giro.count("ReceiptRecorded"), giro.count("ReceiptAllocated")) == (1, 1)
    (day,) = [row for row in giro.books.report("cut-over", DAY).table.to_pylist() if row["what"] == "day"]
    assert (day["payments"], day["statement_minor"], day["difference_minor"]) == (1, PRICE, 0)


def test_a_file_half_loaded_decides_the_same_when_it_is_loaded_further(giro: Clinic):
    giro.load(deposit([ONE]))
    giro.load(notification([ONE, TWO, THREE]), chunk=1)
    giro.load(stated(lump(PRICE), CamtEntry(PRICE + 90_00, DAY, DAY, "L2")), chunk=1)
    assert giro.count("ReceiptRecorded") == 3
    assert balances(giro)["bank_details"] == 0


def test_a_debit_that_both_show_is_booked_once(giro: Clinic):
    debit = CamtEntry(-40_00, DAY, DAY, "D1", [CamtDetail(-40_00, references=[CamtReference(reference_of(9))])])
    giro.load(notification([], entries=[debit]), stated(debit))
    assert (balances(giro)["bank"], balances(giro)["bank_details"], balances(giro)["bank_suspense"]) == (
        -40_00,
        0,
        40_00,
    )


def test_a_sum_that_was_taken_for_a_payment_is_given_up_when_its_payments_come(clinic: Clinic):
    numbers = (Alias(ACCOUNT, "bban"), Alias(BANKGIRO, "bankgiro"))
    clinic.do(declare_bank_account(ACCOUNT, "camt.053", aliases=numbers))
    clinic.load(stated(lump(2 * PRICE)))
    # Nobody has said that files with details would come, so the sum is a payment of somebody unknown.
    assert balances(clinic)["unallocated"] == -2 * PRICE

    clinic.load(deposit([ONE, TWO]))
    found = balances(clinic)
    assert (found["bank"], found["bank_details"], found["unallocated"]) == (2 * PRICE, 0, 0)
    assert clinic.count("ReceiptAllocated") == 2
    (day,) = [row for row in clinic.books.report("cut-over", DAY).table.to_pylist() if row["what"] == "day"]
    assert (day["payments"], day["statement_minor"], day["difference_minor"]) == (2, 2 * PRICE, 0)
    clinic.load(stated(lump(2 * PRICE), message="again"), deposit([ONE, TWO], created=17))
    assert clinic.count("ReceiptRecorded") == 3
    assert balances(clinic)["bank"] == 2 * PRICE


@pytest.mark.parametrize("iban", ["SE4550000000058398257466", "58398257466"])
def test_a_giro_apart_from_the_account_that_gets_its_money_is_refused(clinic: Clinic, iban: str):
    clinic.do(declare_bank_account(iban, "camt.053", ledger_account="1931"))
    (judged,) = clinic.load(deposit([ONE], account="58398257466"), declare=True)
    (reason,) = judged.refusals
    assert reason.code == "giro_declared_apart"
    assert "`reskontra bank-account opening`" in reason.sentence
    assert clinic.count("ReceiptRecorded", "FileIngested") == 0

    numbers = (Alias(iban, "bban"), Alias(BANKGIRO, "bankgiro"))
    clinic.do(declare_bank_account(iban, "camt.053", ledger_account="1931", aliases=numbers))
    (judged,) = clinic.load(deposit([ONE], account="58398257466"))
    assert not judged.refusals


def test_a_sum_that_a_person_explains_is_missing_no_more(giro: Clinic):
    giro.load(stated(lump(PRICE)))
    (lumped,) = giro.facts("MovementClassified")
    before = giro.books.store.position()
    giro.do(ReclassifyMovement(part_id=lumped.part_id, role="suppliers", reason_code="THEIRS"))
    giro.books.follow()
    assert row_of(giro)["details_minor"] == 0
    assert not giro.books.report("cut-over", DAY).table.num_rows
    (day,) = giro.books.report("cut-over", DAY, known_at=before).table.to_pylist()
    assert (day["what"], day["amount_minor"], day["difference_minor"]) == ("day", 0, PRICE)


def test_a_cut_over_pinned_to_a_position_is_the_same_after_more_facts(clinic: Clinic):
    numbers = (Alias(ACCOUNT, "bban"), Alias(BANKGIRO, "bankgiro"))
    clinic.do(declare_bank_account(ACCOUNT, "camt.053", aliases=numbers))
    clinic.load(stated(lump(2 * PRICE)))
    clinic.load(deposit([ONE, TWO]))
    parts = [CamtDetail(PRICE - 5_00), CamtDetail(5_00)]
    unexplained = CamtEntry(PRICE + 5_00, DAY, DAY, "R1", parts)
    clinic.load(notification([], entries=[unexplained]))
    before = clinic.books.store.position()
    rows = clinic.books.report("cut-over", DAY).table.to_pylist()

    (taken,) = [one.receipt_id for one in clinic.facts("ReceiptRecorded") if not one.payment.in_detail]
    (rest,) = [one.part_id for one in clinic.facts("MovementClassified") if one.line.in_detail]
    clinic.do(ReclassifyReceipt(receipt_id=taken, role="bank_details", reason_code="WRONG", back=True))
    clinic.do(ReclassifyAsReceipt(part_id=rest, rail="bankgiro", reason_code="ASKED"))
    clinic.books.follow()
    now = clinic.books.report("cut-over", DAY).table.to_pylist()
    assert [row["statement_minor"] for row in (rows[-1], now[-1])] == [2 * PRICE, 0]
    assert [(row["payments"], row["amount_minor"]) for row in (rows[-1], now[-1])] == [(5, 3 * PRICE + 5_00)] * 2
    assert clinic.books.report("cut-over", DAY, known_at=before).table.to_pylist() == rows


def test_a_notification_without_payments_and_days_books_nothing(giro: Clinic):
    giro.load(stated(lump(PRICE)))
    nothing = re.sub(rb"<FrToDt>.*?</FrToDt>", b"", notification([]))
    (judged,) = giro.load(nothing)
    assert judged.entries == 0
    assert balances(giro)["bank"] == PRICE


def test_an_excess_of_one_day_hides_no_sum_that_waits_on_another(giro: Clinic):
    due, later = ISSUED + timedelta(days=30), ISSUED + timedelta(days=31)
    giro.load(deposit([ONE, TWO], on=due), stated(lump(PRICE), on=due), on=due)
    giro.load(stated(lump(PRICE), message="S2", opening_minor=PRICE, on=later), on=later)
    rows = giro.books.report("bank", later).table.to_pylist()
    assert [(row["what"], row["through_on"], row["details_minor"]) for row in rows] == [
        ("account", later, 0),
        ("excess", due, PRICE),
        ("waiting", later, -PRICE),
    ]
    assert not giro.books.report("cut-over", later).tied
    done = remind_due(giro.books, giro.desk, later, giro.at, "job:reminders")
    assert (done.sent, list(done.differing)) == (0, [ACCOUNT])


def test_a_payment_that_no_statement_has_is_withdrawn_on_its_own_day(giro: Clinic):
    giro.load(deposit([ONE, TWO]), stated(lump(PRICE)))
    second = giro.facts("ReceiptAllocated")[1].allocation_id
    giro.do(ReverseAllocation(allocation_id=second, receipt_id=second), on=DAY + timedelta(days=5))
    before = giro.books.store.position()
    withdraw = ReclassifyReceipt(receipt_id=second, role="bank_details", reason_code="TWICE")
    giro.do(withdraw, on=DAY + timedelta(days=5))
    giro.books.follow()
    later = DAY + timedelta(days=5)
    (row,) = giro.books.report("bank", later).table.to_pylist()
    assert (row["details_minor"], row["ledger_minor"]) == (0, PRICE)
    report = giro.books.report("cut-over", later)
    days = [one for one in report.table.to_pylist() if one["what"] == "day"]
    shown = [(one["booked_on"], one["payments"], one["amount_minor"], one["statement_minor"]) for one in days]
    assert (shown, report.tied) == ([(DAY, 1, PRICE, PRICE)], True)
    # As of the days before, and as it was known before, nothing was withdrawn.
    assert [row["details_minor"] for row in giro.books.report("bank", DAY).table.to_pylist()] == [PRICE, PRICE]
    assert not giro.books.report("cut-over", later, known_at=before).tied
    # A part of it is withdrawn.
    giro.do(replace(withdraw, back=True), replace(withdraw, amount_minor=50_00), on=later)
    giro.books.follow()
    (day,) = [one for one in giro.books.report("cut-over", later).table.to_pylist() if one["what"] == "day"]
    assert (day["payments"], day["amount_minor"], day["difference_minor"]) == (2, 2 * PRICE - 50_00, 50_00 - PRICE)
