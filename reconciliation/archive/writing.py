"""Writing a file so that it is there whole or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from ledger.on_disk import make_folder, sync_folder
from reconciliation.archive.refusals import refused_by_disk

_CHUNK: Final = 1 << 20
_UNFINISHED: Final = ".part"


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file, piece by piece."""
    while chunk := source.read(_CHUNK):
        yield chunk


def digest_of(chunks: Iterable[bytes]) -> str:
    """SHA-256 over pieces, in hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def write_whole(incoming: Path, chunks: Iterable[bytes], name: Callable[[str], Path]) -> str:
    """Write `chunks` under the name that `name` gives for their SHA-256, and give that digest.

    The file grows in the folder `incoming`, readable by its owner only, reaches the disk, and takes its name in one
    step. Raises ArchiveRefused when the disk refuses; whatever is raised, nothing is left.
    """
    try:
        make_folder(incoming)
        sweep(incoming)
        path, file = _begin(incoming)
    except OSError as trouble:
        raise refused_by_disk(trouble, incoming.parent) from trouble
    with file:
        try:
            digest = hashlib.sha256()
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            _give_name(path, name(digest.hexdigest()))
        except OSError as trouble:
            raise refused_by_disk(trouble, incoming.parent) from trouble
        finally:
            with suppress(FileNotFoundError):
                path.unlink()
    return digest.hexdigest()


def sweep(incoming: Path) -> None:
    """Remove what killed writers left: an unfinished file that nobody holds a lock on."""
    for path in incoming.glob(f"*{_UNFINISHED}"):
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _begin(incoming: Path) -> tuple[Path, BinaryIO]:
    """A new file, locked as long as its writer lives."""
    while True:
        path = incoming / f"{uuid.uuid4().hex}{_UNFINISHED}"
        file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        # Another writer may have swept it up before it was locked.
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()


def _give_name(path: Path, target: Path) -> None:
    make_folder(target.parent)
    path.replace(target)
    sync_folder(target.parent)
