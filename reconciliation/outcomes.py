"""What becomes of a bank day's steps: files gathered, judged, and the commands of a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger import Outcome
from reconciliation.gate import Doubt, ExpectationResult, Reason
from reconciliation.loading import Proof
from reconciliation.plan import Plan, Review, kept_back


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
    """What became of a chunk's commands."""

    done: int
    nothing_new: int
    unplaced: tuple[Review, ...]
    refused: tuple[Outcome, ...]


def became(plan: Plan, outcomes: Sequence[Outcome]) -> Executed:
    """What became of a plan's commands; where the ledger knows more than matching, a person decides."""
    refused = [
        (one, outcome) for one, outcome in zip(plan.submissions, outcomes, strict=True) if outcome.status == "refused"
    ]
    # The ledger knows more than matching: an item written off, for one. The money is booked, a person decides.
    unplaced = [review for one, outcome in refused if (review := kept_back(one, outcome)) is not None]
    return Executed(
        done=sum(outcome.status == "done" for outcome in outcomes),
        nothing_new=sum(outcome.status == "nothing_new" for outcome in outcomes),
        unplaced=tuple(unplaced),
        refused=tuple(outcome for one, outcome in refused if kept_back(one, outcome) is None),
    )
