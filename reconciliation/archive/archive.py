"""The archive: every file as it came, under the SHA-256 of its content, and what was read of it beside.

`ab/abcdef…` is the file, `ab/abcdef….parsed` what was read of it, which may be deleted at any time. A name always
stands for the plain content. All content goes to the disk through `_write` and comes back through `_content`: an
envelope per file, as erasure will need, goes into these two and changes no caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from reconciliation.archive.refusals import ArchiveRefused
from reconciliation.archive.writing import chunks_of, digest_of, write_named

if TYPE_CHECKING:
    from reconciliation.statements import Parsed, Profile

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
# A bank's day of 100,000 movements is about 100 MB of camt; what is larger is not a statement.
LARGEST_FILE: Final = 512 * 1024 * 1024


class Archive:
    """The archive in a folder of its own; `largest_bytes` is the largest file it takes."""

    def __init__(self, folder: Path, largest_bytes: int = LARGEST_FILE) -> None:
        self._root = folder
        self._largest = largest_bytes

    def keep_file(self, path: Path) -> str:
        """Keep a file, piece by piece, and give its SHA-256; what is there already stays as it is.

        Raises ArchiveRefused for a file that is too large or cannot be read, and when the disk is full or cannot be
        written.
        """
        try:
            self._refuse_large(path.stat().st_size, str(path))
            with path.open("rb") as source:
                sha256 = digest_of(chunks_of(source))
        except OSError as trouble:
            raise _unreadable(path, trouble) from trouble
        return sha256 if self._holds(sha256) else self._write(self._pieces(path))

    def open(self, sha256: str) -> BinaryIO:
        """A kept file, open at its first byte, after its whole content was compared with its hash.

        Raises ArchiveRefused when it was never kept here or is damaged.
        """
        file = self._content(sha256)
        if digest_of(chunks_of(file)) != sha256:
            file.close()
            raise ArchiveRefused(
                f"the archived file {sha256} is damaged: its content no longer has this hash; restore it from a backup,"
                " or give the original file again"
            )
        file.seek(0)
        return file

    def read(self, sha256: str) -> bytes:
        """The content of a kept file; refuses as `open` does."""
        with self.open(sha256) as file:
            return file.read()

    def gather(self, paths: Iterable[Path]) -> list[tuple[Path, str]]:
        """Keep every file of these paths, folders included; (path, SHA-256) for each, in a stable order.

        Raises FilesRefused, which has the others, when some cannot be taken.
        """
        from reconciliation.archive.gathering import gather

        return gather(self.keep_file, paths)

    def parsed(self, sha256: str, profile: Profile | None = None) -> Parsed:
        """What the reader says of a kept file, from beside it where the same reader read it before."""
        from reconciliation.archive.parsed import reader_version
        from reconciliation.statements import read

        version = reader_version(profile)
        found = self.open_parsed(sha256, version)
        if found is None:
            found = read(self.read(sha256), profile)
            self.keep_parsed(sha256, found, version)
        return found

    def keep_parsed(self, sha256: str, parsed: Parsed, version: str) -> None:
        """Put beside a kept file what a reader of this version read of it."""
        from reconciliation.archive.parsed import pack

        write_named(self._incoming, [pack(parsed, sha256, version)], lambda _: self._beside(sha256))

    def open_parsed(self, sha256: str, version: str) -> Parsed | None:
        """What was read of a file; none where that is missing, damaged, or by a reader of another version."""
        from reconciliation.archive.parsed import unpack

        place = self._beside(sha256)
        return unpack(place.read_bytes(), sha256, version) if place.is_file() else None

    @property
    def _incoming(self) -> Path:
        return self._root / "incoming"

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ArchiveRefused("a file of the archive is named by its SHA-256: 64 hexadecimal digits in lower case")
        return self._root / sha256[:2] / sha256

    def _beside(self, sha256: str) -> Path:
        return self._place(sha256).with_suffix(".parsed")

    def _write(self, chunks: Iterable[bytes]) -> str:
        return write_named(self._incoming, chunks, self._place)

    def _content(self, sha256: str) -> BinaryIO:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise ArchiveRefused(
                f"the archive in {self._root} holds no file {sha256}: it was not kept here; give the file again"
            ) from None
        except OSError as trouble:
            raise _unreadable(self._place(sha256), trouble) from trouble

    def _holds(self, sha256: str) -> bool:
        """Whether the file is there and sound; a damaged one is written again by who has the content in hand."""
        try:
            with self._content(sha256) as file:
                return digest_of(chunks_of(file)) == sha256
        except (ArchiveRefused, OSError):
            return False

    def _pieces(self, path: Path) -> Iterator[bytes]:
        """A file piece by piece; it may have grown since it was measured."""
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
                f"{what} has {size} bytes, more than the {self._largest} that a file may have: check that it is a"
                " statement, or raise the limit"
            )


def _unreadable(path: Path, trouble: OSError) -> ArchiveRefused:
    return ArchiveRefused(f"{path} cannot be read ({trouble.strerror}): check that it is there and may be read")
