"""The bank day rehearsed: every file judged and planned as it would be, and nothing recorded anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ledger
from infra.cli.asking import Call
from reconciliation.archive import Archive, ArchiveRefused
from reconciliation.bank_day import BankDay
from reconciliation.flows.summary import DaySummary, FileSummary
from reconciliation.outcomes import became

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Profile


class _Apart(Archive):
    """Keeps what is only looked at apart, in a folder that goes away, and gives what the real archive has."""

    def __init__(self, folder: Path, kept: Archive) -> None:
        super().__init__(folder)
        self._kept = kept

    def parsed(self, sha256: str, profile: Profile | None = None) -> Parsed:
        """What the reader says of a file that is only looked at, or of one that was archived before."""
        try:
            return super().parsed(sha256, profile)
        except ArchiveRefused:
            return self._kept.parsed(sha256, profile)


def rehearse(call: Call, paths: Sequence[Path], on: date | None, *, declare: bool) -> dict[str, Any]:
    """What the bank day would come to, in the shape of its summary; each file as if it came alone."""
    with call.books() as books, call.desk() as desk, tempfile.TemporaryDirectory(prefix="reskontra-") as folder:
        archive = _Apart(Path(folder), Archive(call.settings.data_dir / "archive"))
        day = BankDay(books, archive, desk, on or call.today, call.now, call.actor, declare)
        summary = DaySummary(entity=call.entity, on=day.on, files=[])
        gathered = day.gather(list(paths))
        summary.files += [FileSummary.unreadable(name, reason) for name, reason in gathered.refused]
        summary.files += [_planned(day, name, sha256) for name, sha256 in gathered.files]
        summary.position = books.store.position()
        summary.tied_out(day.tie_out())
        return summary.plain()


def _planned(day: BankDay, name: str, sha256: str) -> FileSummary:
    judged = day.judge(sha256, dry_run=True)
    summary = FileSummary.of(name, judged)
    if judged.status in ("complete", "refused"):
        return summary
    plans = [day.plan(sha256, chunk) for chunk in range(judged.chunks)]
    # Decided together: what one chunk asks of the ledger, a later one may find done.
    outcomes = iter(ledger.rehearse(day.books.journal, [one for planned in plans for one in planned.submissions]))
    for planned in plans:
        summary.add(planned, became(planned, tuple(islice(outcomes, len(planned.submissions)))))
    return summary
