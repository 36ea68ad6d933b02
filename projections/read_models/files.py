"""Bank files: which were proven and are being loaded, which are complete, which were rejected and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ledger.domain.bank_file import FileCompleted, FileIngested, FileRejected
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class File(Row, frozen=True):
    """A file by the hash of its content; counts are known once it is complete."""

    sha256: str
    format: str | None
    books: bool
    standing: str
    lines: int
    chunks: int
    receipts: int | None
    movements: int | None
    allocations: int | None
    seen_before: int | None
    in_doubt: int | None
    reasons: tuple[str, ...]
    ingested_at_position: int | None
    completed_at_position: int | None


def evolve(rows: Rows, recorded: Recorded) -> tuple[File, ...]:
    """The file after one more fact."""
    fact = recorded.fact
    match fact:
        case FileIngested():
            return (_file(fact, "loading", fact.books, fact.lines, fact.chunks, recorded.position),)
        case FileRejected():
            return (_file(fact, "rejected", books=False, lines=0, chunks=0, ingested=None),)
        case FileCompleted():
            return (_completed(only(rows, recorded), fact, recorded.position),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _file(
    fact: FileIngested | FileRejected, standing: str, books: bool, lines: int, chunks: int, ingested: int | None
) -> File:
    return File(
        sha256=fact.sha256,
        format=fact.format,
        books=books,
        standing=standing,
        lines=lines,
        chunks=chunks,
        receipts=None,
        movements=None,
        allocations=None,
        seen_before=None,
        in_doubt=None,
        reasons=fact.reasons if isinstance(fact, FileRejected) else (),
        ingested_at_position=ingested,
        completed_at_position=None,
    )


def _completed(file: File, fact: FileCompleted, position: int) -> File:
    return msgspec.structs.replace(
        file,
        standing="complete",
        receipts=fact.receipts,
        movements=fact.movements,
        allocations=fact.allocations,
        seen_before=fact.seen_before,
        in_doubt=fact.in_doubt,
        completed_at_position=position,
    )


FILES: Final = Keyed("files", File, ("sha256",), (FileIngested, FileCompleted, FileRejected), evolve)
