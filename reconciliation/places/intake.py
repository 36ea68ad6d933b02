"""Takes the files of a place into the archive: each once and whole, whatever is wrong with others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from reconciliation.archive import ArchiveRefused, ArchiveUnwritable
from reconciliation.gate import Reason
from reconciliation.places.refusals import FileTrouble, PlaceTrouble, StillWritten
from reconciliation.places.seen_file import SeenFile, finished
from reconciliation.store import ReceivedFile, TakenFile

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from reconciliation.archive import Archive
    from reconciliation.places.form import Place
    from reconciliation.store import ReconciliationStore

UNREADABLE: Final = "file_unreadable"


class Folder(Protocol):
    """A place that is open."""

    def look(self) -> list[SeenFile]:
        """The files that are there now."""

    def fetch(self, seen: SeenFile, into: BinaryIO) -> None:
        """Copy a file that is as it was seen."""

    def put_away(self, seen: SeenFile, called: str, *, delete: bool) -> None:
        """Move a file that is archived out of the way, or delete it."""

    def drop_mark(self, name: str) -> None:
        """Delete the mark that a file was complete."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one visit of a place brought.

    `files` are the archived files as (name, sha256), `refused` those that could not be archived, `left` how many are
    still being written, and `troubles` what is wrong with the place, in sentences without names of files.
    """

    files: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, Reason], ...] = ()
    left: int = 0
    troubles: tuple[str, ...] = ()


def take(
    name: str,
    place: Place,
    archive: Archive,
    lists: ReconciliationStore,
    at: datetime,
    erased: Callable[[str], bool],
    pause: Callable[[float], None] = time.sleep,
) -> Taken:
    """Take the finished files of a place; files that were taken before a trouble are taken all the same.

    A file is copied whole, archived, noted in the working lists, and only then put away. If the program is stopped in
    between, the next visit takes the file again, which adds nothing. Raises ArchiveUnwritable if no file can be
    archived, and StoreTrouble.
    """
    visit = _Visit(name, place, archive, lists, at, erased)
    try:
        with _opened(place) as there:
            for seen in visit.finished(there, pause):
                visit.take(there, seen)
    except PlaceTrouble as trouble:
        visit.troubles.append(str(trouble))
    return Taken(tuple(visit.files), tuple(visit.refused), visit.left, tuple(dict.fromkeys(visit.troubles)))


class _Visit:
    def __init__(
        self,
        name: str,
        place: Place,
        archive: Archive,
        lists: ReconciliationStore,
        at: datetime,
        erased: Callable[[str], bool],
    ) -> None:
        self._name, self._place = name, place
        self._archive, self._lists, self._at, self._erased = archive, lists, at, erased
        self.files: list[tuple[str, str]] = []
        self.refused: list[tuple[str, Reason]] = []
        self.troubles: list[str] = []
        self.left = 0

    def finished(self, there: Folder, pause: Callable[[float], None]) -> Iterator[SeenFile]:
        """The files to take: those whose name says that they are complete, or that did not change between two looks."""
        place = self._place
        first = finished(place, there.look())
        if place.after_taking == "leave" and first:
            known = self._lists.places.known_looks(self._name, [one.look for one in first])
            first = [one for one in first if one.look not in known]
        if first and place.done_suffix is None:
            pause(place.settled_seconds)
            still = set(there.look())
            self.left = sum(one not in still for one in first)
            first = [one for one in first if one in still]
        yield from first

    def take(self, there: Folder, seen: SeenFile) -> None:
        """Take one file; what is wrong with it is noted, and others are taken all the same."""
        try:
            sha256 = self._archive.keep_copied(partial(there.fetch, seen), seen.shown, seen.size, self._erased)
        except StillWritten:
            self.left += 1
            return
        except ArchiveUnwritable:
            raise
        except (ArchiveRefused, FileTrouble) as trouble:
            self._refuse(seen, getattr(trouble, "code", UNREADABLE), str(trouble))
            return
        self._lists.keep_received([ReceivedFile(seen.shown, sha256)], self._at)
        self._lists.places.keep_taken(TakenFile(self._name, seen.look, sha256), self._at)
        self.files.append((seen.shown, sha256))
        self._put_away(there, seen, sha256)

    def _put_away(self, there: Folder, seen: SeenFile, sha256: str) -> None:
        after = self._place.after_taking
        if after == "leave":
            return
        try:
            there.put_away(seen, f"{sha256[:12]}-{seen.name}", delete=after == "delete")
        except StillWritten:
            self.left += 1
            return
        except FileTrouble as trouble:
            self.troubles.append(f"file {sha256[:12]} was taken from {self._name}, but {trouble}")
            return
        if self._place.done_suffix is not None:
            there.drop_mark(seen.name + self._place.done_suffix)

    def _refuse(self, seen: SeenFile, code: str, sentence: str) -> None:
        said = sentence if seen.shown in sentence else f"{seen.shown}: {sentence}"
        self._lists.keep_received([ReceivedFile(seen.shown, None, code, said)], self._at)
        self.refused.append((seen.shown, Reason(code, said, seen.shown)))


@contextmanager
def _opened(place: Place) -> Iterator[Folder]:
    opened: AbstractContextManager[Folder]
    if place.sftp is not None:
        from reconciliation.places.sftp import open_sftp

        opened = open_sftp(place.sftp)
    else:
        from reconciliation.places.folder import open_folder

        assert place.folder is not None, "a place is a folder or a server"
        opened = open_folder(Path(place.folder))
    with opened as there:
        yield there
