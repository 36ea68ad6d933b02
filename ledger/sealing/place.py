"""Where the seals of an entity lie, and where its key does: both outside the database, apart from each other."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

from ledger.on_disk import alone, make_folder
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
    def coming(self) -> Path:
        """The key that replaces it, until its note is written."""
        return self.key.with_suffix(".coming")

    @property
    def begun(self) -> bool:
        """Whether anything was ever sealed here, or a key made for it."""
        return any(path.exists() for path in (self.notes, self.checkpoints, self.folder / "leaves", self.signed))


def names_in(folder: Path) -> list[str]:
    """The names in a folder of the seals, sorted; none where it is not there. Raises SealRefused: it is unreadable."""
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    except OSError as trouble:
        raise SealRefused("seals_unreadable", _UNREADABLE.format(path=folder, why=trouble.strerror)) from None


def missing(place: SealPlace, what: str, never: str) -> SealRefused:
    """That something of the seals is not there: `never` where nothing else is either, else that it was lost."""
    paths = (place.key, place.signed, place.notes, place.checkpoints, place.folder / "leaves")
    left = [path for path in paths if _is_left(path)]
    if not left:
        return SealRefused("not_sealed", never)
    lost = _LOST.format(what=what, left=", ".join(map(str, left)))
    if place.signed in left or place.checkpoints in left:
        return SealRefused("seals_missing", lost)
    return SealRefused("not_sealed", f"{lost}; where the first sealing was stopped, run `reskontra seal now`")


def _is_left(path: Path) -> bool:
    try:
        # What has not got its name yet begins with a point.
        return stat.S_ISREG(path.stat().st_mode) or any(not name.startswith(".") for name in names_in(path))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as trouble:
        raise SealRefused("seals_unreadable", _UNREADABLE.format(path=path, why=trouble.strerror)) from None


_UNREADABLE: Final = "{path} cannot be read ({why}), so what is sealed is not known; give this user the right to it"
_LOST: Final = (
    "{what}, and yet there is {left}: put back what was lost from a backup, or set RESKONTRA_SEAL_DIR to where it is"
)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One sealer at a time in a folder; raises SealRefused when another one does not end."""
    make_folder(folder)
    sentence = f"another process is sealing in {folder}; wait for it to end, and run the same again"
    with alone(folder, PATIENCE, SealRefused("sealing_elsewhere", sentence)):
        yield
