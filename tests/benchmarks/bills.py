"""issue_rate, pay_rate: invoices issued and payments matched a second, however many facts each of them takes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from infra.postgres import Urls
from ledger import execute, open_journal
from projections import open_books
from reconciliation.archive import Archive
from reconciliation.steps.day import CHUNK, BankDay
from reconciliation.steps.gather import gather
from reconciliation.steps.judge import judge
from reconciliation.steps.propose import propose
from reconciliation.steps.record import record
from reconciliation.store import ReconciliationStore
from tests.benchmarks.baselines import copy_rows, plain_rows
from tests.benchmarks.clinic import DAY, bank_file, issue, open_accounts, open_invoices
from tests.benchmarks.measurement import TRIAL, Row, rates
from tests.benchmarks.snapshots import Snapshot
from tests.kit.vault_key import VAULT_KEY

INVOICES = max(1, 10 // TRIAL) * CHUNK


def issue_rate(urls: Urls) -> Row:
    """Invoices of one payer each, whose accounts are open already, decided and recorded in batches."""
    issued = [issue(number) for number in range(INVOICES)]
    with open_journal(urls.writer, "clinic") as journal:
        open_accounts(journal, INVOICES)

        def ours() -> None:
            assert {outcome.status for outcome in execute(journal, issued, chunk=CHUNK)} == {"done"}

        return _beside_plain_rows("issue_rate", "invoices/s", urls, ours)


def pay_rate(urls: Urls) -> Row:
    """Payments of a bank file, proposed and not yet recorded: each a receipt, and its allocation to an invoice."""
    open_invoices(urls, INVOICES)
    with _proposed(urls) as ours:
        return _beside_plain_rows("pay_rate", "payments/s", urls, ours)


@contextmanager
def _proposed(urls: Urls) -> Iterator[Callable[[], None]]:
    """Records, as the bank day does, what was proposed for a file that pays every invoice."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_books(urls.writer, "clinic") as books,
        ReconciliationStore(urls.writer, "clinic") as desk,
    ):
        file = Path(folder) / "day.xml"
        file.write_bytes(bank_file(INVOICES))
        archive = Archive(Path(folder) / "archive", VAULT_KEY)
        day = BankDay(books, archive, desk, DAY, datetime(2026, 10, 5, 18, tzinfo=UTC))
        ((_, sha256),) = gather(day, [file]).files
        books.follow()
        chunks = judge(day, sha256).chunks
        books.follow()
        proposals = [propose(day, sha256, chunk) for chunk in range(chunks)]
        assert sum(len(proposal.matches) for proposal in proposals) == INVOICES

        def recorded() -> None:
            for proposal in proposals:
                assert record(day, sha256, proposal).done == len(proposal.submissions)

        yield recorded


def _beside_plain_rows(name: str, unit: str, urls: Urls, ours: Callable[[], None]) -> Row:
    """The baseline is COPY of one plain row an invoice or payment, in as many commits: more facts lift no ratio."""
    with (
        psycopg.connect(urls.writer, autocommit=True) as raw,
        psycopg.connect(urls.owner, autocommit=True) as owner,
    ):
        before = Snapshot(owner)
        buffers = plain_rows.buffers(INVOICES, CHUNK, before.position)
        return rates(name, unit, INVOICES, ours, lambda: copy_rows.copy(raw, "clinic.events", buffers), before.restore)
