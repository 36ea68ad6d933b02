"""A file given to an archive by its content."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from reconciliation.archive import Archive


def keep(archive: Archive, content: bytes) -> str:
    """Keep a file of this content, and give its SHA-256."""
    with NamedTemporaryFile() as source:
        source.write(content)
        source.flush()
        return archive.keep_file(Path(source.name))
