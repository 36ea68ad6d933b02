"""Commands of a clinic with one series and one patient, each with its envelope and key, as a person submits them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from ledger import Envelope, Journal, Recorded, Submission, execute
from ledger.domain.cash.allocation import AllocateReceipt, ItemToPay
from ledger.domain.cash.receipt import Payment, RecordReceipt
from ledger.domain.fact import Command
from ledger.domain.receivables.account import OpenAccount
from ledger.domain.receivables.invoice import IssueInvoice
from ledger.domain.receivables.invoice_parts import InvoiceLine, PayerAsked
from ledger.domain.receivables.number_series import NumberTaken, OpenSeries

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
        payers=(PayerAsked("anna", amount_minor),),
    )
    return submit(command, f"issue-{id}")


def receipt(id: str, amount_minor: int = 25_000) -> Submission:
    """Record a payment in cash."""
    payment = Payment(rail="cash", bank_account="1", amount_minor=amount_minor, currency="SEK", booked_on=DAY)
    return submit(RecordReceipt(receipt_id=id, payment=payment), f"receipt-{id}")


def allocation(id: str, receipt_id: str, invoice_id: str, credit_account: str | None = None) -> Submission:
    """Apply a receipt to the item of an invoice."""
    command = AllocateReceipt(
        allocation_id=id, receipt_id=receipt_id, items=(ItemToPay(f"{invoice_id}.1"),), credit_account=credit_account
    )
    return submit(command, f"allocate-{id}")


def numbers_of(journal: Journal, series: str = "INV") -> list[int]:
    """The numbers a series has given, in order."""
    return [one.fact.number for one in journal.read_all(f"series-{series}") if isinstance(one.fact, NumberTaken)]


def filled(one: Submission, **changed: Any) -> Submission:
    """The same with another envelope."""
    return msgspec.structs.replace(one, envelope=msgspec.structs.replace(one.envelope, **changed))


def requested(id: str, receipt_id: str, request_id: str) -> Submission:
    """Apply a receipt to the items of a payment request."""
    command = AllocateReceipt(allocation_id=id, receipt_id=receipt_id, request_id=request_id)
    return submit(command, f"allocate-{id}")


def recorded_of(journal: Journal, before: int) -> list[Recorded]:
    """What was recorded after a position."""
    return journal.follow(before, 10_000)


def statuses(journal: Journal, submitted: Sequence[Submission]) -> list[str]:
    """What became of commands: the code of a refusal, else the status."""
    return [one.code or one.status for one in execute(journal, submitted)]
