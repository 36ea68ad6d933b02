"""The reasons why the archive cannot store or return a file."""

from __future__ import annotations

import errno
from pathlib import Path

# Errors which mean that the disk is full, or that the quota or the system's largest file size is reached.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ArchiveRefused(Exception):
    """Raised if a file cannot be stored (no part of it is kept) or returned; the message says what to do."""

    code = "file_unreadable"


class PathMissing(ArchiveRefused):
    """Raised if nothing is at a path: nothing came, so there is no file whose fate could be listed."""

    code = "path_missing"


class ErasedFile(ArchiveRefused):
    """Raised if the book says that a file was erased, so that it is not stored again."""

    code = "file_erased"


class ArchiveUnwritable(ArchiveRefused):
    """Raised if the archive's disk or folder prevents it from storing any file now."""


def refused_by_disk(trouble: OSError, folder: Path) -> ArchiveUnwritable:
    """The refusal for a disk error of the archive in `folder`."""
    if trouble.errno in _FULL:
        return ArchiveUnwritable(
            f"the disk of {folder} is full; nothing was stored: free some space and run the command again"
        )
    return ArchiveUnwritable(
        f"the archive in {folder} cannot be written ({trouble.strerror}); nothing was stored: check that the folder "
        "belongs to the user who runs reskontra"
    )
