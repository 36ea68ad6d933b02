"""Each check that proves the book: the facts read once, set beside their seals, and the tables compared with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from ledger import Journal, Recorded
    from ledger.journal.recorded import StoredFact
    from ledger.sealing import Audit, Finding, LogRead
    from projections import Books

# Before every position: what somebody puts at zero or below is read too.
_BEFORE_ALL: Final = -(2**63)
_AFTER_ALL: Final = 2**63 - 1
# Of many findings the first are named.
_NAMED: Final = 5
_MOST_BEYOND: Final = 1000


class Check(NamedTuple):
    """One check: whether it found the book sound, what it found, the code of its problem, and each finding."""

    name: str
    ok: bool
    found: str
    code: str
    findings: tuple[Finding, ...] = ()


def read_facts(journal: Journal, upto: int, audit: Audit, advance: Callable[[int], None]) -> list[Check]:
    """Every fact up to a position read once: readable, postings at zero, series gapless, files complete; audited."""
    reading = _Reading()
    reached = 0
    for page in journal.stored_pages(_BEFORE_ALL, upto):
        for stored, recorded in zip(page, reading.decode(journal, page), strict=True):
            audit.take(stored, recorded)
            if recorded is not None and reading.unreadable is None:
                reading.take(recorded)
        advance(max(page[-1].position - reached, 0))
        reached = max(page[-1].position, reached)
    audit.finish()
    return reading.checks()


def read_seals(log: LogRead, audit: Audit) -> list[Check]:
    """Whether the log is whole, every sealed fact as it was sealed, and the totals what the facts come to."""
    if not (log.chain or log.findings):
        return [Check("seals", True, "nothing is sealed yet", "log_changed")]
    found = [*log.findings, *audit.findings]
    facts = tuple(one for one in found if one.code.startswith(("fact_", "history_")))
    totals = tuple(one for one in found if one.code == "totals_differ")
    rest = tuple(one for one in found if one not in facts and one not in totals)
    last = log.last
    size, number = (last.size, last.number) if last else (0, 0)
    more = f", and {audit.unnamed} more" if audit.unnamed else ""
    return [
        Check(
            "seals",
            not rest,
            f"{len(rest)} findings{more}" if rest else f"{number} checkpoints in one chain, on the word of {log.trust}",
            "log_changed",
            rest,
        ),
        Check(
            "sealed facts",
            not facts,
            f"{len(facts)} were changed{more}" if facts else f"{size} are as they were sealed",
            "history_changed",
            facts,
        ),
        Check(
            "control totals",
            not totals,
            f"{len(totals)} accounts differ" if totals else "the facts come to what was sealed",
            "totals_differ",
            totals,
        ),
    ]


def facts_beyond(journal: Journal, position: int) -> int:
    """How many facts lie where no reader looks yet: appended at this moment, or put there by hand."""
    return len(journal.stored(max(position, journal.stable_position()), _AFTER_ALL, _MOST_BEYOND))


def read_tables(books: Books) -> Check:
    """Whether the read tables are what a replay of the journal makes them."""
    from ledger.journal.codec import UnreadableFact

    try:
        found = books.parity()
    except UnreadableFact:
        said = "cannot be compared with a replay, which stops at a fact that cannot be read"
        return Check("read tables", False, said, "read_tables_differ")
    differing = [table for table in found.tables if not table.equal]
    rows = sum(table.live_rows for table in found.tables)
    if not differing:
        said = f"{len(found.tables)} tables with {rows} rows are what a replay makes them"
    else:
        said = f"{_first([table.table for table in differing])} differ from a replay; run `reskontra rebuild`"
    return Check("read tables", not differing, said, "read_tables_differ")


def follow(books: Books) -> int:
    """Bring the read tables as far as the facts can be read; the position up to which the book is checked."""
    from ledger.journal.codec import UnreadableFact

    try:
        return books.follow()
    except UnreadableFact:
        return books.journal.stable_position()


def tie_out(books: Books, on: date) -> Check:
    """Whether the control accounts are what the sub-ledger shows."""
    from ledger.journal.codec import UnreadableFact

    try:
        report = books.tie_out(on)
    except UnreadableFact:
        return Check("tie-out", False, "cannot be reckoned, because a fact cannot be read", "does_not_tie")
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

    def decode(self, journal: Journal, page: Sequence[StoredFact]) -> Sequence[Recorded | None]:
        """Decode a page; after a fact that cannot be read nothing more is taken in."""
        from ledger.journal.codec import UnreadableFact

        try:
            return journal.codec.recorded(page)
        except UnreadableFact as wrong:
            # It names the field, never its value.
            self.unreadable = self.unreadable or str(wrong)
        if len(page) == 1:
            return [None]
        middle = len(page) // 2
        return [*self.decode(journal, page[:middle]), *self.decode(journal, page[middle:])]

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
