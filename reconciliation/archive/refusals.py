"""Reasons why the archive cannot store or return a file."""

from __future__ import annotations

import errno
from pathlib import Path

# The disk is full, or the quota or the largest file size is reached.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ArchiveRefused(Exception):
    """A file cannot be stored or returned; nothing of it was left behind, and the sentence says what to do."""


class ArchiveUnwritable(ArchiveRefused):
    """The archive's own disk or folder is at fault, so that no file can be stored now."""


def refused_by_disk(trouble: OSError, folder: Path) -> ArchiveUnwritable:
    """The refusal for an error of the disk of the archive in `folder`."""
    if trouble.errno in _FULL:
        return ArchiveUnwritable(
            f"the disk of {folder} is full; nothing was stored: free some space and run the command again"
        )
    return ArchiveUnwritable(
        f"the archive in {folder} cannot be written ({trouble.strerror}); nothing was stored: check that the folder "
        "belongs to the user who runs reskontra"
    )
