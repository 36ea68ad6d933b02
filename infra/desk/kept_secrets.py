"""Checks that what is kept under keys can still be opened: the persons in the vault, and the bank files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.desk.check import Check
from infra.desk.counts import counted

if TYPE_CHECKING:
    from infra.desk.vault import VaultDoor
    from ledger.sealing import Finding
    from projections import Books
    from reconciliation.archive import Archive


def vault(books: Books, door: VaultDoor) -> Check:
    """Check that the master key is there and opens the key of every person."""
    from ledger.vault import VaultRefused, opened_keys

    try:
        count = opened_keys(door.url, books.entity, door.key)
    except VaultRefused as trouble:
        return Check("vault", False, str(trouble), trouble.code)
    said = "the master key is there" if count == 0 else f"the master key opens {counted(count, 'key')} of persons"
    return Check("vault", True, said, "vault_damaged")


def bank_files(books: Books, door: VaultDoor) -> Check:
    """Check that every bank file of the book is in the archive, can be opened and was not cut off.

    Only the end of each file is read. Whether all of its content is as it was is seen whenever the file is read.
    """
    from ledger.vault import VaultRefused
    from reconciliation.archive import Archive

    now = books.store.now
    erased = {row["subject_id"] for row in now.erasures("erased")}
    kept = [row["sha256"] for row in now.files() if row["sha256"] not in erased]
    archive = Archive(door.archive, door.key)
    try:
        findings = tuple(found for one in kept if (found := _finding(archive, one)) is not None)
    except VaultRefused as trouble:
        return Check("archive", False, str(trouble), trouble.code)
    if findings:
        missing = f"{counted(len(findings), 'file')} of {len(kept)} cannot be read"
        return Check("archive", False, missing, "archive_incomplete", findings)
    said = f"{counted(len(kept), 'bank file')} in the archive" if kept else "no bank file was loaded"
    return Check("archive", True, said, "archive_incomplete")


def _finding(archive: Archive, sha256: str) -> Finding | None:
    """What is wrong with a bank file, if anything; raises VaultRefused if the master key is missing or another one."""
    from ledger.sealing import Finding
    from ledger.vault import VaultRefused
    from reconciliation.archive import ArchiveRefused

    try:
        archive.require_whole(sha256)
    except ArchiveRefused:
        return Finding("archive_incomplete", _LOST.format(sha256=sha256, what="is not in the archive"), sha256)
    except VaultRefused as trouble:
        if trouble.code in ("vault_damaged", "file_key_destroyed"):
            return Finding("archive_incomplete", _LOST.format(sha256=sha256, what="cannot be opened"), sha256)
        raise
    return None


_LOST: Final = (
    "the bank file {sha256} {what}; restore the archive from a backup, or load the bank's file again, which books "
    "nothing twice"
)
