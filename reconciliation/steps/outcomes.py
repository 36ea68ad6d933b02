"""What becomes of a bank day's steps: files gathered, judged, and the commands of a chunk."""

from __future__ import annotations

from dataclasses import dataclass

from ledger import Outcome
from reconciliation.gate import Doubt, ExpectationResult, Reason
from reconciliation.proposals.proposal import Review
from reconciliation.steps.loading import Proof


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files in the archive, (name, sha256) each, and those that could not be taken, (name, reason) each."""

    files: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, Reason], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a file at the gate, and in how many chunks it is to be loaded."""

    sha256: str
    status: str  # new, loading, complete, refused
    format: str | None = None
    books: bool = True
    entries: int = 0
    chunks: int = 0
    refusals: tuple[Reason, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    warnings: tuple[Reason, ...] = ()
    expectations: tuple[ExpectationResult, ...] = ()
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Executed:
    """What became of a chunk's commands; `settled` says that some of them settle refunds."""

    done: int
    nothing_new: int
    unplaced: tuple[Review, ...]
    refused: tuple[Outcome, ...]
    settled: bool = False
