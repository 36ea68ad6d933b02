"""Each check that proves the book: what is read from the facts themselves, and the tables compared with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from ledger import Journal, Recorded
    from projections import Books

_PAGE: Final = 5000
# Of many findings the first are named.
_NAMED: Final = 5


class Check(NamedTuple):
    """One check: whether it found the book sound, what it found, and the code of its problem."""

    name: str
    ok: bool
    found: str
    code: str


def read_facts(journal: Journal, upto: int, advance: Callable[[int], None]) -> list[Check]:
    """Every fact up to a position read once: readable, postings at zero, series gapless, files complete."""
    reading = _Reading()
    after = 0
    try:
        while after < upto:
            batch = journal.follow(after, _PAGE)
            for recorded in batch:
                reading.take(recorded)
            reached = batch[-1].position if batch else upto
            advance(reached - after)
            after = reached
    except ValueError as wrong:
        # Decoding names the field, never its value.
        reading.unreadable = f"a fact after position {after} cannot be read: {wrong}"
    except LookupError as unknown:
        reading.unreadable = f"a fact after position {after} cannot be read: {unknown.args[0]}"
    return reading.checks()


def read_tables(books: Books) -> Check:
    """Whether the read tables are what a replay of the journal makes them."""
    try:
        found = books.parity()
    except (ValueError, LookupError):
        said = "cannot be compared with a replay, which stops at a fact that cannot be read"
        return Check("read tables", False, said, "read_tables_differ")
    differing = [table for table in found.tables if not table.equal]
    rows = sum(table.live_rows for table in found.tables)
    if not differing:
        said = f"{len(found.tables)} tables with {rows} rows are what a replay makes them"
    else:
        said = f"{_first([table.table for table in differing])} differ from a replay; run `reskontra rebuild`"
    return Check("read tables", not differing, said, "read_tables_differ")


def tie_out(books: Books, on: date) -> Check:
    """Whether the control accounts are what the sub-ledger shows."""
    report = books.tie_out(on)
    differing = [f"{control.name} {control.currency}" for control in report.controls if control.difference_minor]
    said = (
        f"{_first(differing)} differ; see `reskontra tie-out`" if differing else f"{len(report.controls)} controls tie"
    )
    return Check("tie-out", not differing, said, "does_not_tie")


@dataclass(slots=True)
class _Reading:
    """What one reading of all facts has shown so far."""

    facts: int = 0
    unbalanced: list[str] = field(default_factory=list)
    upcoming: dict[str, int] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    # Numbers whose document has not been read yet: it follows at once, in the same save.
    held: dict[str, tuple[str, int]] = field(default_factory=dict)
    loading: dict[str, int] = field(default_factory=dict)
    files: int = 0
    unreadable: str | None = None

    def take(self, recorded: Recorded) -> None:
        """Take in one more fact."""
        from ledger.domain.postings import legs

        self.facts += 1
        sums: Counter[str] = Counter()
        for leg in legs(recorded.fact):
            sums[leg.currency] += leg.amount_minor
        if any(sums.values()):
            self.unbalanced.append(f"{recorded.stream} at position {recorded.position}")
        self._number(recorded)
        self._file(recorded)

    def _number(self, recorded: Recorded) -> None:
        from ledger.domain.credit_note import CreditNoteIssued
        from ledger.domain.invoice import InvoiceIssued
        from ledger.domain.number_series import NumberTaken, SeriesOpened

        match recorded.fact:
            case SeriesOpened(series=series, first=first):
                self.upcoming[series] = first
            case NumberTaken(series=series, number=number, holder=holder):
                expected = self.upcoming.get(series)
                if number != expected:
                    self.gaps.append(f"{series}: {number} where {expected} comes next")
                self.upcoming[series] = number + 1
                self.held[holder] = (series, number)
            case InvoiceIssued(series=series, number=number) | CreditNoteIssued(series=series, number=number):
                if self.held.pop(recorded.stream, None) != (series, number):
                    self.gaps.append(f"{recorded.stream} has number {number} of {series}, which the series gave it not")

    def _file(self, recorded: Recorded) -> None:
        from ledger.domain.bank_file import FileCompleted, FileIngested

        match recorded.fact:
            case FileIngested(lines=lines):
                self.files += 1
                self.loading[recorded.stream] = lines
            case FileCompleted():
                self.loading.pop(recorded.stream, None)

    def checks(self) -> list[Check]:
        """What it comes to."""
        unheld = [f"{series} {number} of {holder}" for holder, (series, number) in self.held.items()]
        gaps = [*self.gaps, *(f"{one} has no document" for one in unheld)]
        half = [f"{stream[5:17]} of {lines} lines" for stream, lines in self.loading.items()]
        series = f"{len(self.upcoming)} series without a gap, each number on its document"
        return [
            Check("facts", self.unreadable is None, self.unreadable or f"{self.facts} read", "fact_unreadable"),
            Check(
                "postings",
                not self.unbalanced,
                f"{_first(self.unbalanced)} do not sum to zero" if self.unbalanced else "each fact sums to zero",
                "postings_unbalanced",
            ),
            Check("number series", not gaps, _first(gaps) if gaps else series, "series_broken"),
            Check(
                "bank files",
                not half,
                f"half loaded: {_first(half)}; run `reskontra reconcile` with them again"
                if half
                else f"{self.files} files are all in the book",
                "loading",
            ),
        ]


def _first(found: list[str]) -> str:
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
