"""Writing a file so that it is there whole or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from reconciliation.archive.refusals import refused_by_disk

CHUNK: Final = 1 << 20
_OWNER_ONLY: Final = 0o600
_UNFINISHED: Final = ".part"


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file, piece by piece."""
    while chunk := source.read(CHUNK):
        yield chunk


def digest_of(chunks: Iterable[bytes]) -> str:
    """SHA-256 over pieces, in hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def unfinished(folder: Path) -> Iterator[BinaryIO]:
    """A new file in `folder`, readable by its owner only, that vanishes unless `finish` gives it its name.

    It is locked as long as its writer lives, so that `sweep` knows what a killed one left behind.
    Raises ArchiveRefused when the disk refuses.
    """
    try:
        _make(folder)
        sweep(folder)
        descriptor = os.open(folder / f"{uuid.uuid4().hex}{_UNFINISHED}", os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY)
    except OSError as trouble:
        raise refused_by_disk(trouble, folder) from trouble
    path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
    with os.fdopen(descriptor, "w+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield file
        except OSError as trouble:
            raise refused_by_disk(trouble, folder) from trouble
        finally:
            with suppress(FileNotFoundError):
                path.unlink()
