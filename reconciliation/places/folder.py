"""A drop folder on this machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from ledger.disk import sync_folder
from reconciliation.places.refusals import FileTrouble, PlaceTrouble, StillWritten
from reconciliation.places.seen_file import SeenFile

# The folder, within the place, of the files that were taken.
TAKEN: Final = "taken"
_PIECE: Final = 1 << 20


class DropFolder:
    """The files of a folder itself, without those in folders within it; links are left alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def look(self) -> list[SeenFile]:
        """The files that are there now; raises PlaceTrouble."""
        try:
            with os.scandir(self._folder) as found:
                return [seen for one in found if (seen := _seen(one)) is not None]
        except OSError as trouble:
            raise PlaceTrouble(
                f"the folder {self._folder} cannot be read ({trouble.strerror}): check that it is there, and its rights"
            ) from None

    def fetch(self, seen: SeenFile, into: BinaryIO) -> None:
        """Copy a file; raises StillWritten if it is no longer as it was seen, and FileTrouble."""
        with _reading():
            source = open(self._folder / seen.name, "rb", opener=_no_link)  # noqa: SIM115 - closed below
        with source:
            # What the disk of the archive says of writing is not about this file.
            while piece := _read(source):
                into.write(piece)
            with _reading():
                now = os.fstat(source.fileno())
        if (now.st_size, now.st_mtime_ns) != (seen.size, seen.modified) or into.tell() != seen.size:
            raise StillWritten

    def put_away(self, seen: SeenFile, called: str, *, delete: bool) -> None:
        """Move a file that is archived to the folder `taken`, or delete it; raises StillWritten or FileTrouble.

        A newer file of the same name, which nobody has archived, goes back to where it was.
        """
        away = self._folder / TAKEN / called
        there = self._folder / seen.name
        try:
            away.parent.mkdir(mode=0o700, exist_ok=True)
            there.rename(away)
            now = away.stat()
            if (now.st_size, now.st_mtime_ns) != (seen.size, seen.modified):
                _give_back(away, there)
                raise StillWritten
            if delete:
                away.unlink()
            sync_folder(away.parent)
            sync_folder(self._folder)
        except OSError as trouble:
            raise FileTrouble(f"it cannot be put away ({trouble.strerror})") from None

    def drop_mark(self, name: str) -> None:
        """Delete the mark that a file was complete, if it is still there."""
        with suppress(OSError):
            (self._folder / name).unlink(missing_ok=True)


def _seen(one: os.DirEntry[str]) -> SeenFile | None:
    try:
        found = one.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return SeenFile(one.name, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        raise FileTrouble(f"it cannot be read ({trouble.strerror}): check its rights") from None


def _read(source: BinaryIO) -> bytes:
    with _reading():
        return source.read(_PIECE)


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _give_back(away: Path, there: Path) -> None:
    """Link rather than rename, so that a third file that has come meanwhile is not replaced."""
    # If there is a third one, this one gets a name of its own, and the next run takes both.
    for name in (there, there.with_name(away.name)):
        try:
            os.link(away, name)
        except FileExistsError:
            continue
        except OSError:
            # Not every file system has links.
            away.rename(name)
            return
        away.unlink()
        return


@contextmanager
def open_folder(folder: Path) -> Iterator[DropFolder]:
    """A drop folder; nothing has to be closed."""
    yield DropFolder(folder)
