"""The archive stores every file as received, under the SHA-256 of its content, with the parsed data beside it.

`ab/abcdef…` is the file. `ab/abcdef….parsed` is its parsed data, which may be deleted at any time. Each is encrypted
under a key of its own, which the entity's master key wraps; the hash is always that of the plain content.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from ledger.disk import unnamed, write_whole
from ledger.vault.encrypted_file import decrypted, destroy_key, encrypted, has_key, wrap_anew
from ledger.vault.master_key import MasterKey, read_key, using
from ledger.vault.refusals import VaultRefused
from ledger.vault.spool import Spool
from ledger.vault.wrapping import ENDED, OTHER
from reconciliation.archive.refusals import ArchiveRefused, ErasedFile, refused_by_disk
from reconciliation.archive.writer import chunks_of, digest_of, write_named

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Profile

# Says of a file, by its hash, whether it was erased.
Erased = Callable[[str], bool]
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
# A bank's day with 100,000 movements is a camt file of about 100 MB; a much larger file cannot be a statement.
LARGEST_FILE: Final = 512 * 1024 * 1024
# The file in the archive with the fingerprints of the master key with which it was begun, and of the newest secret.
_BEGUN_WITH: Final = "master-key"
# What is wrong with a file that can be written again.
_UNUSABLE: Final = ("vault_damaged", "file_key_destroyed")


class Archive:
    """The archive in a folder; `largest_bytes` is the size of the largest file that the archive accepts.

    `key` is the file of the master key. Every method raises VaultRefused if it is missing, or is another one than that
    with which the archive was begun.
    """

    def __init__(self, folder: Path, key: Path, largest_bytes: int = LARGEST_FILE) -> None:
        self._root = folder
        self.key = key
        self._largest = largest_bytes

    def keep_file(self, path: Path, erased: Erased = lambda sha256: False, named: str | None = None) -> str:
        """Store a file, piece by piece, and return its SHA-256; an existing copy stays as it is.

        Raises ArchiveRefused if the file is too large or unreadable, or if the disk is full or not writable; and if the
        file was `erased`.
        """
        try:
            self._refuse_large(path.stat().st_size, str(path))
            with path.open("rb") as source:
                sha256 = digest_of(chunks_of(source))
        except OSError as trouble:
            raise _unreadable(path, trouble) from trouble
        if erased(sha256):
            raise ErasedFile(_ERASED.format(path=named or path, sha256=sha256))
        return sha256 if self._holds(sha256) else self._write(self._pieces(path), self._place)

    def keep_copied(
        self, copy: Callable[[BinaryIO], None], named: str, size: int, erased: Erased = lambda sha256: False
    ) -> str:
        """Store what `copy` writes, once that is whole, and return its SHA-256; if `copy` fails, nothing is kept.

        Raises ArchiveRefused in the same cases as `keep_file`; its message calls the file as it is `named`.
        """
        self._refuse_large(size, named)
        try:
            with unnamed(self._incoming) as new:
                copy(new.file)
                new.file.flush()
                return self.keep_file(new.path, erased, named)
        except OSError as trouble:
            raise refused_by_disk(trouble, self._root) from trouble

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file, after comparing its whole content with its hash.

        Raises ArchiveRefused if the file was never stored here or is damaged.
        """
        file = self._content(sha256)
        try:
            sound = digest_of(chunks_of(file)) == sha256
        except VaultRefused:
            sound = False
        if not sound:
            file.close()
            raise _damaged(sha256)
        file.seek(0)
        return file

    def read(self, sha256: str) -> bytes:
        """Return the content of a stored file; raises ArchiveRefused in the same cases as `open`."""
        # The content is decrypted only once.
        try:
            with self._content(sha256) as file:
                content = file.read()
        except VaultRefused as trouble:
            raise (_damaged(sha256) if trouble.code == "vault_damaged" else trouble) from None
        if digest_of([content]) != sha256:
            raise _damaged(sha256)
        return content

    def require_whole(self, sha256: str) -> None:
        """Open a stored file and read its end, which is not the end of anything that was cut off.

        Raises ArchiveRefused if the file is not here, and VaultRefused if it was cut off or cannot be opened.
        """
        with self._content(sha256) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            file.read(1)

    def gather(self, paths: Iterable[Path], erased: Erased = lambda sha256: False) -> list[tuple[Path, str]]:
        """Store all files at these paths (files or folders); returns each file's path and SHA-256, in a stable order.

        `erased` says of a hash whether that file was erased; such a file is refused.

        If some files are refused, raises FilesRefused, which also lists the accepted ones.
        """
        from reconciliation.archive.intake import gather

        return gather(lambda path: self.keep_file(path, erased), paths)

    def parsed(self, sha256: str, profile: Profile | None = None) -> Parsed:
        """The parsed data of a stored file; reused if this version of the reader has already parsed the file."""
        from reconciliation.archive.parsed_file import reader_version
        from reconciliation.statements import read

        version = reader_version(profile)
        found = self.open_parsed(sha256, version)
        if found is None:
            found = read(self.read(sha256), profile, Spool().keep)
            self.keep_parsed(sha256, found, version)
        return found

    def keep_parsed(self, sha256: str, parsed: Parsed, version: str) -> None:
        """Store the data that this version of the reader parsed from a file, beside that file."""
        from reconciliation.archive.parsed_file import pack

        self._write(pack(parsed, sha256, version), lambda _: self._beside(sha256))

    def open_parsed(self, sha256: str, version: str) -> Parsed | None:
        """The parsed data of a file; None if it is missing, damaged, or from another version of the reader."""
        from reconciliation.archive.parsed_file import unpack

        beside = self._beside(sha256)
        if not beside.is_file():
            return None
        try:
            with self._decrypted(beside) as file:
                return unpack(file, sha256, version, Spool().keep)
        except VaultRefused as trouble:
            if trouble.code in _UNUSABLE:
                return None
            raise

    def wrap_anew(self, master: MasterKey) -> int:
        """Wrap the keys of all files by the newest secret of the master key; returns how many were not yet."""
        count = 0
        if (self._root / _BEGUN_WITH).is_file():
            self._record(master)
        for path in self._root.glob("??/*"):
            with path.open("r+b") as file:
                try:
                    count += wrap_anew(file, master)
                except VaultRefused as trouble:
                    # A damaged file has no key that could be lost.
                    if trouble.code != "vault_damaged":
                        raise
        return count

    def unreadable(self, sha256: str) -> bool:
        """Whether a file's key was destroyed, or the file is not here."""
        path = self._place(sha256)
        if not path.is_file():
            return True
        with path.open("rb") as file:
            return not has_key(file)

    def destroy(self, sha256: str) -> None:
        """Destroy the key of a file, if the file is here, and what was parsed of it."""
        path = self._place(sha256)
        if path.is_file():
            with self._open(path, "r+b") as file:
                destroy_key(file)
        self._beside(sha256).unlink(missing_ok=True)

    @property
    def _incoming(self) -> Path:
        return self._root / "incoming"

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ArchiveRefused("give the SHA-256 of a file in the archive: 64 hexadecimal digits in lower case")
        return self._root / sha256[:2] / sha256

    def _beside(self, sha256: str) -> Path:
        return self._place(sha256).with_suffix(".parsed")

    def _write(self, chunks: Iterable[bytes], name: Callable[[str], Path]) -> str:
        with using(self.key) as master:
            self._begin(master)
            return write_named(self._incoming, chunks, name, lambda pieces: encrypted(master, pieces))

    def _begin(self, master: MasterKey) -> None:
        """Record with which master key the archive is begun, or refuse another one, or an old copy of this one."""
        path = self._root / _BEGUN_WITH
        try:
            if not path.is_file():
                self._record(master)
            fingerprint, newest = path.read_text(encoding="ascii").split()
        except OSError as trouble:
            raise refused_by_disk(trouble, self._root) from trouble
        if fingerprint != master.fingerprint:
            raise VaultRefused("vault_key_other", OTHER)
        if newest not in master.wrapping:
            raise VaultRefused("vault_key_other", ENDED)

    def _record(self, master: MasterKey) -> None:
        write_whole(self._root / _BEGUN_WITH, f"{master.fingerprint} {master.newest}\n")

    def _content(self, sha256: str) -> BinaryIO:
        return self._decrypted(self._place(sha256))

    def _decrypted(self, path: Path) -> BinaryIO:
        master = read_key(self.key)
        file = self._open(path, "rb")
        try:
            return decrypted(file, master)
        except BaseException:
            file.close()
            raise

    def _open(self, path: Path, mode: str) -> BinaryIO:
        try:
            return cast(BinaryIO, path.open(mode))
        except FileNotFoundError:
            raise ArchiveRefused(f"the archive in {self._root} has no file {path.name}; load the file again") from None
        except OSError as trouble:
            raise _unreadable(path, trouble) from trouble

    def _holds(self, sha256: str) -> bool:
        """Whether the file exists and is undamaged; the caller has the content and replaces a damaged file."""
        try:
            with self._content(sha256) as file:
                return digest_of(chunks_of(file)) == sha256
        except (ArchiveRefused, OSError):
            return False
        except VaultRefused as trouble:
            if trouble.code in _UNUSABLE:
                return False
            raise

    def _pieces(self, path: Path) -> Iterator[bytes]:
        """Read a file in pieces; raises ArchiveRefused if the file has grown too large since its size was checked."""
        taken = 0
        try:
            with path.open("rb") as source:
                for chunk in chunks_of(source):
                    taken += len(chunk)
                    self._refuse_large(taken, str(path))
                    yield chunk
        except OSError as trouble:
            raise _unreadable(path, trouble) from trouble

    def _refuse_large(self, size: int, what: str) -> None:
        if size > self._largest:
            raise ArchiveRefused(
                f"{what} has {size} bytes, but a file may have at most {self._largest}: check that the file is a "
                "statement, or raise the limit"
            )


_ERASED: Final = (
    "{path} was erased by two persons, so it is not kept again: delete it here and wherever else it is; `reskontra "
    "vault erasures` says when {sha256} was erased"
)


def _damaged(sha256: str) -> ArchiveRefused:
    return ArchiveRefused(
        f"the archived file {sha256} is damaged: its content no longer has this hash; restore it from a backup, or "
        "load the original file again"
    )


def _unreadable(path: Path, trouble: OSError) -> ArchiveRefused:
    return ArchiveRefused(f"{path} cannot be read ({trouble.strerror}): check that it exists and that you may read it")
