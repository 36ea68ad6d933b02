"""Files under keys of their own: a header with the file's key, wrapped by the master key, then the content in chunks.

Each chunk is encrypted with AES-256-GCM. Its nonce is its number and whether it is the last, so no chunk can be
changed, moved, left out or cut off, and no more than one chunk is in memory. Source: Hoang, Reyhanitabar, Rogaway and
Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (the construction STREAM).

The header has two places for the wrapped key. A key that is wrapped anew is written into the empty place first, so the
file can be read at every moment. A file whose key was destroyed has two empty places.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.vault.master_key import MasterKey
from ledger.vault.refusals import VaultRefused
from ledger.vault.wrapping import OTHER, WrappedKey, new_key, unwrapped, wrapped

_MAGIC: Final = b"reskontra encrypted file 1\n"
_OF: Final = "file"
_FINGERPRINT: Final = 8
# A nonce, a key of 32 bytes and a tag.
_WRAPPED: Final = 12 + 32 + 16
_PLACE: Final = _FINGERPRINT + _WRAPPED
_EMPTY: Final = bytes(_PLACE)
_PLACES: Final = (len(_MAGIC), len(_MAGIC) + _PLACE)
_HEADER: Final = len(_MAGIC) + 2 * _PLACE
_CHUNK: Final = 1 << 20
_TAG: Final = 16


def encrypted(master: MasterKey, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of an encrypted file, piece by piece, under a new key."""
    key = new_key()
    yield _MAGIC + _placed(wrapped(master, key, _OF)) + _EMPTY
    cipher = AESGCM(key)
    number, held = 0, b""
    for chunk in _chunks(pieces):
        if number:
            yield cipher.encrypt(_nonce(number, last=False), held, None)
        number, held = number + 1, chunk
    yield cipher.encrypt(_nonce(max(number, 1), last=True), held, None)


def decrypted(file: BinaryIO, master: MasterKey) -> BinaryIO:
    """The plain content of an encrypted file, which can be read and sought; it takes the file with it when closed.

    Raises VaultRefused if the key was destroyed or is another master key's; reading raises it if the file was changed.
    """
    return cast(BinaryIO, io.BufferedReader(_Plain(file, _key_of(file, master)), _CHUNK))


def wrap_anew(file: BinaryIO, master: MasterKey) -> bool:
    """Wrap a file's key by the newest secret of the master key; False if it is already, or if it was destroyed."""
    found = _wrapped_keys(file)
    if not found or set(found.values()) <= {master.newest}:
        return False
    key = _key_of(file, master)
    old = next(at for at, fingerprint in found.items() if fingerprint != master.newest)
    new = next(at for at in _PLACES if at != old)
    _write(file, new, _placed(wrapped(master, key, _OF)))
    _write(file, old, _EMPTY)
    return True


def has_key(file: BinaryIO) -> bool:
    """Whether a file's key was not destroyed."""
    return bool(_wrapped_keys(file))


def destroy_key(file: BinaryIO) -> None:
    """Destroy a file's key; its content is lost for ever."""
    for at in _PLACES:
        _write(file, at, _EMPTY)


class _Plain(io.RawIOBase):
    """The plain content of an encrypted file, one chunk at a time."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        ciphertext = file.seek(0, os.SEEK_END) - _HEADER
        # An empty file has one empty chunk.
        self._count = max(1, -(-ciphertext // (_CHUNK + _TAG)))
        self._size = ciphertext - self._count * _TAG
        self._at = 0
        self._number = 0
        self._chunk = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, within = divmod(self._at, _CHUNK)
        if number + 1 != self._number and (number < self._count or not self._number):
            self._chunk, self._number = self._decrypted(min(number, self._count - 1) + 1), number + 1
        if number >= self._count:
            return 0
        piece = self._chunk[within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _decrypted(self, number: int) -> bytes:
        self._file.seek(_HEADER + (number - 1) * (_CHUNK + _TAG))
        try:
            ciphertext = self._file.read(_CHUNK + _TAG)
            return self._cipher.decrypt(_nonce(number, last=number == self._count), ciphertext, None)
        except (InvalidTag, ValueError):
            raise _damaged() from None


def _key_of(file: BinaryIO, master: MasterKey) -> bytes:
    found = _wrapped_keys(file)
    if not found:
        raise VaultRefused("file_key_destroyed", "the key of this file was destroyed, so nobody can read it any more")
    for at, fingerprint in found.items():
        if fingerprint in master.wrapping:
            file.seek(at + _FINGERPRINT)
            return unwrapped(master, WrappedKey(fingerprint, file.read(_WRAPPED)), _OF)
    raise VaultRefused("vault_key_other", OTHER)


def _wrapped_keys(file: BinaryIO) -> dict[int, str]:
    """The fingerprints of the secrets that wrap the file's key, by their places in the header."""
    file.seek(0)
    header = file.read(_HEADER)
    if len(header) != _HEADER or not header.startswith(_MAGIC):
        raise _damaged()
    places = {at: header[at : at + _PLACE] for at in _PLACES}
    return {at: place[:_FINGERPRINT].hex() for at, place in places.items() if place != _EMPTY}


def _write(file: BinaryIO, at: int, content: bytes) -> None:
    file.seek(at)
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _placed(key: WrappedKey) -> bytes:
    return bytes.fromhex(key.fingerprint) + key.content


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of one size, of which only the last may be smaller."""
    held = b""
    for piece in pieces:
        whole = memoryview(held + piece if held else piece)
        full = len(whole) - len(whole) % _CHUNK
        yield from (bytes(whole[at : at + _CHUNK]) for at in range(0, full, _CHUNK))
        held = bytes(whole[full:])
    if held:
        yield held


def _damaged() -> VaultRefused:
    return VaultRefused("vault_damaged", "the encrypted file was changed or cut off; restore it from a backup")
