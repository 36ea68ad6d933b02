"""Why the archive will not keep or give a file."""

from __future__ import annotations

import errno
from pathlib import Path

# The disk, the quota or the largest file of the file system is reached.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ArchiveRefused(Exception):
    """A file that cannot be kept or given; nothing of it was left behind, and the sentence says what to do."""


class ArchiveUnwritable(ArchiveRefused):
    """Not the file but the archive's own disk or folder is at fault, so that no file can be kept now."""


def refused_by_disk(trouble: OSError, folder: Path) -> ArchiveUnwritable:
    """What an error of the disk means for the archive in `folder`."""
    if trouble.errno in _FULL:
        return ArchiveUnwritable(f"the disk of {folder} is full; nothing was kept: make room and run the same again")
    return ArchiveUnwritable(
        f"the archive in {folder} cannot be written ({trouble.strerror}); nothing was kept: check that the folder"
        " belongs to the user who runs reskontra"
    )
