"""The bank day rehearsed: every file judged and planned as it would be, and nothing recorded anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.cli.asking import Call
from reconciliation.archive import Archive, ArchiveRefused
from reconciliation.bank_day import BankDay, Executed
from reconciliation.flows.summary import DaySummary, FileSummary

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


def rehearse(
    call: Call, paths: Sequence[Path], on: date, currencies: frozenset[str], *, declare: bool
) -> dict[str, Any]:
    """What the bank day would come to, in the shape of its summary; each file as if it came alone."""
    with call.books() as books, call.desk() as desk, tempfile.TemporaryDirectory(prefix="reskontra-") as folder:
        archive = _Apart(Path(folder), Archive(call.settings.data_dir / "archive"))
        day = BankDay(books, archive, desk, on, call.now, call.actor, currencies, declare)
        summary = DaySummary(entity=call.entity, on=on, files=[])
        gathered = day.gather(list(paths))
        summary.files += [FileSummary.unreadable(name, reason) for name, reason in gathered.refused]
        summary.files += [_planned(day, name, sha256) for name, sha256 in gathered.files]
        summary.position = books.store.position()
        summary.tied_out(day.tie_out())
        return summary.plain()


def _planned(day: BankDay, name: str, sha256: str) -> FileSummary:
    judged = day.judge(sha256, dry_run=True)
    summary = FileSummary.of(name, judged)
    if judged.standing in ("complete", "refused"):
        return summary
    for chunk in range(judged.chunks):
        planned = day.plan(sha256, chunk)
        summary.add(planned, Executed(done=len(planned.submissions), nothing_new=0, unplaced=(), refused=()))
    return summary
