"""The summary of a bank day: each file, its money, what waits for a person, the tie-out, and the checkpoint."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.fact import stream_of
from projections.reports.money_in_transit import is_break

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ledger import Outcome
    from ledger.domain.bank.file import LoadedFile
    from projections import Control, Loading
    from reconciliation.proposals.proposal import Match, Proposal, Review
    from reconciliation.steps.outcomes import Executed, Judged, TiedOut
    from reconciliation.steps.rematch import Rematched

# Long lists are shortened here; the working lists in the database are complete.
SHOWN: Final = 200


@dataclass(slots=True)
class MatchTally:
    """One kind of match: the number of items that were paid in this way, and their sums by currency."""

    count: int = 0
    amounts_minor: dict[str, int] = field(default_factory=dict)

    def add(self, currency: str, amount_minor: int) -> None:
        """Count one item."""
        self.count += 1
        self.amounts_minor[currency] = self.amounts_minor.get(currency, 0) + amount_minor


@dataclass(slots=True)
class FileSummary:
    """The summary of one file; it counts entries, each of which is a receipt or a part.

    `loaded` is None if the file was not loaded in this run; also if one of its commands was refused, because the file
    is then not completely in the book. `answered` is what the bank answered to our orders.
    """

    name: str
    judged: Judged
    done: int = 0
    matched: int = 0
    reviewed: int = 0
    kinds: dict[str, MatchTally] = field(default_factory=dict)
    refused_commands: list[Outcome] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    loaded: LoadedFile | None = None
    answered: Counter[str] = field(default_factory=Counter)

    def add(self, proposal: Proposal, executed: Executed) -> None:
        """Add the result of one chunk."""
        self.done += executed.done
        self.answered.update(executed.answered)
        # One payment may pay several items, so receipts are counted, and not their matches.
        matched = {one.receipt_id for one in proposal.matches} - {one.receipt_id for one in executed.unplaced}
        placed = {one for one in matched if stream_of("receipt", one) not in executed.unbooked}
        self.matched += len(placed)
        self.reviewed += len(proposal.reviews) + len(executed.unplaced)
        for match in (one for one in proposal.matches if one.receipt_id in placed):
            self.kinds.setdefault(match.kind, MatchTally()).add(match.currency, match.amount_minor)
        self.refused_commands += executed.refused
        self.matches += proposal.matches[: max(SHOWN - len(self.matches), 0)]
        self.reviews += (*proposal.reviews, *executed.unplaced)[: max(SHOWN - len(self.reviews), 0)]

    @property
    def waiting(self) -> int:
        """How many refusals, doubts and reviews wait for a person."""
        return len(self.judged.refusals) + len(self.judged.doubts) + self.reviewed

    @property
    def nothing_new(self) -> bool:
        """Whether everything in the file was already in the book; a new statement without lines is new.

        What a person must look at is not known from before.
        """
        if self.refused_commands or self.answered or self.reviewed:
            return False
        known = self.judged.status != "refused" and self.done == 0 and self.judged.entries > 0
        return self.judged.status == "complete" or known

    @property
    def problems(self) -> bool:
        """Whether somebody must look at the file itself."""
        return self.judged.status == "refused" or bool(self.refused_commands)


@dataclass(frozen=True, slots=True)
class DaySeal:
    """The day's checkpoint, or the reason why there is none; if `facts` is zero, nothing was sealed."""

    facts: int = 0
    checkpoint: int | None = None
    position: int | None = None
    refused: str | None = None
    sentence: str | None = None


@dataclass(slots=True)
class DaySummary:
    """The summary of a day's files, whether the day was recorded or only rehearsed.

    `rematched` is what was matched again; null in a rehearsal, which does not do that. `troubles` says what is wrong
    with places where files come.
    """

    entity: str
    on: date
    rehearsed: bool = False
    files: list[FileSummary] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    rematched: Rematched | None = None
    position: int = 0
    tied: bool = False
    controls: list[Control] = field(default_factory=list)
    loading: list[Loading] = field(default_factory=list)
    bank: list[Mapping[str, Any]] = field(default_factory=list)
    in_transit: list[Mapping[str, Any]] = field(default_factory=list)
    sealed: DaySeal | None = None

    def tied_out(self, tied: TiedOut) -> None:
        """Add the tie-out."""
        report = tied.report
        self.in_transit = list(tied.in_transit)
        self.tied = report.tied
        self.controls = list(report.controls)
        self.loading = list(report.loading)
        self.bank = list(report.bank)

    @property
    def gaps(self) -> list[Mapping[str, Any]]:
        """What is missing between two statements of a bank account."""
        return [row for row in self.bank if row["what"] == "gap"]

    @property
    def unequal(self) -> list[Mapping[str, Any]]:
        """The bank accounts whose money in the ledger is not the bank's, even if the missing statements are added."""
        return [
            row
            for row in self.bank
            if row["what"] == "account" and (row["difference_minor"] or 0) != self.missing_before(row)
        ]

    def missing_before(self, account: Mapping[str, Any]) -> int:
        """What is missing between the statements of an account's row, up to the day of its balance, in minor units."""
        return sum(
            row["difference_minor"]
            for row in self.bank
            if row["what"] == "gap"
            and row["bank_account"] == account["bank_account"]
            and row["through_on"] <= account["through_on"]
        )

    @property
    def to_explain(self) -> list[Mapping[str, Any]]:
        """The bank accounts with statements that contradict the book, until a person has said what it is."""
        return [row for row in self.bank if row["to_explain_minor"]]

    @property
    def disputed(self) -> list[Mapping[str, Any]]:
        """The statements that came again with another closing balance, of which no next statement says what holds."""
        return [row for row in self.bank if row["what"] == "disputed"]

    @property
    def in_excess(self) -> list[Mapping[str, Any]]:
        """The days of bank accounts of which files show payments, or returns, that the statements do not have."""
        return [row for row in self.bank if row["what"] == "excess"]

    @property
    def lacking(self) -> list[Mapping[str, Any]]:
        """What of payment providers is missing or contradicts, and accounts whose money the ledger has otherwise."""
        return [row for row in self.in_transit if is_break(row)]

    @property
    def bank_is_wrong(self) -> bool:
        """Whether something is wrong with the bank's statements, or between them and the ledger."""
        return bool(self.gaps or self.unequal or self.to_explain or self.in_excess or self.disputed)

    @property
    def verdict(self) -> str:
        """Whether the book ties out, and whether something is wrong with the bank's statements although it does."""
        if not self.tied:
            return "does not tie out"
        if self.bank_is_wrong:
            return "ties out, but something is wrong with the bank's statements"
        return "ties out" + (", but money of payment providers is missing" if self.lacking else "")

    @property
    def ok(self) -> bool:
        """Whether the day needs no attention.

        All files are sound and loaded, no statement is missing, nothing is missing at payment providers, and the book
        ties out and is sealed.
        """
        if (
            not self.tied
            or self.troubles
            or self.loading
            or self.bank_is_wrong
            or self.lacking
            or (self.sealed is not None and self.sealed.refused)
        ):
            return False
        return not any(file.problems for file in self.files)
