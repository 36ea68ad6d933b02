"""Writing a file under the hash of its content, which is known only when all of it was written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ledger.on_disk import unnamed
from reconciliation.archive.refusals import refused_by_disk

_CHUNK: Final = 1 << 20


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


def write_named(incoming: Path, chunks: Iterable[bytes], name: Callable[[str], Path]) -> str:
    """Write `chunks` under the name that `name` gives for their SHA-256, and give that digest.

    The file grows in the folder `incoming`. Raises ArchiveRefused when the disk refuses; whatever is raised, nothing
    is left.
    """
    digest = hashlib.sha256()
    try:
        with unnamed(incoming) as new:
            for chunk in chunks:
                digest.update(chunk)
                new.file.write(chunk)
            new.take_name(name(digest.hexdigest()))
    except OSError as trouble:
        raise refused_by_disk(trouble, incoming.parent) from trouble
    return digest.hexdigest()
