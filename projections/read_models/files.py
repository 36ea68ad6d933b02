"""Bank files: those being loaded, those that are complete, and those that were rejected and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from ledger.domain.bank.file import FileCompleted, FileIngested, FileRejected, LoadedFile
from projections.read_models.model import Keyed, Row, Rows, only

if TYPE_CHECKING:
    from ledger import Recorded


class File(Row, frozen=True):
    """A file, identified by the hash of its content; what came from it is counted when it is complete."""

    sha256: Annotated[str, "Hash of the file's content."]
    format: Annotated[str | None, "Format of the file, recognised by its content."]
    read_by: Annotated[str | None, "Version of the file mapping by which it was read; null for a format of its own."]
    books: Annotated[bool, "Whether the file's lines are booked; false if the file only proves totals."]
    status: Annotated[str, "Status of the file: loading, complete or rejected."]
    lines: Annotated[int, "Number of lines in the file."]
    chunks: Annotated[int, "Number of chunks in which the file is loaded."]
    receipts: Annotated[int | None, "Number of receipts from the file; null until the file is complete."]
    movements: Annotated[
        int | None, "Number of the file's bank movements that are not receipts; null until the file is complete."
    ]
    allocations: Annotated[int | None, "Number of allocations made for the file; null until the file is complete."]
    seen_before: Annotated[
        int | None, "Number of lines already known from other files; null until the file is complete."
    ]
    in_doubt: Annotated[int | None, "Number of lines left for a person to decide; null until the file is complete."]
    before_opening: Annotated[
        int | None, "Number of lines not booked, because an opening balance contains them; null until complete."
    ]
    reasons: Annotated[tuple[str, ...], "Why the file was rejected."]
    ingested_at_position: Annotated[int | None, "Position in the journal at which loading began."]
    completed_at_position: Annotated[int | None, "Position in the journal at which the file was complete."]
    completed_on: Annotated[date | None, "Day of the work in which the file became complete; null until it is."]


def evolve(rows: Rows, recorded: Recorded) -> tuple[File, ...]:
    """The file with one more fact applied."""
    fact, position = recorded.fact, recorded.position
    match fact:
        case FileIngested():
            file = fact.file
            begun = _begun(fact.sha256, file.format, "loading", file.books, (file.lines, file.chunks), position)
            return (msgspec.structs.replace(begun, read_by=file.read_by),)
        case FileRejected():
            rejected = _begun(fact.sha256, fact.format, "rejected", False, (0, 0), None)
            return (msgspec.structs.replace(rejected, reasons=fact.reasons),)
        case FileCompleted():
            return (_completed(only(rows, recorded), fact.loaded, recorded),)
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def _begun(
    sha256: str, format: str | None, status: str, books: bool, size: tuple[int, int], ingested: int | None
) -> File:
    lines, chunks = size
    return File(
        sha256=sha256,
        format=format,
        read_by=None,
        books=books,
        status=status,
        lines=lines,
        chunks=chunks,
        receipts=None,
        movements=None,
        allocations=None,
        seen_before=None,
        in_doubt=None,
        before_opening=None,
        reasons=(),
        ingested_at_position=ingested,
        completed_at_position=None,
        completed_on=None,
    )


def _completed(file: File, loaded: LoadedFile, recorded: Recorded) -> File:
    return msgspec.structs.replace(
        file,
        status="complete",
        receipts=loaded.receipts,
        movements=loaded.movements,
        allocations=loaded.allocations,
        seen_before=loaded.seen_before,
        in_doubt=loaded.in_doubt,
        before_opening=loaded.before_opening,
        completed_at_position=recorded.position,
        completed_on=recorded.envelope.occurred_on,
    )


FILES: Final = Keyed(
    "files",
    "Every bank file that was rejected or opened for loading.",
    File,
    ("sha256",),
    (FileIngested, FileCompleted, FileRejected),
    evolve,
)
