"""Where the seals of an entity lie, and where its key does: both outside the database, apart from each other."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

from ledger.sealing.refusals import SealRefused

# A sealer that waits longer than this for another one says so.
PATIENCE: Final = 60


class SealPlace(NamedTuple):
    """The folder of an entity's seals (`leaves`, `blocks`, `checkpoints/`, `keys/`), and the file of its private key.

    Beside the key lies the last checkpoint that was signed with it (`signed`), so that a folder of seals put back to
    an older state is noticed.
    """

    entity: str
    folder: Path
    key: Path

    @classmethod
    def of(cls, entity: str, data_dir: Path, seals: Path | None = None, keys: Path | None = None) -> Self:
        """The usual place below the data folder, or below folders of one's own for the seals and the keys."""
        return cls(entity, (seals or data_dir / "seals") / entity, (keys or data_dir / "keys") / f"{entity}.pem")

    @property
    def origin(self) -> str:
        """The log's name in its checkpoints and signatures."""
        return f"reskontra/{self.entity}"

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints."""
        return self.folder / "checkpoints"

    @property
    def notes(self) -> Path:
        """The folder of the notes that introduce the log's keys."""
        return self.folder / "keys"

    @property
    def signed(self) -> Path:
        """What the key signed last."""
        return self.key.with_suffix(".signed")

    @property
    def begun(self) -> bool:
        """Whether anything was ever sealed here, or a key made for it."""
        return self.notes.is_dir() or self.checkpoints.is_dir()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One sealer at a time in a folder; raises SealRefused when another one does not end."""
    make_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    sentence = f"another process is sealing in {folder}; wait for it to end, and run the same again"
                    raise SealRefused("sealing_elsewhere", sentence) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """A folder that only its owner enters, and that is there after a power cut too."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def write_whole(path: Path, content: str) -> None:
    """Write a file so that it is there whole, and on the disk, or not at all; readable by its owner only."""
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8", newline="") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
