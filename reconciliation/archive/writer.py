"""Writes a file under the hash of its content; the hash is known only after the whole content is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ledger.disk import unnamed
from reconciliation.archive.refusals import refused_by_disk

_CHUNK: Final = 1 << 20


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """Read the remaining content of an open file, in pieces."""
    while chunk := source.read(_CHUNK):
        yield chunk


def digest_of(chunks: Iterable[bytes | memoryview]) -> str:
    """The SHA-256 of all pieces together, in hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def write_named(
    incoming: Path,
    chunks: Iterable[bytes],
    name: Callable[[str], Path],
    encrypted: Callable[[Iterable[bytes]], Iterable[bytes]],
) -> str:
    """Write `chunks`, encrypted, to the path that `name` returns for their SHA-256, and return that SHA-256.

    The file is first written to the folder `incoming`. Raises ArchiveRefused if the disk fails. After any exception, no
    part of the file is left.
    """
    digest = hashlib.sha256()

    def plain() -> Iterator[bytes]:
        for chunk in chunks:
            digest.update(chunk)
            yield chunk

    try:
        with unnamed(incoming) as new:
            for piece in encrypted(plain()):
                new.file.write(piece)
            new.take_name(name(digest.hexdigest()))
    except OSError as trouble:
        raise refused_by_disk(trouble, incoming.parent) from trouble
    return digest.hexdigest()
