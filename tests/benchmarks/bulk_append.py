"""append_ready: a bulk append of ready facts against binary COPY of the same rows into the same table."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg

from infra.postgres import Urls
from ledger.domain.cash.receipt_facts import Payment, ReceiptRecorded
from ledger.domain.fact import Envelope
from ledger.journal import Addition, open_journal
from ledger.journal.codec import CODEC
from ledger.version import VERSION
from tests.benchmarks.baselines import copy_rows
from tests.benchmarks.measurement import Row, rates

FACTS = 100_000
CHUNK = 10_000


def ready_facts(count: int = FACTS) -> list[Addition]:
    """Receipts as a bank day records them, encoded, on streams whose names rise with time."""
    day = date(2026, 10, 1)
    facts = []
    for number in range(count):
        envelope = Envelope(
            occurred_on=day,
            accounting_date=day,
            recorded_at=datetime(2026, 10, 1, 18, tzinfo=UTC),
            actor="job:bank-day",
            key=f"line:{number:024x}",
            cause=f"file-{'ab' * 32}",
            correlation=f"bank-day:{day}",
            evidence=(f"{'ab' * 32}#Ntry {number}",),
            system=VERSION,
        )
        receipt_id = f"20261001-{number:024x}"
        payment = Payment(
            rail="bank_transfer",
            bank_account="SE4550000000058398257466",
            amount_minor=25_000 + number,
            currency="SEK",
            booked_on=day,
            value_on=day,
            reference=f"{number:010d}74",
            reference_kind="ocr",
            reference_valid=True,
            movement_id=receipt_id,
            movement_minor=25_000 + number,
            line_key=f"{number:024x}",
            file="ab" * 32,
            raw_position=f"Ntry {number}",
        )
        fact = ReceiptRecorded(receipt_id=receipt_id, payment=payment)
        state = CODEC.encode(fact, CODEC.encode_envelope(envelope))
        facts.append(Addition(f"receipt-{fact.receipt_id}", 1, "ReceiptRecorded", state))
    return facts


def append_ready(urls: Urls) -> Row:
    """Chunks of 10,000, each one commit, on both sides."""
    facts = ready_facts()
    chunks = [facts[start : start + CHUNK] for start in range(0, FACTS, CHUNK)]
    buffers = [
        copy_rows.pack((*fact, position) for position, fact in enumerate(chunk, start * CHUNK + 1))
        for start, chunk in enumerate(chunks)
    ]
    with (
        open_journal(urls.writer, "clinic") as journal,
        psycopg.connect(urls.writer, autocommit=True) as raw,
        psycopg.connect(urls.owner, autocommit=True) as owner,
    ):

        def ours() -> None:
            for chunk in chunks:
                journal.append(chunk)

        def empty() -> None:
            owner.execute("TRUNCATE clinic.events")

        return rates(
            "append_ready", "facts/s", FACTS, ours, lambda: copy_rows.copy(raw, "clinic.events", buffers), empty
        )
