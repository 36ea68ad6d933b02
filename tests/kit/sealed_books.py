"""Sealed books of a test: a few facts, their seals and key in folders of its own, and what a superuser does to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from infra.postgres import Urls
from ledger.domain.cash.receipt_facts import Payment, ReceiptRecorded
from ledger.domain.fact import Envelope
from ledger.journal import Addition, Journal
from ledger.journal.codec import CODEC, UnreadableFact
from ledger.journal.recorded_facts import StoredFact
from ledger.sealing import Audit, Finding, LeafReader, Sealed, SealFolders, read_log, seal
from ledger.sealing.totals import Posted, posted

DAY = date(2026, 11, 10)
AT = datetime(2026, 11, 10, 18, tzinfo=UTC)


def receipt(number: int, version: int = 1) -> Addition:
    """A receipt of 100 kronor and as many öre as its number, as it is stored."""
    envelope = Envelope(occurred_on=DAY, accounting_date=DAY, recorded_at=AT, actor="job:test", key=f"r{number}")
    payment = Payment(
        rail="bank_transfer",
        bank_account="SE4550000000058398257466",
        amount_minor=10_000 + number,
        currency="SEK",
        booked_on=DAY,
        value_on=DAY,
    )
    fact = ReceiptRecorded(receipt_id=f"r{number}", payment=payment)
    state = CODEC.encode(fact, CODEC.encode_envelope(envelope))
    return Addition(f"receipt-r{number}", version, "ReceiptRecorded", state)


def stored_fact(stream: str, name: str, body: bytes, version: int = 1) -> Addition:
    """Another fact of these bytes, in the envelope of the first receipt."""
    envelope = receipt(0).state.partition(b',"envelope":')[2]
    return Addition(stream, version, name, b'{"fact":' + body + b',"envelope":' + envelope)


@dataclass
class SealedBooks:
    """Books with seals: what is appended, sealed on day after day, spoilt by the owner, and audited."""

    journal: Journal
    urls: Urls
    seals: SealFolders
    days: int = 0

    def append(self, first: int, count: int) -> Sequence[int]:
        """Receipts, numbered from `first`."""
        return self.journal.append([receipt(number) for number in range(first, first + count)])

    def seal(self, **given: Any) -> Sealed:
        """Seal the next day."""
        self.days += 1
        later = timedelta(days=self.days - 1)
        return seal(self.journal, self.seals, DAY + later, AT + later, **given)

    def spoil(self, *statements: str) -> None:
        """What only the owner of the database, or a superuser, can do."""
        with psycopg.connect(self.urls.owner) as owner:
            for statement in statements:
                assert owner.execute(statement).rowcount, statement  # type: ignore[arg-type]

    def findings(self, **given: Any) -> list[Finding]:
        """Everything that is not as it was sealed: of the log by itself, then of the facts."""
        audited, found = self.audited(**given)
        return [*found, *audited.findings]

    def audited(self, **given: Any) -> tuple[Audit, list[Finding]]:
        """History set beside its seals."""
        log = read_log(self.seals, **given)
        audit = Audit(log.checkpoints, LeafReader(self.seals.folder))
        for page in self.journal.stored_pages(-(2**63), self.journal.stable_position()):
            audit.take(page, [self.posted(fact) for fact in page])
        audit.finish()
        return audit, log.findings

    def posted(self, fact: StoredFact) -> Posted | None:
        """The posting of a fact; none where it cannot be read."""
        try:
            (recorded,) = self.journal.codec.recorded([fact])
        except UnreadableFact:
            return None
        return posted(recorded, self.journal.catalogue)

    def named(self) -> list[tuple[str, str]]:
        """What was found, by code and by what it is about."""
        return [(one.code, one.about) for one in self.findings()]

    def checkpoint(self, number: int) -> Path:
        """The file of a checkpoint."""
        return self.seals.checkpoints / f"{number:08}.checkpoint"
