"""Collects the day's files from paths and folders into the archive, in a stable order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from reconciliation.archive.refusals import ArchiveRefused, ArchiveUnwritable, PathMissing


class Refusal(NamedTuple):
    """A path that was refused, with the code and the sentence that says what to do."""

    path: Path
    code: str
    sentence: str


class FilesRefused(ArchiveRefused):
    """Raised if some paths were refused: `refusals` says which and why, `gathered` lists the accepted files."""

    def __init__(self, refusals: tuple[Refusal, ...], gathered: tuple[tuple[Path, str], ...]) -> None:
        super().__init__("; ".join(one.sentence for one in refusals))
        self.refusals = refusals
        self.gathered = gathered


def gather(keep: Callable[[Path], str], paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Pass every file to `keep` and return (path, SHA-256) for each, in the order of `paths`.

    Folders are read recursively; names that begin with a dot are skipped. A file given twice is returned once. Raises
    FilesRefused if a path is missing, unreadable, not a file, or too large; the other files stay stored. Raises
    ArchiveUnwritable immediately if the disk is full.
    """
    gathered: list[tuple[Path, str]] = []
    refusals: list[Refusal] = []
    seen: set[Path] = set()
    for path, refusal in _listed(paths):
        resolved = path.resolve()
        if resolved in seen:
            continue
        seen.add(resolved)
        try:
            if refusal is not None:
                raise refusal
            gathered.append((path, keep(path)))
        except ArchiveUnwritable:
            raise
        except ArchiveRefused as trouble:
            refusals.append(Refusal(path, trouble.code, str(trouble)))
    if refusals:
        raise FilesRefused(tuple(refusals), tuple(gathered))
    return gathered


def _listed(paths: Iterable[Path]) -> Iterator[tuple[Path, ArchiveRefused | None]]:
    """Yield every file in the paths; for a path that is refused, yield the path and the reason."""
    for path in paths:
        try:
            if path.is_dir():
                yield from _in_folder(path)
            elif path.is_file():
                yield path, None
            elif path.exists():
                yield path, ArchiveRefused(f"{path} is neither a file nor a folder: give the path of the file itself")
            else:
                yield path, PathMissing(f"{path} does not exist: check the path")
        except OSError as trouble:
            sentence = f"{path} cannot be read ({trouble.strerror}): check that you have the right to read it"
            yield path, ArchiveRefused(sentence)


def _in_folder(folder: Path) -> Iterator[tuple[Path, ArchiveRefused | None]]:
    names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    for name in names:
        path = folder / name
        # A link to a folder is skipped, because it may lead back to this folder; a link to a file is treated as the
        # file.
        if path.is_symlink() and path.is_dir():
            continue
        yield from _listed([path])
