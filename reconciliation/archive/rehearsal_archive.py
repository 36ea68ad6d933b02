"""The archive that a rehearsal uses: its files are stored in a temporary folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reconciliation.archive.archive import Archive
from reconciliation.archive.refusals import ArchiveRefused

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Profile


class RehearsalArchive(Archive):
    """Stores files in its own folder, and also reads the files of the real archive."""

    def __init__(self, folder: Path, kept: Archive) -> None:
        super().__init__(folder, kept.key)
        self._kept = kept

    def parsed(self, sha256: str, profile: Profile | None = None) -> Parsed:
        """Return a file's parsed data: from the rehearsal if the file is there, otherwise from the real archive."""
        try:
            return super().parsed(sha256, profile)
        except ArchiveRefused:
            return self._kept.parsed(sha256, profile)
