"""Exports all sealed facts for an outsider: their records, their checkpoint, and the notes that introduce keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ledger.disk import make_folder, sync_folder, unnamed, write_whole
from ledger.sealing.checkpoints import newest_number, no_checkpoint, path_of, read_checkpoint
from ledger.sealing.keys import known_keys, note_paths
from ledger.sealing.leaves import sealed_record
from ledger.sealing.refusals import SealRefused
from ledger.sealing.seal_folders import SealFolders
from ledger.sealing.verifier import Checkpoint, Invalid, check_export, read_facts

if TYPE_CHECKING:
    from ledger.journal import Journal
    from ledger.journal.recorded_facts import StoredFact

FACTS = "facts.records"
# This table is for analysts; it proves nothing.
TABLE = "facts.parquet"


class Exported(NamedTuple):
    """The folder, its checkpoint, and its files by name."""

    folder: Path
    checkpoint: Checkpoint
    files: tuple[str, ...]


def export(journal: Journal, seals: SealFolders, folder: Path, *, table: bool = False) -> Exported:
    """Write every fact up to the last checkpoint into a new folder, and check the result as an outsider would.

    Only the owner may enter the folder and read its files. With `table`, the same facts are also written as Parquet.

    Raises SealRefused if nothing is sealed, if the folder already exists, or if the facts are not the facts that were
    sealed; raises OSError if the disk fails. A partly written export is removed.
    """
    number = newest_number(seals)
    if not number:
        raise no_checkpoint(seals)
    if folder.exists():
        raise SealRefused("folder_exists", f"{folder} already exists; name a new folder")
    chain = known_keys(seals)
    make_folder(folder.parent)
    folder.mkdir(mode=0o700)
    try:
        checkpoint = read_checkpoint(seals, number, chain)
        _write(journal.stored_pages(0, checkpoint.position), folder, table)
        check_export(read_facts(folder / FACTS), checkpoint)
        for path in (path_of(seals, number), *note_paths(seals.notes)):
            write_whole(folder / path.name, path.read_bytes())
        sync_folder(folder.parent)
    except BaseException as trouble:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(trouble, Invalid):
            raise SealRefused("history_changed", f"{trouble}; run `reskontra verify`") from None
        raise
    return Exported(folder, checkpoint, tuple(sorted(path.name for path in folder.iterdir())))


def _write(pages: Iterator[list[StoredFact]], folder: Path, table: bool) -> None:
    from ledger.journal.fact_files import write_facts

    with unnamed(folder) as new:
        written = _recorded(pages, new.file)
        if table:
            write_facts(folder / TABLE, written)
        for _ in written:
            pass
        new.take_name(folder / FACTS)


def _recorded(pages: Iterator[list[StoredFact]], file: BinaryIO) -> Iterator[list[StoredFact]]:
    """Pass on the pages unchanged, and write each of their facts to the file as a record."""
    for page in pages:
        for record in map(sealed_record, page):
            file.write(len(record).to_bytes(4, "big") + record)
        yield page
