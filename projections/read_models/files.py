"""Bank files: those being loaded, those that are complete, and those that were rejected and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.file import FileCompleted, FileIngested, FileRejected, LoadedFile
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class File(Row, frozen=True):
    """A file, identified by the hash of its content; the counts are known once it is complete."""

    sha256: Annotated[str, "Hash of its content."]
    format: Annotated[str | None, "Its format, recognised by its content."]
    books: Annotated[bool, "Whether its lines are booked; false if it only proves totals."]
    status: Annotated[str, "loading, complete or rejected."]
    lines: Annotated[int, "Number of its lines."]
    chunks: Annotated[int, "Number of chunks in which it is loaded."]
    receipts: Annotated[int | None, "Receipts it led to; null until complete."]
    movements: Annotated[int | None, "Other bank movements it led to; null until complete."]
    allocations: Annotated[int | None, "Allocations it led to; null until complete."]
    seen_before: Annotated[int | None, "Lines known from other files; null until complete."]
    in_doubt: Annotated[int | None, "Lines left for a person; null until complete."]
    reasons: Annotated[tuple[str, ...], "Why it was rejected."]
    ingested_at_position: Annotated[int | None, "Position in the journal at which its loading began."]
    completed_at_position: Annotated[int | None, "Position in the journal at which it was complete."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[File, ...]:
    """The file after one more fact."""
    fact, position = recorded.fact, recorded.position
    match fact:
        case FileIngested():
            file = fact.file
            return (_begun(fact.sha256, file.format, "loading", file.books, (file.lines, file.chunks), position),)
        case FileRejected():
            rejected = _begun(fact.sha256, fact.format, "rejected", False, (0, 0), None)
            return (msgspec.structs.replace(rejected, reasons=fact.reasons),)
        case FileCompleted():
            return (_completed(only(rows, recorded), fact.loaded, position),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _begun(
    sha256: str, format: str | None, status: str, books: bool, size: tuple[int, int], ingested: int | None
) -> File:
    lines, chunks = size
    return File(
        sha256=sha256,
        format=format,
        books=books,
        status=status,
        lines=lines,
        chunks=chunks,
        receipts=None,
        movements=None,
        allocations=None,
        seen_before=None,
        in_doubt=None,
        reasons=(),
        ingested_at_position=ingested,
        completed_at_position=None,
    )


def _completed(file: File, loaded: LoadedFile, position: int) -> File:
    return msgspec.structs.replace(
        file,
        status="complete",
        receipts=loaded.receipts,
        movements=loaded.movements,
        allocations=loaded.allocations,
        seen_before=loaded.seen_before,
        in_doubt=loaded.in_doubt,
        completed_at_position=position,
    )


FILES: Final = Keyed(
    "files",
    "Every bank file that was opened for loading or rejected.",
    File,
    ("sha256",),
    (FileIngested, FileCompleted, FileRejected),
    evolve,
)
