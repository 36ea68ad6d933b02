"""Every report on two clocks: what had happened by a day, as it was known at a position, tied out to the ledger."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from infra.postgres import Urls
from ledger.domain.bank.file import CompleteFile, IngestFile, LoadedFile, ProvenFile, StatementProven
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.cash.refund_payment import SendRefund
from ledger.domain.receivables.credit_lines import LineToCredit
from projections import Loading, ReadTablesReadOnly, Report, open_books
from tests.kit.care import (
    allocate,
    approve_refund,
    approve_write_off,
    credit,
    declare_bank_account,
    invoice,
    receipt,
    request_refund,
    request_write_off,
    reverse,
)
from tests.kit.clinic import Clinic

VISIT, DUE, PAID = date(2024, 6, 3), date(2024, 7, 3), date(2024, 7, 10)


def total(report: Report, currency: str = "SEK") -> dict[str, int]:
    """What the total row of an aging shows that is not zero; a report must tie to be read."""
    assert report.tied, [control for control in report.controls if control.difference_minor]
    rows = [row for row in report.table.to_pylist() if (row["currency"], row["payer"]) == (currency, "total")]
    return {name: amount for row in rows for name, amount in row.items() if isinstance(amount, int) and amount}


def of_payer(report: Report, payer: str) -> dict[str, int]:
    (row,) = [row for row in report.table.to_pylist() if row["payer"] == payer]
    return row


def test_a_payment_after_the_day_is_not_in_the_report_of_that_day(clinic: Clinic):
    clinic.do(receipt("r", 180_00), allocate("r", "1"), on=PAID)
    before = total(clinic.books.report("aging", date(2024, 7, 9)))
    assert before == {"d1_30_minor": 250_00, "open_minor": 250_00, "total_minor": 250_00, "items": 2}
    after = total(clinic.books.report("aging", PAID))
    assert after == {"d1_30_minor": 70_00, "open_minor": 70_00, "total_minor": 70_00, "items": 1}


def test_a_payment_loaded_late_is_in_the_report_of_its_day_only_as_known_later(clinic: Clinic):
    reminded = clinic.do(receipt("other", 5_00), on=date(2024, 7, 11))
    clinic.do(receipt("r", 180_00), allocate("r", "1"), on=PAID, accounted=date(2024, 7, 12))
    then = clinic.books.report("aging", date(2024, 7, 11), known_at=reminded)
    assert (total(then)["open_minor"], then.clocks.known_at) == (250_00, reminded)
    assert total(clinic.books.report("aging", date(2024, 7, 11)))["open_minor"] == 70_00
    assert total(clinic.books.report("aging", date(2024, 7, 11), known_at=reminded)) == total(then)


def test_a_reversal_opens_the_item_again_from_its_day_on(clinic: Clinic):
    clinic.do(receipt("r", 180_00), allocate("r", "1"), on=PAID)
    clinic.do(reverse("r"), on=date(2024, 7, 15))
    assert total(clinic.books.report("aging", date(2024, 7, 14)))["open_minor"] == 70_00
    reopened = total(clinic.books.report("aging", date(2024, 7, 15)))
    assert (reopened["open_minor"], reopened["unallocated_minor"]) == (250_00, -180_00)


def test_a_payment_before_its_invoice_does_not_fall_out(clinic: Clinic):
    day = date(2024, 7, 20)
    issued_on = date(2024, 8, 1)
    clinic.do(invoice("2", issued_on=issued_on, due_on=date(2024, 9, 1)), on=day)
    clinic.do(receipt("r", 250_00, booked_on=day), allocate("r", "2"), on=day)
    early = total(clinic.books.report("aging", date(2024, 7, 25)))
    assert early == {"d1_30_minor": 250_00, "open_minor": 250_00, "unallocated_minor": -250_00, "items": 2}
    assert total(clinic.books.report("aging", date(2024, 8, 1)))["open_minor"] == 250_00


def test_money_without_a_due_date_is_in_columns_of_its_own(clinic: Clinic):
    clinic.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), receipt("s", 9_00), on=PAID)
    report = clinic.books.report("aging", PAID)
    assert total(report) == {
        "d1_30_minor": 70_00,
        "open_minor": 70_00,
        "unallocated_minor": -9_00,
        "credit_minor": -20_00,
        "total_minor": 41_00,
        "items": 1,
    }
    assert of_payer(report, "patient")["credit_minor"] == -20_00
    assert of_payer(report, "unidentified")["unallocated_minor"] == -9_00


def test_whose_a_receipt_is_holds_from_its_first_day_but_only_as_known_later(clinic: Clinic):
    unknown = clinic.do(receipt("r", 9_00), on=PAID)
    clinic.do(IdentifyReceipt(receipt_id="r", account_id="p2"), on=date(2024, 8, 1))
    assert of_payer(clinic.books.report("aging", PAID, known_at=unknown), "unidentified")["unallocated_minor"] == -9_00
    assert of_payer(clinic.books.report("aging", PAID), "patient")["unallocated_minor"] == -9_00
    assert clinic.books.report("account-statement", PAID, account="p2").table["balance_minor"].to_pylist() == [-9_00]
    assert clinic.books.report("account-statement", as_of=PAID, known_at=unknown, account="p2").table.num_rows == 0


def test_a_receipt_is_nobodys_again_once_its_allocation_is_reversed_but_only_as_known_later(clinic: Clinic):
    clinic.do(receipt("r", 9_00), on=PAID)
    known = clinic.do(allocate("r", ItemToPay("1.1", 4_00)), on=PAID)
    clinic.do(reverse("r"), on=date(2024, 8, 1))
    assert of_payer(clinic.books.report("aging", PAID), "unidentified")["unallocated_minor"] == -5_00
    assert of_payer(clinic.books.report("aging", PAID, known_at=known), "patient")["unallocated_minor"] == -5_00
    assert of_payer(clinic.books.report("aging", date(2024, 8, 1)), "unidentified")["unallocated_minor"] == -9_00


def test_the_ledger_goes_by_accounting_date_and_the_timing_line_bridges_it(clinic: Clinic):
    closing = date(2024, 6, 30)
    paid = receipt("r", 180_00, booked_on=closing)
    clinic.do(paid, allocate("r", "1"), on=closing, accounted=date(2024, 7, 15))
    clinic.do(invoice("2", issued_on=date(2024, 7, 2)), on=date(2024, 7, 2), accounted=closing)
    report = clinic.books.report("tie-out", closing)
    assert report.tied
    rows = {row["role"]: row for row in report.table.to_pylist()}
    assert rows["ar_patient"] == {
        "account": "1510",
        "role": "ar_patient",
        "confirmed": True,
        "currency": "SEK",
        "ledger_minor": 180_00 + 250_00,
        "accounted_after_minor": -180_00,
        "occurred_after_minor": 250_00,
        "expected_minor": 0,
        "shown_minor": 0,
        "difference_minor": 0,
    }


def test_the_trial_balance_of_a_day_sums_to_zero(clinic: Clinic):
    clinic.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), on=PAID, accounted=date(2024, 8, 1))
    balance = clinic.books.report("trial-balance", PAID).table.to_pylist()
    assert {row["role"]: row["balance_minor"] for row in balance} == {
        "ar_patient": 180_00,
        "ar_payer": 70_00,
        "revenue": -250_00,
    }
    later = clinic.books.report("trial-balance", date(2024, 8, 1))
    assert later.tied
    assert sum(later.table["balance_minor"].to_pylist()) == 0
    assert {row["account"]: row["balance_minor"] for row in later.table.to_pylist()}["1930"] == 200_00


def test_open_items_say_what_was_paid_credited_and_written_off_by_the_day(clinic: Clinic):
    paid_on = date(2024, 7, 4)
    clinic.do(receipt("r", 50_00, booked_on=paid_on), allocate("r", ItemToPay("1.1", 50_00)), on=paid_on)
    clinic.do(credit("c", "1", LineToCredit(1, 30_00)), on=date(2024, 7, 5))
    clinic.do(request_write_off("w", "1", 10_00), approve_write_off("w"), on=date(2024, 7, 6))
    report = clinic.books.report("open-items", date(2024, 8, 3), account="p1")
    assert report.tied
    (row,) = report.table.to_pylist()
    amounts = ("original_minor", "paid_minor", "credited_minor", "written_off_minor", "open_minor")
    assert [row[name] for name in amounts] == [180_00, 50_00, 30_00, 10_00, 90_00]
    assert (row["number"], row["days_past_due"], row["bucket"]) == (1001, 31, "d31_60_minor")
    (earlier,) = clinic.books.report("open-items", date(2024, 7, 5), account="p1").table.to_pylist()
    assert [earlier[name] for name in amounts] == [180_00, 50_00, 30_00, 0, 100_00]
    assert clinic.books.report("open-items", date(2024, 7, 5), due_by=date(2024, 7, 2)).table.num_rows == 0


def test_a_statement_runs_to_the_accounts_balance(clinic: Clinic):
    clinic.do(receipt("r", 200_00), on=PAID)
    clinic.do(allocate("r", "1", rest_to="p1"), on=date(2024, 7, 12))
    clinic.do(request_refund("f", 20_00), approve_refund("f"), on=date(2024, 7, 20))
    clinic.do(SendRefund(refund_id="f", rail="swish", end_to_end_id="e1"), on=date(2024, 7, 21))
    report = clinic.books.report("account-statement", account="p1", as_of=date(2024, 7, 31))
    assert report.tied
    rows = report.table.to_pylist()
    assert [(row["occurred_on"].day, row["text"], row["balance_minor"]) for row in rows] == [
        (3, "Invoice inv 1001", 180_00),
        (10, "Payment", -20_00),
        (20, "Refund", 0),
    ]
    assert (
        clinic.books.report("account-statement", account="p1", as_of=date(2024, 7, 31), from_on=PAID)
        .table["balance_minor"]
        .to_pylist()[0]
        == 180_00
    )
    with pytest.raises(KeyError, match="no account ghost"):
        clinic.books.report("account-statement", account="ghost", as_of=PAID)


def test_history_tells_a_stream_or_all_of_an_account(clinic: Clinic):
    known = clinic.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), on=PAID)
    clinic.do(request_refund("f", 20_00), on=PAID)
    told = clinic.books.report("history", subject="invoice-1").table.to_pylist()
    assert [row["fact"] for row in told] == ["InvoiceIssued"]
    told = clinic.books.report("history", subject="item-1.1").table.to_pylist()
    assert [row["fact"] for row in told] == ["ItemRaised", "ItemAllocated"]
    of_account = clinic.books.report("history", subject="p1")
    assert of_account.tied
    streams = set(of_account.table["stream"].to_pylist())
    assert streams == {"account-p1", "invoice-1", "item-1.1", "receipt-r", "refund-f"}
    positions = of_account.table["ledger_position"].to_pylist()
    assert positions == sorted(positions)
    assert "refund-f" not in clinic.books.report("history", subject="p1", known_at=known).table["stream"].to_pylist()
    assert [row["version"] for row in clinic.books.report("history", subject="series-inv").table.to_pylist()] == [1, 2]
    for nobody in ("invoice-none", "nobody"):
        with pytest.raises(KeyError, match="nothing is recorded"):
            clinic.books.report("history", subject=nobody)


def test_a_report_brings_the_tables_up_to_date_by_itself(clinic: Clinic):
    assert clinic.books.store.position() == 0
    report = clinic.books.report("aging", DUE)
    assert report.clocks.read_at == report.clocks.known_at == clinic.books.journal.stable_position()


def test_the_reader_reads_what_was_followed_and_says_when_it_is_behind(clinic: Clinic, database_urls: Urls):
    with open_books(database_urls.reader, "clinic") as books:
        with pytest.raises(ReadTablesReadOnly, match="are at position 0"):
            books.report("aging", DUE)
        known = clinic.books.follow()
        assert total(books.report("aging", DUE))["open_minor"] == 250_00
        clinic.do(receipt("r", 180_00), on=PAID)
        assert total(books.report("aging", PAID, known_at=known))["open_minor"] == 250_00
        assert books.parity().equal


def test_a_report_says_what_is_still_being_loaded_as_known_then(clinic: Clinic):
    declared = declare_bank_account("b1", "camt.053")
    proven = StatementProven("b1", "SEK", "s1", PAID, PAID, 0, 180_00, 2, 180_00)
    file = IngestFile(sha256="h", file=ProvenFile("camt.053", books=True, statements=(proven,), lines=2, chunks=1))
    loading = clinic.do(declared, file, receipt("r", 180_00, file="h"), on=PAID)
    report = clinic.books.report("aging", PAID)
    assert report.loading == (Loading("h", "camt.053", 2, 1),)
    assert report.tied
    assert not report.complete
    assert clinic.books.bank_loaded_through() is None
    completed = clinic.do(CompleteFile(sha256="h", loaded=LoadedFile(1, 1, 0, 0, 0)), on=PAID)
    assert clinic.books.report("aging", PAID).complete
    known = clinic.books.report("aging", PAID, known_at=loading)
    assert known.loading == (Loading("h", "camt.053", 2, 1, completed_at=completed),)
    assert clinic.books.bank_loaded_through() == PAID


def test_tables_that_are_further_than_the_database_tells_now_are_compared_whole(clinic: Clinic, database_urls: Urls):
    reached = clinic.books.follow()
    # A writer that looked at the end of the journal long ago, and has drawn no position yet.
    with psycopg.connect(database_urls.owner) as writer, open_books(database_urls.writer, "clinic") as later:
        writer.execute("SELECT pg_advisory_xact_lock_shared(clinic.journal_lock(), %s)", (reached - 2,))
        assert later.journal.stable_position() < reached
        found = later.parity()
    assert (found.equal, found.position) == (True, reached)
