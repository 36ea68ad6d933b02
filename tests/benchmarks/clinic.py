"""A clinic for benchmarks: invoices of one price, and a bank file that pays them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from infra.postgres import Urls
from ledger import Envelope, Journal, Submission, execute, open_journal
from ledger.domain.bank.account import BankAccount, DeclareBankAccount
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
from ledger.domain.cash.receipt import Payment, RecordReceipt
from ledger.domain.fact import Command
from ledger.domain.receivables.account import OpenAccount
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_parts import InvoiceLine, PayerAsked
from ledger.domain.receivables.number_series import OpenSeries
from ledger.domain.references import ocr
from reconciliation.statements.write_camt import CamtDetail, CamtEntry, CamtReference, CamtStatement, write_camt053

ACCOUNT = "54910000003"
DAY = date(2026, 10, 5)
ISSUED = date(2026, 9, 5)
FIRST = 100_001
PRICE = 250_00


def submission(command: Command, key: str, on: date = ISSUED) -> Submission:
    """A command with its envelope."""
    at = datetime(on.year, on.month, on.day, 18, tzinfo=UTC)
    return Submission(command, Envelope(occurred_on=on, accounting_date=on, recorded_at=at, actor="job:bench", key=key))


def issue(number: int) -> Submission:
    """The n-th invoice, of the n-th account."""
    command = IssueInvoice(
        invoice_id=f"{number:08d}",
        series="INV",
        currency="SEK",
        issued_on=ISSUED,
        due_on=ISSUED + timedelta(days=30),
        lines=(InvoiceLine(1, "visit", ISSUED, PRICE, "exempt", 0),),
        payers=(PayerAsked(f"{number:08d}", PRICE),),
    )
    return submission(command, f"issue:{number}")


def pay(number: int) -> list[Submission]:
    """A receipt for the n-th invoice, and its allocation."""
    payment = Payment(rail="bank_transfer", bank_account=ACCOUNT, amount_minor=PRICE, currency="SEK", booked_on=DAY)
    recorded = RecordReceipt(receipt_id=f"{number:08d}", payment=payment)
    allocated = AllocateReceipt(
        allocation_id=f"{number:08d}",
        receipt_id=f"{number:08d}",
        items=(ItemToPay(f"{number:08d}.1"),),
        credit_account=f"{number:08d}",
    )
    return [submission(recorded, f"line:{number}", DAY), submission(allocated, f"match:{number}", DAY)]


def open_accounts(journal: Journal, count: int) -> None:
    """A series, and `count` accounts."""
    execute(journal, submission(OpenSeries(series="INV", first=FIRST), "series"))
    opened = (OpenAccount(account_id=f"{number:08d}", payer="patient") for number in range(count))
    execute(journal, [submission(command, f"open:{number}") for number, command in enumerate(opened)])


def open_invoices(urls: Urls, count: int) -> None:
    """A series, a bank account, and `count` accounts with an invoice each."""
    with open_journal(urls.writer, "clinic") as journal:
        declared = DeclareBankAccount(account=BankAccount(ACCOUNT, "SEK", "camt.053"))
        execute(journal, submission(declared, "b"))
        open_accounts(journal, count)
        execute(journal, [issue(number) for number in range(count)])


def pay_invoices(urls: Urls, count: int) -> None:
    """All of them paid, without a bank file."""
    with open_journal(urls.writer, "clinic") as journal:
        execute(journal, [one for number in range(count) for one in pay(number)])


def bank_file(count: int, statement_id: str = "S1") -> bytes:
    """A camt.053 statement that pays each invoice by one line with its OCR."""
    entries = [
        CamtEntry(
            PRICE,
            DAY,
            DAY,
            bank_ref=f"B{number:08d}",
            details=(CamtDetail(PRICE, references=(CamtReference(ocr(f"{FIRST + number}1")),)),),
        )
        for number in range(count)
    ]
    at = f"{DAY}T20:00:00"
    return write_camt053("M1", at, [CamtStatement(statement_id, ACCOUNT, "SEK", 1, at, DAY, DAY, entries, 0)])
