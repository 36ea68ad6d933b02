"""The step that gathers: it stores the files in the archive as received, under the hash of their content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciliation.archive import FilesRefused
from reconciliation.gate import Reason
from reconciliation.steps.outcomes import Gathered
from reconciliation.store import ReceivedFile

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay


def gather(day: BankDay, paths: Sequence[Path]) -> Gathered:
    """Store files in the given order, each under the hash of its content; a folder's files are sorted by name.

    The names of the files are listed, also of those that cannot be archived.
    """
    refused: tuple[tuple[Path, str], ...] = ()
    try:
        taken = tuple(day.archive.gather(paths))
    except FilesRefused as some:
        taken, refused = some.gathered, some.refusals
    gathered = Gathered(
        tuple((path.name, sha256) for path, sha256 in taken),
        tuple((path.name, Reason("file_unreadable", sentence, path.name)) for path, sentence in refused),
    )
    if not day.rehearsed:
        came = {ReceivedFile(name, sha256) for name, sha256 in gathered.files}
        came |= {ReceivedFile(name, None, reason.code, reason.sentence) for name, reason in gathered.refused}
        day.desk.keep_received(sorted(came, key=lambda one: (one.name, one.sha256 or "")), day.recorded_at)
    return gathered
