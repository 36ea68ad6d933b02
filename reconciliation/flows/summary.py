"""What became of a bank day: each file, the money in it, what waits for a person, the tie-out, and the seal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from reconciliation.outcomes import Executed, Judged
from reconciliation.plan import Plan

if TYPE_CHECKING:
    from ledger.domain.bank.file import LoadedFile
    from projections import Report
    from reconciliation.gate import Reason


# Of long lists the first are carried along; the working lists in the database have all.
SHOWN: Final = 200


@dataclass(slots=True)
class MatchTally:
    """How many lines were matched in one way, and their money by currency."""

    count: int = 0
    amounts_minor: dict[str, int] = field(default_factory=dict)

    def add(self, currency: str, amount_minor: int) -> None:
        """Count one line."""
        self.count += 1
        self.amounts_minor[currency] = self.amounts_minor.get(currency, 0) + amount_minor


@dataclass(slots=True)
class FileSummary:
    """What became of one file; counts are of lines as they are booked, one receipt or movement each."""

    name: str
    sha256: str
    status: str
    format: str | None
    books: bool
    entries: int
    chunks: int
    refusals: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    proofs: list[dict[str, Any]]
    done: int = 0
    matched: int = 0
    reviewed: int = 0
    kinds: dict[str, MatchTally] = field(default_factory=dict)
    refused_commands: list[dict[str, Any]] = field(default_factory=list)
    matches: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, judged: Judged) -> Self:
        """The summary of a file that was just judged."""
        plain = msgspec.to_builtins
        return cls(
            name,
            judged.sha256,
            judged.status,
            judged.format,
            judged.books,
            judged.entries,
            judged.chunks,
            plain(judged.refusals),
            plain(judged.doubts),
            plain(judged.warnings),
            plain(judged.proofs),
        )

    @classmethod
    def unreadable(cls, name: str, reason: Reason) -> Self:
        """The summary of a file that could not be taken."""
        return cls(name, "", "refused", None, False, 0, 0, [msgspec.to_builtins(reason)], [], [], [])

    def add(self, plan: Plan, executed: Executed) -> None:
        """Take in one chunk."""
        self.done += executed.done
        self.matched += len(plan.matched) - len(executed.unplaced)
        self.reviewed += len(plan.reviews) + len(executed.unplaced)
        for match in plan.matched:
            self.kinds.setdefault(match["kind"], MatchTally()).add(match["currency"], match["amount_minor"])
        self.refused_commands += msgspec.to_builtins(executed.refused)
        self.matches += msgspec.to_builtins(plan.matched[: max(SHOWN - len(self.matches), 0)])
        reviews = (*plan.reviews, *executed.unplaced)
        self.reviews += msgspec.to_builtins(reviews[: max(SHOWN - len(self.reviews), 0)])

    def complete(self, completed: LoadedFile) -> None:
        """Take in what the file led to in all."""
        self.counts = {
            name: getattr(completed, name)
            for name in ("receipts", "movements", "allocations", "seen_before", "in_doubt")
        }

    @property
    def waiting(self) -> int:
        """How many things wait for a person."""
        return len(self.refusals) + len(self.doubts) + self.reviewed

    @property
    def nothing_new(self) -> bool:
        """Whether the file said nothing the book did not know."""
        return self.status == "complete" or (self.status != "refused" and self.done == 0)

    @property
    def problems(self) -> bool:
        """Whether a person has to do something about the file itself."""
        differs = any(proof["stated_minor"] != proof["booked_minor"] for proof in self.proofs)
        return self.status == "refused" or bool(self.refused_commands) or differs


@dataclass(slots=True)
class DaySummary:
    """What became of a day's files."""

    entity: str
    on: date
    files: list[FileSummary]
    position: int = 0
    tied: bool = False
    controls: list[dict[str, Any]] = field(default_factory=list)
    loading: list[dict[str, Any]] = field(default_factory=list)
    sealed: dict[str, Any] = field(default_factory=dict)

    def tied_out(self, report: Report) -> None:
        """Take in the tie-out."""
        self.tied = report.tied
        self.controls = [
            {**control._asdict(), "difference_minor": control.difference_minor} for control in report.controls
        ]
        self.loading = [file._asdict() for file in report.loading]

    @property
    def ok(self) -> bool:
        """Whether the day needs nobody: all files sound, nothing half loaded, the book ties out and is sealed."""
        if not self.tied or self.loading or "refused" in self.sealed:
            return False
        return not any(file.problems for file in self.files)

    def plain(self) -> dict[str, Any]:
        """As plain JSON values."""
        shown: dict[str, Any] = msgspec.to_builtins(self)
        shown["ok"] = self.ok
        for file, summary in zip(shown["files"], self.files, strict=True):
            file["nothing_new"] = summary.nothing_new
        return shown
