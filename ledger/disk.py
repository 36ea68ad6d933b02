"""Files and folders that a power cut leaves either complete or absent, and locks that admit one process at a time."""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

# This name pattern is our own, so that cleaning up never removes another program's files.
_PART: Final = ".{name}.part"
_PARTS: Final = _PART.format(name="[0-9a-f]" * 32)
_POLL_S: Final = 0.02


def make_folder(folder: Path) -> None:
    """Create a folder that only its owner may enter, and flush its name to the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Unnamed:
    """A file that is being written: its content goes to `file`, and `path` is its temporary path."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.file = file

    def take_name(self, path: Path, mode: int = 0o600) -> None:
        """Flush the content to the disk and give the file its name in one step, replacing an earlier file."""
        make_folder(path.parent)
        self.file.flush()
        descriptor = self.file.fileno()
        os.fchmod(descriptor, mode)
        if os.geteuid() == 0:
            # If root replaces a file, the new file gets the owner of the old one. If there is no old file, it gets the
            # owner of the folder.
            earlier = (path if path.exists() else path.parent).stat()
            os.fchown(descriptor, earlier.st_uid, earlier.st_gid)
        os.fsync(descriptor)
        self.path.replace(path)
        sync_folder(path.parent)


@contextmanager
def unnamed(folder: Path) -> Iterator[Unnamed]:
    """Open a new private file in a folder; when the `with` block ends, it is deleted unless `take_name` named it.

    Before the file is opened, the unfinished files of killed writers are removed.
    """
    make_folder(folder)
    _sweep(folder)
    path, file = _begin(folder)
    try:
        with file:
            yield Unnamed(path, file)
    finally:
        # The original error is raised even if the unfinished file cannot be removed.
        with suppress(OSError):
            path.unlink()


def write_whole(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    """Write a small file so that it is either complete on the disk or absent; by default only its owner may read it.

    If root replaces a file, the new file gets the owner of the old one. If there is no old file, it gets the owner of
    the folder.
    """
    with unnamed(path.parent) as new:
        new.file.write(content if isinstance(content, bytes) else content.encode())
        new.take_name(path, mode)


def _sweep(folder: Path) -> None:
    """Remove the unfinished files of killed writers: those that nobody has locked."""
    for path in folder.glob(_PARTS):
        with suppress(OSError), path.open("rb") as file:
            if lock(file.fileno()):
                path.unlink()


def _begin(folder: Path) -> tuple[Path, BinaryIO]:
    """Create a file that is locked while its writer lives."""
    while True:
        path = folder / _PART.format(name=uuid.uuid4().hex)
        file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        # Another writer may have removed the file before it was locked.
        if lock(file.fileno()) and os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()


@contextmanager
def alone(path: Path, patience_s: float, taken: Exception) -> Iterator[None]:
    """Let one process at a time use a folder, or a file (created if needed).

    Raises `taken` if another process still uses it after `patience_s` seconds.
    """
    kind = os.O_RDONLY | os.O_DIRECTORY if path.is_dir() else os.O_RDWR | os.O_CREAT
    descriptor = os.open(path, kind, 0o600)
    try:
        deadline = time.monotonic() + patience_s
        while not lock(descriptor):
            if time.monotonic() > deadline:
                raise taken
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def together(folder: Path, patience_s: float, taken: Exception) -> Iterator[None]:
    """Let any number of processes use a folder at the same time, but none while one is `alone` in it.

    Raises `taken` if that one still uses it after `patience_s` seconds.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        deadline = time.monotonic() + patience_s
        while not lock(descriptor, shared=True):
            if time.monotonic() > deadline:
                raise taken
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(descriptor)


def lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file or folder until every copy of its descriptor is closed; False if somebody else has the lock."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
