"""Where the seals of an entity lie, and where its key does: both outside the database, apart from each other."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

from ledger.on_disk import make_folder
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
