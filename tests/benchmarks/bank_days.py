"""bank_day: a camt.053 file of 100,000 lines end to end, seconds by stage, against a plain read of the same XML."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from infra.postgres import Urls
from projections import open_books
from reconciliation.archive import Archive
from reconciliation.steps.day import BankDay
from reconciliation.steps.loop import run
from reconciliation.store import ReconciliationStore
from tests.benchmarks.baselines import xml_entries
from tests.benchmarks.clinic import DAY, bank_file, open_invoices
from tests.benchmarks.measurement import Row, Stages, seconds
from tests.kit.vault_key import VAULT_KEY

LINES = 100_000


def bank_day(urls: Urls) -> Row:
    """One run, as books grow with it; the plain read is timed three times beside it."""
    open_invoices(urls, LINES)
    data = bank_file(LINES)
    baseline = min(seconds(lambda: xml_entries.count_and_sum(data)) for _ in range(3))
    timed = Stages()

    with tempfile.TemporaryDirectory() as folder, open_books(urls.writer, "clinic") as books:
        timed("follow the invoices", books.follow)
        (Path(folder) / "day.xml").write_bytes(data)
        with ReconciliationStore(urls.writer, "clinic") as desk:
            archive = Archive(Path(folder) / "archive", VAULT_KEY)
            day = BankDay(books, archive, desk, DAY, datetime(2026, 10, 5, 18, tzinfo=UTC))
            summary = run(day, [Path(folder) / "day.xml"], call=timed)
            assert summary.ok
            assert summary.files[0].matched == LINES
    before = timed.spent.pop("follow the invoices")
    total = sum(timed.spent.values())
    rounded = timed.rounded() | {"invoices followed": round(before, 2)}
    return Row(
        "bank_day", round(total, 2), round(baseline, 2), "s", round(total / baseline, 1), 1, None, stages=rounded
    )
