"""verify_rate: every fact read, decoded strictly, counted and set beside its seal, a second of this process's work."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.desk import checks
from infra.postgres import Urls
from ledger import open_journal
from ledger.sealing import Audit, LeafReader, SealFolders, read_log, seal
from tests.benchmarks.baselines import plain_sha256
from tests.benchmarks.clinic import DAY, open_invoices, pay_invoices
from tests.benchmarks.measurement import TRIAL, Row, paired

INVOICES = 15_400 // TRIAL


def verify_rate(urls: Urls) -> Row:
    """What `reskontra verify` asks of facts and seals: its first eight checks, all but tables, tie-out and archive.

    From the log's keys and checkpoints to the last finding: facts fetched and decoded, postings, number series, bank
    files, each leaf, each root, the control totals. Seconds are those of this process's processor, in all its threads,
    so that a rate is that of one core; the database's own are in neither figure.
    """
    open_invoices(urls, INVOICES)
    pay_invoices(urls, INVOICES)
    with TemporaryDirectory() as folder, open_journal(urls.writer, "clinic") as journal:
        place = SealFolders.of("clinic", Path(folder))
        facts = seal(journal, place, DAY, datetime(2026, 10, 5, 20, tzinfo=UTC)).facts

        def ours() -> None:
            log = read_log(place)
            audit = Audit(log.checkpoints, LeafReader(place.folder))
            found = checks.read_facts(journal, journal.stable_position(), audit, lambda _: None)
            found += checks.read_seals(log, audit)
            assert [check.ok for check in found] == [True] * 8, found

        def rate(work: Callable[[], object]) -> float:
            start = time.process_time()
            work()
            return facts / (time.process_time() - start)

        return paired(
            "verify_rate",
            "facts/s",
            lambda: rate(ours),
            lambda: rate(lambda: plain_sha256.hashed(urls.writer, "clinic.events")),
        )
