"""The use cases of seals: sign a checkpoint over all facts, prove one fact, and export all facts for an outsider."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.desk.desk import Desk

if TYPE_CHECKING:
    from ledger.domain.duty import Duty
    from ledger.sealing import Exported, Key, Sealed, SealFolders

# Whose duty it is, although it leaves no fact.
SEALING: Final[tuple[Duty, ...]] = ("finance", "auditor", "admin")
REPLACING_KEY: Final[tuple[Duty, ...]] = ("admin",)


def now(desk: Desk, seals: SealFolders, day: date | None, *, while_loading: bool = False) -> Sealed:
    """Seal all facts recorded so far, for the given business day or for today."""
    from ledger.sealing import seal

    desk.require(*SEALING)
    # The last checkpoint's day may be later than today, and the next checkpoint must not have an earlier day than the
    # last. So if no day is given and today is not allowed, the nearest allowed day is used.
    on, nearest = day or desk.today, day is None
    return seal(desk.books.journal, seals, on, desk.now, nearest=nearest, while_loading=while_loading)


def replace_key(desk: Desk, seals: SealFolders) -> Key:
    """Replace the key with which checkpoints are signed; the old private key is destroyed."""
    from ledger.sealing import rotate

    desk.require(*REPLACING_KEY)
    return rotate(seals, desk.now)


def prove(desk: Desk, seals: SealFolders, fact: str) -> dict[str, Any]:
    """Return the proof that a fact, named as STREAM@VERSION or by its position, was sealed."""
    from ledger.sealing import prove as make_proof

    return make_proof(desk.books.journal, seals, fact)


def export(desk: Desk, seals: SealFolders, folder: Path, *, table: bool = False) -> Exported:
    """Check all sealed facts and write them into a new folder."""
    from ledger.sealing import export as write_all

    return write_all(desk.books.journal, seals, folder, table=table)
