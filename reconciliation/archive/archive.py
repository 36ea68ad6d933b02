"""The archive stores every file as received, under the SHA-256 of its content, with the parsed data beside it.

`ab/abcdef…` is the file. `ab/abcdef….parsed` is its parsed data, which may be deleted at any time. The hash is always
that of the plain content. Only `_write` writes content and only `_content` reads it. So encryption per file, which
erasure will need, can be added in these two functions without changing their callers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from reconciliation.archive.refusals import ArchiveRefused
from reconciliation.archive.writer import chunks_of, digest_of, write_named

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Profile

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
# A bank's day with 100,000 movements is a camt file of about 100 MB; a much larger file cannot be a statement.
LARGEST_FILE: Final = 512 * 1024 * 1024


class Archive:
    """The archive in a folder; `largest_bytes` is the size of the largest file that the archive accepts."""

    def __init__(self, folder: Path, largest_bytes: int = LARGEST_FILE) -> None:
        self._root = folder
        self._largest = largest_bytes

    def keep_file(self, path: Path) -> str:
        """Store a file, piece by piece, and return its SHA-256; an existing copy stays as it is.

        Raises ArchiveRefused if the file is too large or unreadable, or if the disk is full or not writable.
        """
        try:
            self._refuse_large(path.stat().st_size, str(path))
            with path.open("rb") as source:
                sha256 = digest_of(chunks_of(source))
        except OSError as trouble:
            raise _unreadable(path, trouble) from trouble
        return sha256 if self._holds(sha256) else self._write(self._pieces(path))

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file, after comparing its whole content with its hash.

        Raises ArchiveRefused if the file was never stored here or is damaged.
        """
        file = self._content(sha256)
        if digest_of(chunks_of(file)) != sha256:
            file.close()
            raise ArchiveRefused(
                f"the archived file {sha256} is damaged: its content no longer has this hash; restore it from a "
                "backup, or load the original file again"
            )
        file.seek(0)
        return file

    def read(self, sha256: str) -> bytes:
        """Return the content of a stored file; raises ArchiveRefused in the same cases as `open`."""
        with self.open(sha256) as file:
            return file.read()

    def gather(self, paths: Iterable[Path]) -> list[tuple[Path, str]]:
        """Store all files at these paths (files or folders); returns each file's path and SHA-256, in a stable order.

        If some files are refused, raises FilesRefused, which also lists the accepted ones.
        """
        from reconciliation.archive.intake import gather

        return gather(self.keep_file, paths)

    def parsed(self, sha256: str, profile: Profile | None = None) -> Parsed:
        """The parsed data of a stored file; reused if this version of the reader has already parsed the file."""
        from reconciliation.archive.parsed_file import reader_version
        from reconciliation.statements import read

        version = reader_version(profile)
        found = self.open_parsed(sha256, version)
        if found is None:
            found = read(self.read(sha256), profile)
            self.keep_parsed(sha256, found, version)
        return found

    def keep_parsed(self, sha256: str, parsed: Parsed, version: str) -> None:
        """Store the data that this version of the reader parsed from a file, beside that file."""
        from reconciliation.archive.parsed_file import pack

        write_named(self._incoming, [pack(parsed, sha256, version)], lambda _: self._beside(sha256))

    def open_parsed(self, sha256: str, version: str) -> Parsed | None:
        """The parsed data of a file; None if it is missing, damaged, or from another version of the reader."""
        from reconciliation.archive.parsed_file import unpack

        beside = self._beside(sha256)
        return unpack(beside.read_bytes(), sha256, version) if beside.is_file() else None

    @property
    def _incoming(self) -> Path:
        return self._root / "incoming"

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ArchiveRefused("give the SHA-256 of a file in the archive: 64 hexadecimal digits in lower case")
        return self._root / sha256[:2] / sha256

    def _beside(self, sha256: str) -> Path:
        return self._place(sha256).with_suffix(".parsed")

    def _write(self, chunks: Iterable[bytes]) -> str:
        return write_named(self._incoming, chunks, self._place)

    def _content(self, sha256: str) -> BinaryIO:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise ArchiveRefused(f"the archive in {self._root} has no file {sha256}; load the file again") from None
        except OSError as trouble:
            raise _unreadable(self._place(sha256), trouble) from trouble

    def _holds(self, sha256: str) -> bool:
        """Whether the file exists and is undamaged; the caller has the content and replaces a damaged file."""
        try:
            with self._content(sha256) as file:
                return digest_of(chunks_of(file)) == sha256
        except (ArchiveRefused, OSError):
            return False

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


def _unreadable(path: Path, trouble: OSError) -> ArchiveRefused:
    return ArchiveRefused(f"{path} cannot be read ({trouble.strerror}): check that it exists and that you may read it")
