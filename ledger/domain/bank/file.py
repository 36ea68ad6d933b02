"""A bank's file is either rejected as a whole with reasons, or proven, then opened for loading, then completed."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date
from typing import ClassVar, Final, Literal

import msgspec

from ledger.domain.fact import Command, Decision, Envelope, Fact, NewFact, Part, State, States, stream_of
from ledger.domain.noun import Noun
from ledger.domain.refusals import Refused

Status = Literal["loading", "complete", "rejected"]

# Facts


class StatementProven(Part, frozen=True):
    """One statement of a file, proven by its own totals; balances are null if the format has none.

    `sequence` is the bank's number of the statement, which shows whether one is missing. `incoming_minor` is the sum of
    the amounts that came in.
    """

    from_bank: ClassVar[tuple[str, ...]] = ("statement_id", "sequence")

    bank_account: str
    currency: str
    statement_id: str | None
    from_on: date | None
    to_on: date | None
    opening_minor: int | None
    closing_minor: int | None
    lines: int
    sum_minor: int
    sequence: str | None = None
    incoming_minor: int | None = None


class ProvenFile(Part, frozen=True):
    """A file that was proven by its own totals.

    `books` is false if files of this format are never booked.
    `chunks` is the number of chunks to load. `read_by` is the version of the file mapping by which a table was read.
    """

    format: str
    books: bool
    statements: tuple[StatementProven, ...]
    lines: int
    chunks: int
    read_by: str | None = None


class LoadedFile(Part, frozen=True):
    """How many receipts, movements and other results a file led to.

    `before_opening` counts what was not booked because the account's opening balance contains it.
    """

    receipts: int
    movements: int
    allocations: int
    seen_before: int
    in_doubt: int
    before_opening: int = 0


class FileIngested(Fact, frozen=True):
    """A file was proven and its loading began."""

    sha256: str
    file: ProvenFile


class Seen(Part, frozen=True):
    """A payment in a file that is in the book already: `money_id` is the receipt, or part of a movement, that it is.

    `line_key` and `bank_id_key` are the payment's own identities in this file, `booked_on` its day there, and
    `statement_no` and `raw_position` its place.
    """

    line_key: str
    bank_id_key: str | None
    money_id: str
    booked_on: date
    statement_no: int
    raw_position: str


class PaymentsSeenAgain(Fact, frozen=True):
    """Payments of a file were booked before, from files of other formats; so they were not booked again."""

    sha256: str
    format: str
    seen: tuple[Seen, ...]


class FileCompleted(Fact, frozen=True):
    """A file was loaded; all of it is in the book."""

    loaded: LoadedFile


class FileRejected(Fact, frozen=True):
    """A file was refused; none of it is in the book."""

    sha256: str
    format: str | None
    reasons: tuple[str, ...]


FileFact = FileIngested | PaymentsSeenAgain | FileCompleted | FileRejected

# State


class BankFile(State, frozen=True):
    """A file and the stage of its loading.

    `without_balances` are the numbers of its statements that only show payments in detail.
    """

    status: Status
    lines: int
    without_balances: frozenset[int] = frozenset()


# Evolve


def evolve(state: BankFile | None, fact: FileFact, on: date) -> BankFile:
    """The state of the file after one more fact."""
    match fact:
        case FileIngested():
            numbered = enumerate(fact.file.statements, 1)
            shown = frozenset(number for number, one in numbered if one.opening_minor is None)
            return BankFile(status="loading", lines=fact.file.lines, without_balances=shown)
        case FileRejected():
            return BankFile(status="rejected", lines=0)
        case PaymentsSeenAgain():
            assert state is not None, "payments are seen again only in a file that was ingested"
            return state
        case FileCompleted():
            assert state is not None, "a file is completed only after it was ingested"
            return msgspec.structs.replace(state, status="complete")
        case _:
            raise AssertionError(f"unknown fact {type(fact).__name__}")


def note_loading(loading: MutableMapping[str, int], stream: str, fact: Fact) -> None:
    """Apply one more fact to `loading`, which contains the number of lines of each partly loaded file.

    A rejection does not change `loading`, because a file that is being loaded cannot be rejected.
    """
    match fact:
        case FileIngested():
            loading[stream] = fact.file.lines
        case FileCompleted():
            loading.pop(stream, None)


# Commands


class _OfFile(Command, frozen=True):
    """A step in loading a file."""

    sha256: str

    def streams(self) -> tuple[str, ...]:
        """The file."""
        return (stream_of("file", self.sha256),)


class IngestFile(_OfFile, frozen=True):
    """Open a proven file for loading."""

    file: ProvenFile


class CompleteFile(_OfFile, frozen=True):
    """Record that a whole file has been loaded into the book."""

    loaded: LoadedFile


class RecordSeenAgain(_OfFile, frozen=True):
    """Record which payments of a file were booked before, from files of other formats."""

    format: str
    seen: tuple[Seen, ...]


class RejectFile(_OfFile, frozen=True):
    """Refuse a whole file."""

    format: str | None
    reasons: tuple[str, ...]


# Decide


def ingest(states: States, command: IngestFile, envelope: Envelope) -> Decision:
    """Begin to load a proven file, even one rejected before; a file that is loading or complete stays as it is."""
    (stream,) = command.streams()
    state = states.get(stream)
    if isinstance(state, BankFile) and state.status != "rejected":
        return ()
    return (NewFact(stream, FileIngested(sha256=command.sha256, file=command.file)),)


def complete(states: States, command: CompleteFile, envelope: Envelope) -> Decision:
    """Complete a file that is being loaded; completing it again changes nothing."""
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, BankFile) or state.status == "rejected":
        raise Refused("file_not_open", command.sha256)
    if state.status == "complete":
        return ()
    return (NewFact(stream, FileCompleted(loaded=command.loaded)),)


def seen_again(states: States, command: RecordSeenAgain, envelope: Envelope) -> Decision:
    """Record payments that are in the book already; the file must be loading."""
    (stream,) = command.streams()
    state = states.get(stream)
    if not isinstance(state, BankFile) or state.status != "loading":
        raise Refused("file_not_open", command.sha256)
    fact = PaymentsSeenAgain(sha256=command.sha256, format=command.format, seen=command.seen)
    return (NewFact(stream, fact),) if command.seen else ()


def reject(states: States, command: RejectFile, envelope: Envelope) -> Decision:
    """Reject the file once; a file that is being loaded or is complete stays as it is."""
    (stream,) = command.streams()
    if states.get(stream) is not None:
        return ()
    rejected = FileRejected(sha256=command.sha256, format=command.format, reasons=command.reasons)
    return (NewFact(stream, rejected),)


# Registration

NOUN: Final = Noun(
    "file",
    facts=FileFact,
    evolve=evolve,
    rules={IngestFile: ingest, RecordSeenAgain: seen_again, CompleteFile: complete, RejectFile: reject},
    duties={
        IngestFile: ("finance", "bank-day"),
        RecordSeenAgain: ("finance", "bank-day"),
        CompleteFile: ("finance", "bank-day"),
        RejectFile: ("finance", "bank-day"),
    },
    refusals={
        "file_not_open": "The file is not being loaded: it was never opened, it is complete, or it was rejected.",
    },
    sentences={
        FileIngested: lambda fact: f"File of {fact.file.lines} lines was proven, and its loading began",
        PaymentsSeenAgain: lambda fact: f"In the book already: {len(fact.seen)} payments of the file",
        FileCompleted: lambda fact: (
            f"File loaded: {fact.loaded.receipts} receipts, {fact.loaded.movements} other movements"
        ),
        FileRejected: lambda fact: f"File refused: {', '.join(fact.reasons)}",
    },
)
