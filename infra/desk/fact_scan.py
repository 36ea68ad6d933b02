"""Scans all facts: each must be readable, postings must sum to zero, number series and files must be complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from infra.desk.check import Check
from infra.desk.counts import counted
from infra.desk.period_scan import PeriodScan

if TYPE_CHECKING:
    from ledger import Journal, Recorded
    from ledger.domain.chart_of_accounts import Leg
    from ledger.domain.fact import Fact
    from ledger.journal.recorded_facts import StoredFact

# At most this many findings are named.
_NAMED: Final = 5


def first_of(found: list[str]) -> str:
    """The first findings, and how many more there are."""
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


@dataclass(slots=True)
class FactScan:
    """What the scan of all facts has found so far."""

    facts: int = 0
    unbalanced: list[str] = field(default_factory=list)
    upcoming: dict[str, int] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    # The numbers whose documents have not been read yet; a document follows its number directly, in the same save.
    held: dict[str, tuple[str, int]] = field(default_factory=dict)
    loading: dict[str, int] = field(default_factory=dict)
    files: int = 0
    periods: PeriodScan = field(default_factory=PeriodScan)
    trouble: str | None = None
    code: str = "fact_unreadable"

    def stop(self, trouble: str, code: str = "fact_unreadable") -> None:
        """Note the error that stops the scan; if there are several, only the first is reported."""
        if self.trouble is None:
            self.trouble, self.code = trouble, code

    def decode(self, journal: Journal, page: Sequence[StoredFact]) -> Sequence[Recorded | None]:
        """Decode a page; a fact that cannot be decoded becomes None and stops the scan."""
        from ledger.journal.codec import UnreadableFact

        try:
            return journal.codec.recorded(page)
        except UnreadableFact as wrong:
            # The message names the field, never its value.
            self.stop(str(wrong))
        if len(page) == 1:
            return [None]
        middle = len(page) // 2
        return [*self.decode(journal, page[:middle]), *self.decode(journal, page[middle:])]

    def take(self, recorded: Recorded, legs: Sequence[Leg]) -> None:
        """Check one more fact and the legs of its posting."""
        self.facts += 1
        self.periods.take(recorded, legs)
        if legs and not _balanced(legs):
            self.unbalanced.append(f"{recorded.stream} at position {recorded.position}")
        if type(recorded.fact) in _watched():
            self._number(recorded)
            self._file(recorded)

    def _number(self, recorded: Recorded) -> None:
        from ledger.domain.receivables.credit_note import CreditNoteIssued
        from ledger.domain.receivables.invoice import InvoiceIssued
        from ledger.domain.receivables.number_series import NumberTaken, SeriesOpened

        match recorded.fact:
            case SeriesOpened(series=series, first=first):
                self.upcoming[series] = first
            case NumberTaken(series=series, number=number, holder=holder):
                expected = self.upcoming.get(series)
                if expected is None:
                    self.gaps.append(f"{series}: {number} was used, but no earlier fact opened the series")
                elif number != expected:
                    self.gaps.append(f"{series}: {number} instead of {expected}")
                self.upcoming[series] = number + 1
                self.held[holder] = (series, number)
            case InvoiceIssued(series=series, number=number) | CreditNoteIssued(series=series, number=number):
                if self.held.pop(recorded.stream, None) != (series, number):
                    self.gaps.append(
                        f"{recorded.stream} has number {number} of {series}, but the series did not give it that number"
                    )

    def _file(self, recorded: Recorded) -> None:
        from ledger.domain.bank.file import FileIngested, note_loading

        self.files += isinstance(recorded.fact, FileIngested)
        note_loading(self.loading, recorded.stream, recorded.fact)

    def checks(self) -> list[Check]:
        """Return the resulting checks; if the scan ended early, they do not cover the facts that were not read."""
        whole = self.trouble is None
        far = "" if whole else ", as far as the facts were read"
        unheld = [f"{series} {number} of {holder}" for holder, (series, number) in self.held.items() if whole]
        gaps = [*self.gaps, *(f"no document has the number {one}" for one in unheld)]
        half = [f"{stream[5:17]} with {counted(lines, 'line')}" for stream, lines in self.loading.items() if whole]
        again = "run `reskontra reconcile` with these files again"
        files = "1 file is" if self.files == 1 else f"all {self.files} files are"
        does = "does" if len(self.unbalanced) == 1 else "do"
        return [
            Check("facts", whole, self.trouble or f"{self.facts} read", self.code),
            Check(
                "postings",
                not self.unbalanced,
                f"{first_of(self.unbalanced)} {does} not sum to zero"
                if self.unbalanced
                else f"each fact sums to zero{far}",
                "postings_unbalanced",
            ),
            Check(
                "number series",
                not gaps,
                first_of(gaps)
                if gaps
                else f"{len(self.upcoming)} series without a gap, each number on its document{far}",
                "series_broken",
            ),
            Check(
                "bank files",
                not half,
                f"only partly loaded: {first_of(half)}; {again}" if half else f"{files} in the book{far}",
                "file_half_loaded",
            ),
            self.periods.check(whole=whole),
        ]


@cache
def _watched() -> frozenset[type[Fact]]:
    """Return the fact classes of number series, of the documents numbered in them, and of bank files."""
    from ledger.domain.bank import file
    from ledger.domain.receivables import credit_note, invoice, number_series

    nouns = (number_series.NOUN, invoice.NOUN, credit_note.NOUN, file.NOUN)
    return frozenset(kind for noun in nouns for kind in noun.fact_classes)


def _balanced(legs: Sequence[Leg]) -> bool:
    sums: dict[str, int] = {}
    for leg in legs:
        sums[leg.currency] = sums.get(leg.currency, 0) + leg.amount_minor
    return not any(sums.values())
