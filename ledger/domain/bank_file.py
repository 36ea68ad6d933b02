"""A bank's file: proven and opened for loading, then complete; or rejected whole, with reasons."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date
from typing import Literal

import msgspec

from ledger.domain.fact import Command, Decision, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.refusals import Refused

Standing = Literal["loading", "complete", "rejected"]

# Facts


class StatementProven(Part, frozen=True):
    """One statement of a file, as its own totals prove it; balances are null where the format has none."""

    bank_account: str
    currency: str
    statement_id: str | None
    from_on: date | None
    to_on: date | None
    opening_minor: int | None
    closing_minor: int | None
    lines: int
    sum_minor: int


class FileIngested(Fact, frozen=True):
    """A file was proven and its loading began; `chunks` are to come before it is complete."""

    sha256: str
    format: str
    books: bool
    statements: tuple[StatementProven, ...]
    lines: int
    chunks: int


class FileCompleted(Fact, frozen=True):
    """All of a file is in the book."""

    receipts: int
    movements: int
    allocations: int
    seen_before: int
    in_doubt: int


class FileRejected(Fact, frozen=True):
    """A file was refused whole; nothing of it is in the book."""

    sha256: str
    format: str | None
    reasons: tuple[str, ...]


FileFact = FileIngested | FileCompleted | FileRejected

# State


class BankFile(State, frozen=True):
    """A file and where its loading stands."""

    standing: Standing
    lines: int


# Evolve


def evolve(state: BankFile | None, fact: FileFact) -> BankFile:
    """The file after one more fact."""
    match fact:
        case FileIngested():
            return BankFile(standing="loading", lines=fact.lines)
        case FileRejected():
            return BankFile(standing="rejected", lines=0)
        case FileCompleted():
            assert state is not None, "a file completes after it was ingested"
            return msgspec.structs.replace(state, standing="complete")
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def note_loading(loading: MutableMapping[str, int], stream: str, fact: Fact) -> None:
    """Keep the files that are half in the book, and their lines, by stream; whatever fact comes next.

    What was rejected never began: `reject` leaves a file that is being loaded as it is.
    """
    match fact:
        case FileIngested(lines=lines):
            loading[stream] = lines
        case FileCompleted():
            loading.pop(stream, None)


# Commands


class IngestFile(Command, frozen=True):
    """Open a proven file for loading; `books` is false where the file only proves totals."""

    sha256: str
    format: str
    books: bool
    statements: tuple[StatementProven, ...]
    lines: int
    chunks: int

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("file", self.sha256),)


class CompleteFile(Command, frozen=True):
    """Say that all of a file is in the book."""

    sha256: str
    receipts: int
    movements: int
    allocations: int
    seen_before: int
    in_doubt: int

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("file", self.sha256),)


class RejectFile(Command, frozen=True):
    """Refuse a file whole."""

    sha256: str
    format: str | None
    reasons: tuple[str, ...]

    def streams(self) -> tuple[str, ...]:
        """The one stream this needs."""
        return (stream_of("file", self.sha256),)


# Decide


def ingest(states: States, command: IngestFile) -> Decision:
    """Open it once; a file rejected before may be opened when it passes now."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, BankFile) and state.standing != "rejected":
        return ()
    return (NewFact(stream, FileIngested(**msgspec.structs.asdict(command))),)


def complete(states: States, command: CompleteFile) -> Decision:
    """Complete a file that is being loaded, once."""
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, BankFile) or state.standing == "rejected":
        raise Refused("file_not_open", command.sha256)
    if state.standing == "complete":
        return ()
    content = {name: value for name, value in msgspec.structs.asdict(command).items() if name != "sha256"}
    return (NewFact(stream, FileCompleted(**content)),)


def reject(states: States, command: RejectFile) -> Decision:
    """Reject it once; a file that is being loaded or complete stays so."""
    (stream,) = command.streams()
    if states.get(stream) is not None:
        return ()
    return (NewFact(stream, FileRejected(**msgspec.structs.asdict(command))),)
