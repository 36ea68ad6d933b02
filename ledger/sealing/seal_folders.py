"""The folders of an entity's seals and of its key: both are outside the database and separate from each other."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

from ledger.disk import alone, make_folder
from ledger.sealing.refusals import SealRefused

# A sealer gives up after waiting this many seconds for another sealer.
PATIENCE: Final = 60


class SealFolders(NamedTuple):
    """An entity's folder of seals (`leaves`, `blocks`, `checkpoints/`, `keys/`) and the file with its private key.

    The last checkpoint that the key signed is kept beside the key (`signed`), to detect a folder of seals that was
    restored to an older state.
    """

    entity: str
    folder: Path
    key: Path

    @classmethod
    def of(cls, entity: str, data_dir: Path, seals: Path | None = None, keys: Path | None = None) -> Self:
        """The entity's folders: inside `seals` and `keys` if the operator gives these, else inside `data_dir`."""
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
        """The last checkpoint that the key signed."""
        return self.key.with_suffix(".signed")

    @property
    def coming(self) -> Path:
        """The next private key, which is kept here until its note is written."""
        return self.key.with_suffix(".coming")

    @property
    def begun(self) -> bool:
        """Whether anything was ever sealed here, or a key was ever created."""
        return any(path.exists() for path in (self.notes, self.checkpoints, self.folder / "leaves", self.signed))


def names_in(folder: Path) -> list[str]:
    """The sorted names in a folder of the seals; empty if the folder does not exist.

    Raises SealRefused if the folder is unreadable.
    """
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    except OSError as trouble:
        raise SealRefused("seals_unreadable", _UNREADABLE.format(path=folder, why=trouble.strerror)) from None


def missing(seals: SealFolders, what: str, never: str) -> SealRefused:
    """The refusal for missing seals: with the text `never` if no seals exist, otherwise with what was lost."""
    paths = (seals.key, seals.signed, seals.notes, seals.checkpoints, seals.folder / "leaves")
    left = [path for path in paths if _is_left(path)]
    if not left:
        return SealRefused("not_sealed", never)
    lost = _LOST.format(what=what, left=", ".join(map(str, left)))
    if seals.signed in left or seals.checkpoints in left:
        return SealRefused("seals_missing", lost)
    return SealRefused("not_sealed", f"{lost}; if the first sealing was interrupted, run `reskontra seal now`")


def _is_left(path: Path) -> bool:
    try:
        # The names of unfinished files begin with a dot.
        return stat.S_ISREG(path.stat().st_mode) or any(not name.startswith(".") for name in names_in(path))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as trouble:
        raise SealRefused("seals_unreadable", _UNREADABLE.format(path=path, why=trouble.strerror)) from None


_UNREADABLE: Final = (
    "{path} cannot be read ({why}), so nobody knows what is sealed; give this user the right to read it"
)
_LOST: Final = (
    "{what}, although other seals exist ({left}): use a backup to restore what was lost, or set RESKONTRA_SEAL_DIR "
    "to the right folder"
)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Allow only one sealer at a time in a folder; raises SealRefused if another sealer does not end."""
    make_folder(folder)
    sentence = f"another process is sealing in {folder}; wait until it has ended, and run the command again"
    with alone(folder, PATIENCE, SealRefused("sealing_elsewhere", sentence)):
        yield
