"""Commands of a clinic with one series and one patient, each with its envelope and key, as a person submits them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ledger import Envelope, Journal, Submission, execute
from ledger.domain.account import OpenAccount
from ledger.domain.cash_application import AllocateReceipt, Item
from ledger.domain.fact import Command
from ledger.domain.invoice import IssueInvoice
from ledger.domain.invoice_parts import InvoiceLine, ShareAsked
from ledger.domain.number_series import NumberTaken, OpenSeries
from ledger.domain.receipt import RecordReceipt

DAY = date(2026, 10, 1)
FIRST = 1001


def submit(command: Command, key: str) -> Submission:
    """A command of Anna's."""
    recorded_at = datetime(2026, 10, 1, 8, tzinfo=UTC)
    return Submission(
        command,
        Envelope(occurred_on=DAY, accounting_date=DAY, recorded_at=recorded_at, actor="user:anna", key=key),
    )


def opened(journal: Journal, *series: str) -> Journal:
    """With a series (`INV` unless said) and an account."""
    opening = [OpenSeries(series=one, first=FIRST) for one in series or ("INV",)]
    for number, one in enumerate([*opening, OpenAccount(account_id="anna", payer="patient")]):
        assert execute(journal, submit(one, f"open-{number}")).status == "done"
    return journal


def invoice(id: str, amount_minor: int = 25_000, series: str = "INV") -> Submission:
    """Issue an invoice of one line to the one patient."""
    line = InvoiceLine(1, "visit", DAY, amount_minor, "exempt", 0)
    command = IssueInvoice(
        invoice_id=id,
        series=series,
        currency="SEK",
        issued_on=DAY,
        due_on=date(2026, 10, 31),
        lines=(line,),
        shares=(ShareAsked("anna", amount_minor),),
    )
    return submit(command, f"issue-{id}")


def receipt(id: str, amount_minor: int = 25_000) -> Submission:
    """Record a payment in cash."""
    command = RecordReceipt(
        receipt_id=id, rail="cash", bank_account="1", amount_minor=amount_minor, currency="SEK", booked_on=DAY
    )
    return submit(command, f"receipt-{id}")


def allocation(id: str, receipt_id: str, invoice_id: str, credit_account: str | None = None) -> Submission:
    """Apply a receipt to an invoice."""
    command = AllocateReceipt(
        allocation_id=id, receipt_id=receipt_id, items=(Item(invoice_id),), credit_account=credit_account
    )
    return submit(command, f"allocate-{id}")


def numbers_of(journal: Journal, series: str = "INV") -> list[int]:
    """The numbers a series has given, in order."""
    return [one.fact.number for one in journal.read_all(f"series-{series}") if isinstance(one.fact, NumberTaken)]
