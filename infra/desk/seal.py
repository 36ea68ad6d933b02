"""Seals at the desk: a checkpoint over all facts, the proof of one, and all of them for an outsider."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.desk.desk import Desk

if TYPE_CHECKING:
    from ledger.sealing import Exported, Sealed, SealFolders


def now(desk: Desk, place: SealFolders, day: date | None, *, while_loading: bool = False) -> Sealed:
    """Seal all facts up to now, for a business day; for today where none is said."""
    from ledger.sealing import seal

    # What is not said is no mistake: the last checkpoint may have been given a later day.
    on, nearest = day or desk.today, day is None
    return seal(desk.books.journal, place, on, desk.now, nearest=nearest, while_loading=while_loading)


def prove(desk: Desk, place: SealFolders, fact: str) -> dict[str, Any]:
    """The proof that a fact, as STREAM@VERSION or a position, was sealed."""
    from ledger.sealing import prove as make_proof

    return make_proof(desk.books.journal, place, fact)


def export(desk: Desk, place: SealFolders, folder: Path, *, table: bool = False) -> Exported:
    """All sealed facts in a folder of their own, checked on the way."""
    from ledger.sealing import export as write_all

    return write_all(desk.books.journal, place, folder, table=table)
