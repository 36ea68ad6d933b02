"""Archived years: the journal reads their facts by position, from files that are checked for changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

from ledger.journal.fact_files import FactFileBroken, OpenFactFile, RowGroup, sha256_of
from ledger.journal.recorded_facts import StoredFact

# Runs one SQL statement that contains `{schema}`, with its parameters.
Fetch = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

# How many decoded row groups are kept; consecutive reads usually need the same row groups.
_KEPT: Final = 4
# At most this many files are kept open.
_OPEN: Final = 32


class ArchivedFactsUnreadable(Exception):
    """A file of archived facts is missing or was changed; the message names the file and says what to do."""


class ArchivedFile(NamedTuple):
    """A file of archived facts, as the database lists it."""

    first: int
    last: int
    facts: int
    file: str
    sha256: str

    @property
    def path(self) -> Path:
        """The file's path."""
        return Path(self.file)


class ArchivedYears:
    """The archived facts of one legal entity; the list of files is read from the database when needed.

    Each file's hash is checked when it is first opened, and again if the file has been replaced since.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._files: list[ArchivedFile] = []
        self._opened: OrderedDict[int, tuple[object, OpenFactFile]] = OrderedDict()
        self._kept: OrderedDict[tuple[int, int], RowGroup] = OrderedDict()
        self._lock = Lock()

    def reach(self) -> int:
        """The last archived position that this object knows; more facts may have been archived since."""
        return self._files[-1].last if self._files else 0

    def learn(self, reach: int) -> None:
        """Read the list of files if the archive reaches further than this object knows."""
        if reach > self.reach():
            # The list is read before the lock is taken, because reading needs a connection, and threads that hold a
            # connection may be waiting for the lock.
            known = [ArchivedFile(*row) for row in self._fetch(FILES, ())]
            with self._lock:
                if len(known) > len(self._files):
                    self._files = known

    def between(self, after: int, upto: int, limit: int, names: Collection[str] = ()) -> list[StoredFact]:
        """The archived facts with these names after position `after` up to `upto`, in order; at most `limit`."""
        found: list[StoredFact] = []
        with self._lock:
            for group in self._groups(after, upto):
                if names:
                    wanted = [fact for fact in group.between(after, upto) if fact.name in names]
                    found += wanted[: limit - len(found)]
                else:
                    found += group.between(after, upto, limit - len(found))
                if len(found) >= limit:
                    break
        return found

    def at(self, positions: Collection[int]) -> list[StoredFact]:
        """The archived facts at these positions, in order; raises ArchivedFactsUnreadable if one of them is missing."""
        asked = sorted(positions)
        if not asked:
            return []
        self.learn(asked[-1])
        found: list[StoredFact] = []
        with self._lock:
            for number, theirs in groupby(asked, self._number):
                found += self._of_file(number, list(theirs))
        return found

    def _of_file(self, number: int, positions: Sequence[int]) -> list[StoredFact]:
        groups = self._open(number).groups
        found: list[StoredFact] = []
        for group, theirs in groupby(positions, lambda position: bisect_left(groups, position, key=_last)):
            wanted = list(theirs)
            here = self._group(number, group).at(wanted) if group < len(groups) else []
            if len(here) != len(wanted):
                raise ArchivedFactsUnreadable(
                    f"facts that the books list for {self._files[number].path} are missing from this file; run "
                    "`reskontra archive verify`"
                )
            found += here
        return found

    def _number(self, position: int) -> int:
        number = bisect_left(self._files, position, key=_last)
        if number == len(self._files) or position < self._files[number].first:
            raise ArchivedFactsUnreadable(
                f"according to the books, position {position} is archived, but no archive file has it; run "
                "`reskontra archive verify`"
            )
        return number

    def _groups(self, after: int, upto: int) -> Iterator[RowGroup]:
        """The row groups that can contain facts at positions above `after` and at most `upto`."""
        for number in range(bisect_right(self._files, after, key=_last), len(self._files)):
            if self._files[number].first > upto:
                return
            groups = self._open(number).groups
            for group in range(bisect_right(groups, after, key=_last), len(groups)):
                if groups[group][0] > upto:
                    return
                yield self._group(number, group)

    def _group(self, number: int, group: int) -> RowGroup:
        kept = self._kept.get((number, group))
        if kept is None:
            try:
                kept = self._open(number).group(group)
            except (FactFileBroken, OSError) as trouble:
                raise _unreadable(self._files[number], trouble) from trouble
            self._kept[number, group] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end((number, group))
        return kept

    def _open(self, number: int) -> OpenFactFile:
        """The opened file, after its hash was checked."""
        file = self._files[number]
        try:
            seen = _seen(file.path)
            known = self._opened.get(number)
            if known is not None and known[0] == seen:
                self._opened.move_to_end(number)
                return known[1]
            opened = _compared(file)
        except (FactFileBroken, OSError) as trouble:
            moved = self._moved(number)
            if moved is None:
                raise _unreadable(file, trouble) from trouble
            self._files[number] = moved
            return self._open(number)
        if known is not None:
            known[1].close()
        self._opened[number] = (seen, opened)
        if len(self._opened) > _OPEN:
            self._opened.popitem(last=False)[1][1].close()
        return opened

    def _moved(self, number: int) -> ArchivedFile | None:
        """The file with its new path according to the books; None if the path has not changed."""
        file = ArchivedFile(*self._fetch(FILES, ())[number])
        return None if file.path == self._files[number].path else file


def compared(file: ArchivedFile) -> None:
    """Raise ArchivedFactsUnreadable if a file is missing or was changed."""
    try:
        _compared(file).close()
    except (FactFileBroken, OSError) as trouble:
        raise _unreadable(file, trouble) from trouble


def _compared(file: ArchivedFile) -> OpenFactFile:
    if sha256_of(file.path) != file.sha256:
        raise FactFileBroken("the file was changed after it was archived")
    opened = OpenFactFile(file.path)
    if (opened.first, opened.last, opened.facts) != (file.first, file.last, file.facts):
        opened.close()
        raise FactFileBroken("the file does not contain the facts that the books list for it")
    return opened


def _seen(path: Path) -> object:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _unreadable(file: ArchivedFile, trouble: Exception) -> ArchivedFactsUnreadable:
    if isinstance(trouble, FileNotFoundError):
        why = "is missing"
    else:
        why = f"cannot be used: {getattr(trouble, 'strerror', None) or trouble}"
    return ArchivedFactsUnreadable(
        f"{file.path}, the file of the archived facts {file.first} to {file.last}, {why}; put the file back (a copy "
        "with the same content will do), or register the files' new folder with `reskontra archive moved FOLDER`"
    )


def _last(span: ArchivedFile | tuple[int, int]) -> int:
    """The last position of a file or a row group."""
    return span[1]


FILES: Final = (
    "SELECT first_position, last_position, facts, file, sha256 FROM {schema}.archived_facts ORDER BY last_position"
)
