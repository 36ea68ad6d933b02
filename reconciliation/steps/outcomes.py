"""The results of a bank day's steps: gathered files, judged files, recorded chunks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger import Outcome
from projections import Report
from reconciliation.gate import Doubt, ExpectationResult, Reason
from reconciliation.proposals.proposal import Review


@dataclass(frozen=True, slots=True)
class Gathered:
    """The archived files as (name, sha256), the refused files as (name, reason), and what is wrong with places.

    `earlier` are the hashes of those that an earlier visit took.
    """

    files: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, Reason], ...]
    troubles: tuple[str, ...] = ()
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """The gate's result for a file, and the number of chunks to load."""

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


class TiedOut(NamedTuple):
    """The tie-out of a day, and the rows of what payment providers hold for us and have sent."""

    report: Report
    in_transit: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Executed:
    """The result of a chunk's commands.

    `of_documents` is true if one is about a line of a refund or a payout, or makes a refund fail. `unbooked` are the
    streams of the receipts and movements whose booking was refused. `answered` says what the bank answered to our
    orders, by the words of `answered`.
    """

    done: int
    nothing_new: int
    unplaced: tuple[Review, ...]
    refused: tuple[Outcome, ...]
    of_documents: bool = False
    unbooked: frozenset[str] = frozenset()
    answered: Mapping[str, int] = field(default_factory=dict)
