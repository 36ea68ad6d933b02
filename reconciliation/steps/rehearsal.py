"""Rehearses the bank day: every file is judged and leads to a proposal as usual, but nothing is recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciliation.archive import Archive, RehearsalArchive
from reconciliation.steps.day import BankDay
from reconciliation.steps.loop import run

if TYPE_CHECKING:
    from projections import Books
    from reconciliation.steps.summary import DaySummary
    from reconciliation.store import ReconciliationStore


def rehearse(
    books: Books,
    archive: Archive,
    desk: ReconciliationStore,
    paths: Sequence[Path],
    on: date,
    recorded_at: datetime,
    actor: str,
    *,
    declare: bool = False,
) -> DaySummary:
    """The result that the bank day would have; each file is rehearsed as if it were the only one."""
    with tempfile.TemporaryDirectory(prefix="reskontra-") as folder:
        apart = RehearsalArchive(Path(folder), archive)
        return run(BankDay(books, apart, desk, on, recorded_at, actor, declare, rehearsed=True), paths)
