"""The clinic of the benchmarks: invoices of one price to as many patients, and a bank file that pays them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from infra.postgres import Urls
from ledger import Journal, Submission, execute, open_journal
from ledger.domain.references import ocr
from reconciliation.statements.bgmax.writer import BgMaxPayment, BgMaxSection, write_bgmax
from tests.kit import care
from tests.kit.clinic import ACCOUNT, DAY, ISSUED, PRICE, paid, statement
from tests.kit.giro import BANKGIRO
from tests.kit.submissions import submit

FIRST = 100_001
# Payments of a deposit, for which a statement has one sum.
DEPOSIT = 1_000


def bill(invoice_id: str, account_id: str, series: str = "INV") -> Submission:
    """An invoice."""
    command = care.invoice(
        invoice_id,
        care.line(1, PRICE),
        payers={account_id: PRICE},
        issued_on=ISSUED,
        due_on=ISSUED + timedelta(days=30),
        series=series,
    )
    return submit(command, f"issue:{invoice_id}", ISSUED)


def received(receipt_id: str) -> Submission:
    """A receipt of what an invoice comes to."""
    command = care.receipt(receipt_id, PRICE, booked_on=DAY, bank_account=ACCOUNT)
    return submit(command, f"receipt:{receipt_id}", DAY)


def issue(number: int) -> Submission:
    """The n-th invoice, of the n-th account."""
    return bill(f"{number:08d}", f"{number:08d}")


def pay(number: int) -> list[Submission]:
    """A receipt for the n-th invoice, and its allocation."""
    id = f"{number:08d}"
    allocated = care.allocate(id, id, rest_to=id, allocation_id=id)
    return [received(id), submit(allocated, f"match:{number}", DAY)]


def open_accounts(journal: Journal, count: int) -> None:
    """A series, and `count` accounts."""
    execute(journal, submit(care.open_series("INV", FIRST), "series", ISSUED))
    opened = (care.open_account(f"{number:08d}") for number in range(count))
    execute(journal, [submit(command, f"open:{number}", ISSUED) for number, command in enumerate(opened)])


def open_invoices(urls: Urls, count: int) -> None:
    """A series, a bank account, and `count` accounts with an invoice each."""
    with open_journal(urls.writer, "clinic") as journal:
        execute(journal, submit(care.declare_bank_account(ACCOUNT), "bank", ISSUED))
        open_accounts(journal, count)
        execute(journal, [issue(number) for number in range(count)])


def pay_invoices(urls: Urls, count: int) -> None:
    """All of them paid, without a bank file."""
    with open_journal(urls.writer, "clinic") as journal:
        execute(journal, [one for number in range(count) for one in pay(number)])


def bank_file(count: int, statement_id: str = "S1") -> bytes:
    """A camt.053 statement that pays each invoice by one line with its OCR."""
    entries = [paid(PRICE, ocr(f"{FIRST + number}1"), f"B{number:08d}") for number in range(count)]
    return statement(entries, statement_id=statement_id)


def giro_file(count: int) -> bytes:
    """A BgMax file that pays each invoice by one payment with its OCR, in deposits."""
    payments = [BgMaxPayment(PRICE, ocr(f"{FIRST + number}1"), 2, serial=number + 1) for number in range(count)]
    sections = [
        BgMaxSection(BANKGIRO, ACCOUNT, DAY, start // DEPOSIT + 1, payments[start : start + DEPOSIT], deposit_type="D")
        for start in range(0, count, DEPOSIT)
    ]
    return write_bgmax(datetime.combine(DAY, time(16)), sections)
