"""settlement_day: a payout of 100,000 card payments end to end, seconds by stage, against a plain read of the file.

Half of the payments were recorded when they were captured.
"""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from infra.postgres import Urls
from ledger import execute
from ledger.domain.cash.receipt import RecordReceipt
from ledger.domain.cash.receipt_facts import Payment
from ledger.domain.references import ocr
from projections import Books, open_books
from reconciliation.archive import Archive
from reconciliation.matching.identity import id_key
from reconciliation.statements.stripe.writer import StripePayout, StripeTransaction, write_stripe_payouts
from reconciliation.steps.day import BankDay
from reconciliation.steps.loop import run
from reconciliation.store import ReconciliationStore
from tests.benchmarks.clinic import DAY, FIRST, PRICE, open_invoices
from tests.benchmarks.measurement import Row, Stages, seconds
from tests.kit.clinic import ISSUED
from tests.kit.providers import declare_provider_account
from tests.kit.submissions import submit
from tests.kit.vault_key import VAULT_KEY

LINES = 100_000
CAPTURED_AT = datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=UTC) - timedelta(days=3)


def settlement_day(urls: Urls) -> Row:
    """One run, as books grow with it; the plain read is timed three times beside it."""
    open_invoices(urls, LINES)
    data = payout_file(LINES)
    baseline = min(seconds(lambda: plain_sum(data)) for _ in range(3))
    timed = Stages()

    with tempfile.TemporaryDirectory() as folder, open_books(urls.writer, "clinic") as books:
        capture(books, LINES // 2)
        timed("before", books.follow)
        (Path(folder) / "payout.csv").write_bytes(data)
        with ReconciliationStore(urls.writer, "clinic") as desk:
            archive = Archive(Path(folder) / "archive", VAULT_KEY)
            day = BankDay(books, archive, desk, DAY, datetime(2026, 10, 5, 18, tzinfo=UTC))
            summary = run(day, [Path(folder) / "payout.csv"], call=timed)
            assert summary.ok
            assert summary.files[0].matched == LINES - LINES // 2
    before = timed.spent.pop("before")
    total = sum(timed.spent.values())
    rounded = timed.rounded() | {"followed before": round(before, 2)}
    return Row(
        "settlement_day", round(total, 2), round(baseline, 2), "s", round(total / baseline, 1), 1, None, stages=rounded
    )


def payout_file(lines: int) -> bytes:
    """One payout with so many payments, each for an invoice."""
    payments = [
        StripeTransaction(
            f"txn_{number}",
            "charge",
            PRICE,
            4_50,
            created_at=CAPTURED_AT,
            source=f"ch_{number}",
            charge=f"ch_{number}",
            invoice=ocr(f"{FIRST + number}1"),
        )
        for number in range(lines)
    ]
    paid = StripePayout("po_1", CAPTURED_AT + timedelta(days=2), CAPTURED_AT + timedelta(days=3), payments)
    return write_stripe_payouts([paid])


def capture(books: Books, payments: int) -> None:
    """Record payments when they were captured."""
    execute(books.journal, submit(declare_provider_account(), "cards", ISSUED))
    commands = [
        RecordReceipt(
            receipt_id=f"c{number}",
            payment=Payment(
                rail="card",
                bank_account="cards",
                held_by="card",
                amount_minor=PRICE,
                currency="SEK",
                booked_on=CAPTURED_AT.date(),
                payment_ref=f"ch_{number}",
                bank_id_key=id_key("cards", f"ch_{number}"),
            ),
        )
        for number in range(payments)
    ]
    execute(
        books.journal, [submit(command, f"c{number}", CAPTURED_AT.date()) for number, command in enumerate(commands)]
    )


def plain_sum(data: bytes) -> tuple[int, Decimal]:
    """What any program does at least: read the rows and sum their nets."""
    rows = csv.DictReader(io.StringIO(data.decode()))
    nets = [Decimal(row["net"]) for row in rows]
    return len(nets), sum(nets, Decimal(0))
