"""Commands as a person submits them: each in its envelope, with its key; and a clinic with one patient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from ledger import Envelope, Journal, Outcome, Recorded, Rehearsal, Submission, execute
from ledger.domain.receivables.number_series import NumberTaken
from tests.kit import care
from tests.kit.book import Ask, asked

DAY = date(2026, 10, 1)
FIRST = 1001


def submit(
    ask: Ask, key: str, on: date = DAY, *, accounted: date | None = None, at: datetime | None = None
) -> Submission:
    """A command of whoever asks, as having occurred, and counting, on those days."""
    command, actor, *_ = asked(ask)
    envelope = Envelope(
        occurred_on=on,
        accounting_date=on,
        recorded_at=at or datetime(on.year, on.month, on.day, 8, tzinfo=UTC),
        actor=f"person:{actor}",
        key=key,
    )
    return Submission(command, envelope, accounted)


def rehearse(journal: Journal, submitted: Sequence[Submission]) -> list[Outcome]:
    """The outcomes that commands would have now."""
    return Rehearsal(journal).rehearse(submitted)


def opened(journal: Journal, *series: str) -> Journal:
    """With a series (`INV` unless said) and an account."""
    opening = [care.open_series(one, FIRST, str(number)) for number, one in enumerate(series, 1)]
    opening = opening or [care.open_series("INV", FIRST)]
    for number, one in enumerate([*opening, care.open_account("anna")]):
        assert execute(journal, submit(one, f"open-{number}")).status == "done"
    return journal


def invoice(id: str, amount_minor: int = 25_000, series: str = "INV") -> Submission:
    """Issue an invoice of one line to the one patient."""
    payers, due_on = {"anna": amount_minor}, date(2026, 10, 31)
    command = care.invoice(id, care.line(1, amount_minor), payers=payers, issued_on=DAY, due_on=due_on, series=series)
    return submit(command, f"issue-{id}")


def receipt(id: str, amount_minor: int = 25_000) -> Submission:
    """Record a payment."""
    return submit(care.receipt(id, amount_minor, booked_on=DAY), f"receipt-{id}")


def allocation(id: str, receipt_id: str, invoice_id: str, credit_account: str | None = None) -> Submission:
    """Apply a receipt to the item of an invoice."""
    command = care.allocate(receipt_id, invoice_id, rest_to=credit_account, allocation_id=id)
    return submit(command, f"allocate-{id}")


def numbers_of(journal: Journal, series: str = "INV") -> list[int]:
    """The numbers a series has given, in order."""
    return [one.fact.number for one in journal.read_all(f"series-{series}") if isinstance(one.fact, NumberTaken)]


def filled(one: Submission, **changed: Any) -> Submission:
    """The same with another envelope."""
    return msgspec.structs.replace(one, envelope=msgspec.structs.replace(one.envelope, **changed))


def requested(id: str, receipt_id: str, request_id: str) -> Submission:
    """Apply a receipt to the items of a payment request."""
    return submit(care.allocate(receipt_id, request_id=request_id, allocation_id=id), f"allocate-{id}")


def recorded_of(journal: Journal, before: int) -> list[Recorded]:
    """What was recorded after a position."""
    return journal.follow(before, 10_000)


def statuses(journal: Journal, submitted: Sequence[Submission]) -> list[str]:
    """What became of commands: the code of a refusal, else the status."""
    return [one.code or one.status for one in execute(journal, submitted)]
