"""The bank day at the desk: what files would come to, with nothing recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from infra.desk.desk import Desk

if TYPE_CHECKING:
    from reconciliation.steps.summary import DaySummary


def rehearsed(desk: Desk, archive: Path, paths: Sequence[Path], on: date | None, *, declare: bool) -> DaySummary:
    """The bank day as it would be, of a day or of today; `archive` is the folder of the files that came before."""
    from reconciliation.archive import Archive
    from reconciliation.steps.rehearsal import rehearse

    at = (on or desk.today, desk.now, desk.actor)
    return rehearse(desk.books, Archive(archive), desk.lists, paths, *at, declare=declare)
