"""Read models fact by fact: what each row says after it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.bank_account import DeclareBankAccount
from ledger.domain.bank_file import CompleteFile, IngestFile, RejectFile, StatementProven
from ledger.domain.bank_movement import ClassifyBankMovement
from ledger.domain.cash_application import ApplyCredit, Item
from ledger.domain.credit_note import LineToCredit
from ledger.domain.number_series import OpenSeries
from ledger.domain.receipt import IdentifyReceipt
from ledger.domain.refund import FailRefund, SendRefund, SettleRefund
from ledger.domain.write_off import ReverseWriteOff
from projections.read_models.account_balances import settle
from projections.read_models.model import Row
from projections.read_models.page import Stood, fold, lines
from projections.read_models.registry import KEYED, LINES
from tests.kit.care import (
    allocate,
    approve_refund,
    approve_write_off,
    credit,
    invoice,
    line,
    open_account,
    receipt,
    remind,
    request_refund,
    request_write_off,
    reverse,
)
from tests.projections.telling import Log

DAY = date(2024, 7, 10)
NONE_YET: Stood = {model.table: {} for model in KEYED}


@pytest.fixture
def log() -> Log:
    """Two patients, a region, and an invoice of 250.00 that p1 owes 180.00 of and the region 70.00."""
    return Log().do(
        OpenSeries(series="inv", first=1001),
        OpenSeries(series="cre"),
        open_account("p1"),
        open_account("p2"),
        open_account("r1", "region"),
        invoice("1", line(1, 180_00), line(2, 70_00), shares={"p1": 180_00, "r1": 70_00}),
        on=date(2024, 6, 3),
    )


def row(log: Log, table: str, *key: object) -> Row:
    """A row after all facts of the log."""
    return fold(log.recorded, NONE_YET).rows[table][key]


def item(log: Log, invoice_id: str = "1", share: int = 1) -> dict[str, object]:
    return msgspec.structs.asdict(row(log, "open_items", invoice_id, share))


def amounts(log: Log, invoice_id: str = "1", share: int = 1) -> tuple[object, ...]:
    """Original, paid, credited, written off, open."""
    columns = ("original_minor", "paid_minor", "credited_minor", "written_off_minor", "open_minor")
    return tuple(item(log, invoice_id, share)[column] for column in columns)


def balance(log: Log, account_id: str, currency: str = "SEK") -> tuple[int, int, int, int]:
    """Open, credit, number of open items, unallocated."""
    page = fold(log.recorded, NONE_YET)
    payers = dict.fromkeys(("p1", "p2", "r1"), "patient")
    rows = {(one.account_id, one.currency): one for one in settle(page.moved, {}, payers)}
    found = rows[account_id, currency]
    return found.open_minor, found.credit_minor, found.open_items, found.unallocated_minor


def told(log: Log, table: str, stream: str) -> list[dict[str, object]]:
    """The lines of one table that come from one stream."""
    model = next(one for one in LINES if one.table == table)
    page = fold(log.recorded, NONE_YET)
    found = [msgspec.structs.asdict(one) for one in lines(model, log.recorded, page)]
    return [one for one in found if one["stream"] == stream]


def changes(log: Log, stream: str) -> list[tuple[object, ...]]:
    """Side, account, amount and document of each sub-ledger line of a stream."""
    columns = ("side", "account_id", "amount_minor", "document")
    return [tuple(one[column] for column in columns) for one in told(log, "activity", stream)]


def test_an_invoice_opens_one_item_for_each_share(log: Log):
    assert amounts(log) == (180_00, 0, 0, 0, 180_00)
    assert amounts(log, share=2) == (70_00, 0, 0, 0, 70_00)
    first = item(log)
    assert (first["number"], first["payer"], first["account_id"]) == (1001, "patient", "p1")
    assert first["reference"] != item(log, share=2)["reference"]
    assert first["opened_at_position"] == log.of("invoice-1")[0].position


def test_a_payment_reduces_its_share_and_a_reversal_opens_it_again(log: Log):
    log.do(receipt("r", 100_00), allocate("r", "1"), on=DAY)
    assert amounts(log) == (180_00, 100_00, 0, 0, 80_00)
    log.do(reverse("r", "1"), on=DAY)
    assert amounts(log) == (180_00, 0, 0, 0, 180_00)
    assert amounts(log, share=2) == (70_00, 0, 0, 0, 70_00)


def test_a_paid_item_stays_in_the_table(log: Log):
    log.do(receipt("r", 180_00), allocate("r", "1"), on=DAY)
    assert amounts(log) == (180_00, 180_00, 0, 0, 0)
    assert balance(log, "p1") == (0, 0, 0, 0)


def test_credit_of_what_was_paid_becomes_customer_credit_and_leaves_the_item_paid(log: Log):
    log.do(receipt("r", 180_00), allocate("r", "1"), credit("c", "1", LineToCredit(1, 30_00)), on=DAY)
    assert amounts(log) == (180_00, 180_00, 0, 0, 0)
    assert balance(log, "p1") == (0, 30_00, 0, 0)


def test_credit_of_what_is_open_takes_it_off(log: Log):
    log.do(credit("c", "1", LineToCredit(1, 30_00)), on=DAY)
    assert amounts(log) == (180_00, 0, 30_00, 0, 150_00)


def test_a_write_off_takes_what_is_open_and_its_reversal_gives_it_back(log: Log):
    log.do(request_write_off("w", "1"), approve_write_off("w", "1"), on=DAY)
    assert amounts(log) == (180_00, 0, 0, 180_00, 0)
    assert row(log, "write_offs", "w").standing == "approved"
    log.do(ReverseWriteOff(write_off_id="w", invoice_id="1", reason_code="PAID"), on=DAY)
    assert amounts(log) == (180_00, 0, 0, 0, 180_00)
    assert row(log, "write_offs", "w").standing == "reversed"


def test_a_reminder_is_noted_on_its_share_with_its_day(log: Log):
    log.do(remind("1"), on=date(2024, 7, 3))
    assert (item(log)["reminded_level"], item(log)["reminded_on"]) == (0, date(2024, 7, 3))
    assert item(log, share=2)["reminded_level"] is None


def test_a_receipt_is_unallocated_until_applied_and_then_its_payers(log: Log):
    log.do(receipt("r", 200_00), on=DAY)
    assert (row(log, "receipts", "r").unallocated_minor, row(log, "receipts", "r").account_id) == (200_00, None)
    log.do(allocate("r", Item("1", amount_minor=50_00)), on=DAY)
    assert (row(log, "receipts", "r").unallocated_minor, row(log, "receipts", "r").account_id) == (150_00, "p1")
    assert balance(log, "p1") == (130_00, 0, 1, 150_00)


def test_a_receipt_identified_otherwise_moves_from_one_account_to_the_other(log: Log):
    log.do(receipt("r", 200_00), IdentifyReceipt(receipt_id="r", account_id="p1"), on=DAY)
    assert balance(log, "p1")[3] == 200_00
    log.do(IdentifyReceipt(receipt_id="r", account_id="p2"), on=DAY)
    assert balance(log, "p1")[3] == 0
    assert balance(log, "p2")[3] == 200_00


def test_an_overpayment_is_customer_credit_that_pays_another_item(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), on=DAY)
    assert balance(log, "p1") == (0, 20_00, 0, 0)
    log.do(invoice("2"), on=DAY)
    log.do(ApplyCredit(allocation_id="a2", account_id="p1", invoice_id="2", amount_minor=20_00), on=DAY)
    assert balance(log, "p1") == (230_00, 0, 1, 0)
    assert amounts(log, "2") == (250_00, 20_00, 0, 0, 230_00)


def test_a_refund_is_followed_to_its_end(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), request_refund("f", 20_00), on=DAY)
    assert row(log, "refunds", "f").standing == "requested"
    log.do(approve_refund("f"), SendRefund(refund_id="f", rail="bank_transfer", end_to_end_id="e1"), on=DAY)
    sent = row(log, "refunds", "f")
    assert (sent.standing, sent.approver, sent.end_to_end_id) == ("sent", "bo", "e1")
    assert balance(log, "p1")[1] == 0
    log.do(FailRefund(refund_id="f", account_id="p1", reason_code="CLOSED"), on=DAY)
    assert row(log, "refunds", "f").standing == "failed"
    assert balance(log, "p1")[1] == 20_00


def test_a_settled_refund_is_settled(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), request_refund("f", 20_00), on=DAY)
    log.do(approve_refund("f"), SendRefund(refund_id="f", rail="swish", end_to_end_id="e1"), on=DAY)
    log.do(SettleRefund(refund_id="f"), on=DAY)
    assert row(log, "refunds", "f").standing == "settled"


def test_a_file_is_loading_until_complete_and_its_statements_with_it(log: Log):
    proven = StatementProven("b1", "SEK", "s1", DAY, DAY, 0, 5, 1, 5)
    log.do(
        IngestFile(sha256="h", format="camt.053", books=True, statements=(proven, proven), lines=2, chunks=1), on=DAY
    )
    assert (row(log, "files", "h").standing, row(log, "files", "h").receipts) == ("loading", None)
    assert not row(log, "bank_statements", "h", 2).complete
    log.do(CompleteFile(sha256="h", receipts=1, movements=1, allocations=1, seen_before=0, in_doubt=0), on=DAY)
    done = row(log, "files", "h")
    assert (done.standing, done.receipts) == ("complete", 1)
    assert done.completed_at_position == log.recorded[-1].position
    assert row(log, "bank_statements", "h", 1).complete
    assert row(log, "bank_statements", "h", 2).complete


def test_a_file_rejected_first_may_be_loaded_later(log: Log):
    log.do(RejectFile(sha256="h", format=None, reasons=("no_balance",)), on=DAY)
    assert row(log, "files", "h").reasons == ("no_balance",)
    log.do(IngestFile(sha256="h", format="bgmax", books=False, statements=(), lines=2, chunks=1), on=DAY)
    assert (row(log, "files", "h").standing, row(log, "files", "h").reasons) == ("loading", ())


def test_the_newest_declaration_of_a_bank_account_holds(log: Log):
    for source in ("bgmax", "camt.053"):
        log.do(DeclareBankAccount(bank_account="b1", currency="SEK", source=source), on=DAY)
    assert row(log, "bank_accounts", "b1").source == "camt.053"


def test_a_bank_movement_is_kept_with_its_role(log: Log):
    log.do(
        ClassifyBankMovement(
            movement_id="m",
            bank_account="b1",
            amount_minor=-15_00,
            currency="SEK",
            booked_on=DAY,
            role="bank_fees",
            rule="fee",
        ),
        on=DAY,
    )
    assert (row(log, "bank_movements", "m").amount_minor, row(log, "bank_movements", "m").role) == (-15_00, "bank_fees")


def test_lines_of_every_side_are_above_zero_where_the_payer_owes_more(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), on=DAY)
    assert changes(log, "invoice-1") == [
        ("item", "p1", 180_00, "invoice-1"),
        ("item", "r1", 70_00, "invoice-1"),
        ("item", "p1", -180_00, "receipt-r"),
    ]
    assert changes(log, "receipt-r") == [
        ("unallocated", None, -200_00, "receipt-r"),
        ("unallocated", "p1", 200_00, "receipt-r"),
    ]
    assert changes(log, "account-p1") == [("credit", "p1", -20_00, "receipt-r")]


def test_identifying_a_receipt_is_a_line_without_an_amount(log: Log):
    log.do(receipt("r", 200_00), IdentifyReceipt(receipt_id="r", account_id="p2"), on=DAY)
    assert changes(log, "receipt-r")[1] == ("unallocated", "p2", 0, "receipt-r")


def test_lines_carry_both_dates_and_the_role_of_their_control_account(log: Log):
    log.do(receipt("r", 70_00), allocate("r", Item("1", 2)), on=DAY, accounted=date(2024, 8, 1))
    paid = told(log, "activity", "invoice-1")[-1]
    assert (paid["role"], paid["occurred_on"], paid["accounting_date"]) == ("ar_payer", DAY, date(2024, 8, 1))
    assert paid["receipt_id"] == "r"
    posted = told(log, "gl_postings", "receipt-r")[-1]
    assert (posted["role"], posted["amount_minor"], posted["accounting_date"]) == (
        "ar_payer",
        -70_00,
        date(2024, 8, 1),
    )
