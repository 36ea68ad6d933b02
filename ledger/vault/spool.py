"""Pieces of bytes that wait outside the memory of a process: on the disk, under a key that only this process has.

The file has no name and the key is never written, so nothing of it is left when the process ends, however it ends.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.vault.wrapping import new_key


class Spool:
    """Takes pieces and gives them back; if the disk cannot take one, it stays in memory."""

    def __init__(self) -> None:
        self._cipher = AESGCM(new_key())
        self._lock = threading.Lock()
        self._file: int | None = None
        self._end = self._count = 0

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)

    def keep(self, piece: bytes) -> Callable[[], bytes]:
        """Take a piece; what is returned gives it back, as often as it is asked, and from any thread."""
        with self._lock:
            self._count += 1
            # The key is new in each spool, so a number is enough of a nonce.
            nonce = self._count.to_bytes(12)
            held = self._cipher.encrypt(nonce, piece, None)
            at = self._end
            try:
                self._write(held, at)
            except OSError:
                return lambda: piece
            length = len(held)
            self._end += length
        return lambda: self._cipher.decrypt(nonce, self._read(length, at), None)

    def _write(self, held: bytes, at: int) -> None:
        if self._file is None:
            self._file = _nameless()
        rest = memoryview(held)
        while rest:
            written = os.pwrite(self._file, rest, at)
            rest, at = rest[written:], at + written

    def _read(self, length: int, at: int) -> bytes:
        assert self._file is not None
        pieces = []
        while length and (piece := os.pread(self._file, length, at)):
            pieces.append(piece)
            length, at = length - len(piece), at + len(piece)
        return b"".join(pieces)


def _nameless() -> int:
    """A new file in the folder for temporary files, which no other program can open."""
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
