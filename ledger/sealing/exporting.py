"""All sealed facts in a folder for an outsider: Parquet, the checkpoint over them, the notes of the keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ledger.sealing.checkpoints import newest_number, path_of, read_checkpoint
from ledger.sealing.keys import chain_of
from ledger.sealing.place import SealPlace
from ledger.sealing.refusals import SealRefused
from ledger.sealing.verifier import Checkpoint, Frontier, Invalid, leaf_hash

if TYPE_CHECKING:
    from ledger.journal import Journal
    from ledger.journal.recorded import StoredFact

FACTS = "facts.parquet"


class Exported(NamedTuple):
    """The folder, the checkpoint in it, and the files of it by name."""

    folder: Path
    checkpoint: Checkpoint
    files: tuple[str, ...]


def export(journal: Journal, place: SealPlace, folder: Path) -> Exported:
    """Write every fact up to the last checkpoint into a new folder, and check them against it on the way.

    Raises SealRefused when nothing is sealed, when the folder is there already, or when these are not the facts that
    were sealed; OSError of the disk. Nothing half written is kept.
    """
    from ledger.journal.fact_files import write_facts

    number = newest_number(place)
    if not number:
        raise SealRefused("not_sealed", "nothing is sealed yet; run `reskontra seal now`")
    if folder.exists():
        raise SealRefused("folder_exists", f"{folder} is there already; name a folder that is not")
    tree = Frontier()
    try:
        checkpoint = read_checkpoint(place, number, chain_of(place))
        folder.mkdir(parents=True)
        write_facts(folder / FACTS, _counted(journal.stored_pages(0, checkpoint.position), tree))
        if (tree.size, tree.root()) != (checkpoint.size, checkpoint.root):
            raise Invalid(f"these are not the facts that checkpoint {number} sealed")
        for path in (path_of(place, number), *sorted(place.notes.glob("*.note"))):
            shutil.copyfile(path, folder / path.name)
    except BaseException as trouble:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(trouble, Invalid):
            raise SealRefused("history_changed", f"{trouble}; run `reskontra verify`") from None
        raise
    return Exported(folder, checkpoint, tuple(sorted(path.name for path in folder.iterdir())))


def _counted(found: Iterator[list[StoredFact]], tree: Frontier) -> Iterator[list[StoredFact]]:
    for page in found:
        for fact in page:
            tree.add(leaf_hash(*fact))
        yield page
