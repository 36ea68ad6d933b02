"""Read models fact by fact: what each row says after it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from ledger.domain.bank.file import CompleteFile, IngestFile, LoadedFile, ProvenFile, RejectFile, StatementProven
from ledger.domain.cash.allocation import ItemToPay
from ledger.domain.cash.customer_credit import ApplyCredit
from ledger.domain.cash.identification import IdentifyReceipt
from ledger.domain.catalogue import CATALOGUE
from ledger.domain.disputes_and_relief.write_off import ReverseWriteOff
from ledger.domain.fact import NewFact
from ledger.domain.receivables.credit_lines import LineToCredit
from ledger.domain.receivables.item_facts import Due
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.receivables.request import PaymentRequested
from ledger.domain.references import ocr
from projections.read_models.account_balances import settle
from projections.read_models.model import Row
from projections.read_models.page import Before, fold, lines
from projections.read_models.registry import KEYED, LINES
from tests.kit.care import (
    allocate,
    approve_write_off,
    credit,
    hold,
    invoice,
    lift,
    line,
    open_account,
    receipt,
    remind,
    request_write_off,
    reverse,
)
from tests.projections.memory_journal import Log

DAY = date(2024, 7, 10)
NONE_YET: Before = {model.table: {} for model in KEYED}


@pytest.fixture
def log() -> Log:
    """Two patients, a region, and an invoice of 250.00 that p1 owes 180.00 of and the region 70.00."""
    return Log().do(
        OpenSeries(series="inv", first=1001),
        OpenSeries(series="cre", reference_kind="none"),
        open_account("p1"),
        open_account("p2"),
        open_account("r1", "region"),
        invoice("1", line(1, 180_00), line(2, 70_00), payers={"p1": 180_00, "r1": 70_00}),
        on=date(2024, 6, 3),
    )


def row(log: Log, table: str, *key: object) -> Row:
    """A row after all facts of the log."""
    return fold(log.recorded, NONE_YET, CATALOGUE).rows[table][key]


def item(log: Log, item_id: str = "1.1") -> dict[str, object]:
    return msgspec.structs.asdict(row(log, "items", item_id))


def amounts(log: Log, item_id: str = "1.1") -> tuple[object, ...]:
    """Original, paid, credited, written off, open."""
    columns = ("original_minor", "paid_minor", "credited_minor", "written_off_minor", "open_minor")
    return tuple(item(log, item_id)[column] for column in columns)


def balance(log: Log, account_id: str, currency: str = "SEK") -> tuple[int, int, int, int]:
    """Open, credit, number of open items, unallocated."""
    page = fold(log.recorded, NONE_YET, CATALOGUE)
    payers = dict.fromkeys(("p1", "p2", "r1"), "patient")
    rows = {(one.account_id, one.currency): one for one in settle(page.moved, {}, payers)}
    found = rows[account_id, currency]
    return found.open_minor, found.credit_minor, found.open_items, found.unallocated_minor


def told(log: Log, table: str, stream: str) -> list[dict[str, object]]:
    """The lines of one table that come from one stream."""
    model = next(one for one in LINES if one.table == table)
    page = fold(log.recorded, NONE_YET, CATALOGUE)
    found = [msgspec.structs.asdict(one) for one in lines(model, log.recorded, page, CATALOGUE)]
    return [one for one in found if one["stream"] == stream]


def changes(log: Log, stream: str) -> list[tuple[object, ...]]:
    """Balance, effect, account, amount and document of each sub-ledger line of a stream."""
    columns = ("balance", "effect", "account_id", "amount_minor", "document")
    return [tuple(one[column] for column in columns) for one in told(log, "activity", stream)]


def test_an_invoice_raises_an_item_for_each_payer_and_asks_each(log: Log):
    assert amounts(log) == (180_00, 0, 0, 0, 180_00)
    assert amounts(log, "1.2") == (70_00, 0, 0, 0, 70_00)
    billed = row(log, "invoices", "1")
    assert (billed.series, billed.number, billed.issued_on) == ("inv", 1001, date(2024, 6, 3))
    first = item(log)
    assert (first["document"], first["payer"], first["account_id"]) == ("invoice-1", "patient", "p1")
    assert (first["kind"], first["arose_on"], first["due_on"]) == ("principal", date(2024, 6, 3), date(2024, 7, 3))
    assert first["raised_at_position"] == log.of("item-1.1")[0].position
    asked = [row(log, "requests", f"1.{number}", 1) for number in (1, 2)]
    assert [(one.item_id, one.account_id) for one in asked] == [("1.1", "p1"), ("1.2", "r1")]
    assert [one.reference for one in asked] == [ocr("10011"), ocr("10012")]
    assert asked[0].made_at_position == log.of("request-1.1")[0].position


def test_a_request_for_several_items_has_a_row_each_in_order(log: Log):
    made = PaymentRequested(
        request_id="both",
        document="invoice-1",
        account_id="p1",
        reference="RF1",
        reference_kind="rf",
        items=("1.2", "1.1"),
        pay_to=None,
    )
    log.add(NewFact("request-both", made), log.recorded[-1].envelope)
    rows = [row(log, "requests", "both", place) for place in (1, 2)]
    assert [(one.item_id, one.reference) for one in rows] == [("1.2", "RF1"), ("1.1", "RF1")]


def test_an_item_is_due_on_the_first_of_its_days(log: Log):
    raised = log.of("item-1.1")[0].fact
    later = Due(date(2024, 8, 3), 80_00), Due(date(2024, 9, 3), 100_00)
    log.add(NewFact("item-x", msgspec.structs.replace(raised, item_id="x", due=later)), log.recorded[-1].envelope)
    assert item(log, "x")["due_on"] == date(2024, 8, 3)


def test_a_hold_lasts_until_it_is_lifted(log: Log):
    log.do(hold("1", date(2024, 9, 1), "h"), hold("1", None, "g"), hold("1.2", None, "h"), on=DAY)
    held = row(log, "holds", "1.1", "h")
    assert (held.reason_code, held.placed_on, held.until_on) == ("DISPUTED", DAY, date(2024, 9, 1))
    log.do(lift("1", "h"), on=date(2024, 7, 12))
    lifted = {key: row(log, "holds", *key).lifted_on for key in (("1.1", "h"), ("1.1", "g"), ("1.2", "h"))}
    assert lifted == {("1.1", "h"): date(2024, 7, 12), ("1.1", "g"): None, ("1.2", "h"): None}
    assert row(log, "holds", "1.1", "h") == msgspec.structs.replace(held, lifted_on=date(2024, 7, 12))
    assert amounts(log) == (180_00, 0, 0, 0, 180_00)


def test_a_payment_reduces_its_item_and_a_reversal_opens_it_again(log: Log):
    log.do(receipt("r", 100_00), allocate("r", "1"), on=DAY)
    assert amounts(log) == (180_00, 100_00, 0, 0, 80_00)
    log.do(reverse("r"), on=DAY)
    assert amounts(log) == (180_00, 0, 0, 0, 180_00)
    assert amounts(log, "1.2") == (70_00, 0, 0, 0, 70_00)


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
    log.do(request_write_off("w", "1"), approve_write_off("w"), on=DAY)
    assert amounts(log) == (180_00, 0, 0, 180_00, 0)
    assert row(log, "write_offs", "w").status == "approved"
    log.do(ReverseWriteOff(write_off_id="w", reason_code="PAID"), on=DAY)
    assert amounts(log) == (180_00, 0, 0, 0, 180_00)
    assert row(log, "write_offs", "w").status == "reversed"


def test_a_reminder_is_noted_on_its_item_with_its_day(log: Log):
    log.do(remind("1"), on=date(2024, 7, 3))
    assert (item(log)["reminded_level"], item(log)["reminded_on"]) == (0, date(2024, 7, 3))
    assert item(log, "1.2")["reminded_level"] is None


def test_a_receipt_is_unallocated_until_applied_and_then_its_payers(log: Log):
    log.do(receipt("r", 200_00), on=DAY)
    assert (row(log, "receipts", "r").unallocated_minor, row(log, "receipts", "r").account_id) == (200_00, None)
    log.do(allocate("r", ItemToPay("1.1", 50_00)), on=DAY)
    assert (row(log, "receipts", "r").unallocated_minor, row(log, "receipts", "r").account_id) == (150_00, "p1")
    assert (balance(log, "p1")[3], balance(log.do(reverse("r"), on=DAY), "p1")) == (150_00, (180_00, 0, 1, 0))


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
    log.do(ApplyCredit(allocation_id="a2", account_id="p1", item_id="2.1", amount_minor=20_00), on=DAY)
    assert balance(log, "p1") == (230_00, 0, 1, 0)
    assert amounts(log, "2.1") == (250_00, 20_00, 0, 0, 230_00)


def test_a_file_is_loading_until_complete_and_its_statements_with_it(log: Log):
    proven = StatementProven("b1", "SEK", "s1", DAY, DAY, 0, 5, 1, 5)
    log.do(IngestFile(sha256="h", file=ProvenFile("camt.053", True, (proven, proven), lines=2, chunks=1)), on=DAY)
    assert (row(log, "files", "h").status, row(log, "files", "h").receipts) == ("loading", None)
    assert not row(log, "bank_statements", "h", 2).complete
    log.do(CompleteFile(sha256="h", loaded=LoadedFile(1, 1, 1, 0, 0)), on=DAY)
    done = row(log, "files", "h")
    assert (done.status, done.receipts) == ("complete", 1)
    assert done.completed_at_position == log.recorded[-1].position
    assert row(log, "bank_statements", "h", 1).complete
    assert row(log, "bank_statements", "h", 2).complete


def test_a_file_rejected_first_may_be_loaded_later(log: Log):
    log.do(RejectFile(sha256="h", format=None, reasons=("no_balance",)), on=DAY)
    assert row(log, "files", "h").reasons == ("no_balance",)
    log.do(IngestFile(sha256="h", file=ProvenFile("bgmax", False, (), lines=2, chunks=1)), on=DAY)
    assert (row(log, "files", "h").status, row(log, "files", "h").reasons) == ("loading", ())


def test_lines_of_every_balance_are_above_zero_where_the_payer_owes_more(log: Log):
    log.do(receipt("r", 200_00), allocate("r", "1", rest_to="p1"), on=DAY)
    assert changes(log, "invoice-1") == []
    assert changes(log, "item-1.1") == [
        ("item", "raised", "p1", 180_00, "invoice-1"),
        ("item", "paid", "p1", -180_00, "receipt-r"),
    ]
    assert changes(log, "item-1.2") == [("item", "raised", "r1", 70_00, "invoice-1")]
    assert changes(log, "receipt-r") == [
        ("receipt", "received", None, -200_00, "receipt-r"),
        ("receipt", "allocated", "p1", 200_00, "receipt-r"),
    ]
    assert changes(log, "account-p1") == [("credit", "granted", "p1", -20_00, "receipt-r")]


def test_identifying_a_receipt_is_a_line_without_an_amount(log: Log):
    log.do(receipt("r", 200_00), IdentifyReceipt(receipt_id="r", account_id="p2"), on=DAY)
    assert changes(log, "receipt-r")[1] == ("receipt", "identified", "p2", 0, "receipt-r")


def test_lines_carry_both_dates_and_the_role_of_their_control_account(log: Log):
    log.do(receipt("r", 70_00), allocate("r", "1.2"), on=DAY, accounted=date(2024, 8, 1))
    paid = told(log, "activity", "item-1.2")[-1]
    assert (paid["role"], paid["occurred_on"], paid["accounting_date"]) == ("ar_payer", DAY, date(2024, 8, 1))
    assert (paid["item_id"], paid["receipt_id"], paid["document"]) == ("1.2", None, "receipt-r")
    assert [one["receipt_id"] for one in told(log, "activity", "receipt-r")] == ["r", "r"]
    posted = told(log, "gl_postings", "receipt-r")[-1]
    assert (posted["role"], posted["amount_minor"], posted["accounting_date"]) == (
        "ar_payer",
        -70_00,
        date(2024, 8, 1),
    )
