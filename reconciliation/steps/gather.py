"""The step that gathers: it stores the files in the archive as received, under the hash of their content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciliation.archive import FilesRefused
from reconciliation.gate import Reason
from reconciliation.steps.outcomes import Gathered

if TYPE_CHECKING:
    from reconciliation.steps.day import BankDay


def gather(day: BankDay, paths: Sequence[Path]) -> Gathered:
    """Store files in the given order, each under the hash of its content; a folder's files are sorted by name."""
    refused: tuple[tuple[Path, str], ...] = ()
    try:
        taken = tuple(day.archive.gather(paths))
    except FilesRefused as some:
        taken, refused = some.gathered, some.refusals
    return Gathered(
        tuple((path.name, sha256) for path, sha256 in taken),
        tuple((path.name, Reason("file_unreadable", sentence, path.name)) for path, sentence in refused),
    )
