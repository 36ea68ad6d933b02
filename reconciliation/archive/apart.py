"""The archive of a rehearsal: what is only looked at is kept apart, in a folder that goes away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reconciliation.archive.archive import Archive
from reconciliation.archive.refusals import ArchiveRefused

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Profile


class ArchiveApart(Archive):
    """Keeps files in a folder of its own, and gives what the real archive has."""

    def __init__(self, folder: Path, kept: Archive) -> None:
        super().__init__(folder)
        self._kept = kept

    def parsed(self, sha256: str, profile: Profile | None = None) -> Parsed:
        """What the reader says of a file that is only looked at, or of one that was archived before."""
        try:
            return super().parsed(sha256, profile)
        except ArchiveRefused:
            return self._kept.parsed(sha256, profile)
