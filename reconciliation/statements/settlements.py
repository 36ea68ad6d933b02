"""The settlements of a payment provider's file while it is read: each is a statement of the money it holds for us.

Transactions that were settled together are the details of one line, the settlement, whose amount is what they are
worth less the charges taken from them. What was paid out is a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from typing import Final

from ledger.domain.grammar import MOST_MINOR
from reconciliation.statements.findings import Findings
from reconciliation.statements.free_text import in_text, is_personal
from reconciliation.statements.kept import Kept
from reconciliation.statements.kinds import Kind
from reconciliation.statements.references import Reference, classify
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Statement, Total

# Each place reserved makes small batches of the rows around it.
_MOST_RESERVED: Final = 100


class Settlement:
    """One statement that is being read, and its lines."""

    __slots__ = (
        "_details",
        "_first",
        "_head",
        "_last",
        "_lines",
        "_place",
        "_rows",
        "_until",
        "settled_on",
        "statement",
    )

    def __init__(self, statement: Statement, rows: _InOrder) -> None:
        self.statement = statement
        # The day of the settlement; the last day of its transactions if nothing says more.
        self.settled_on: date | None = None
        self._until: date | None = None
        self._rows = rows
        self._head: Line | None = None
        self._place: int | None = None
        self._lines = self._details = 0
        self._first = self._last = ""

    def add(self, line: Line) -> None:
        """Take in a movement that is a line of its own."""
        self._lines += 1
        line.line_no, line.detail_no = self._lines, 0
        self._cover(line.booked_on)
        self._keep(line)

    def settle(self, line: Line) -> None:
        """Take in a transaction that was settled together with others."""
        if self._head is None:
            self._lines += 1
            self._head = Line(self.statement.statement_no, self._lines, 0, amount_minor=0, kind="settlement")
            self._place, self._first = self._rows.reserve(), line.raw_position or ""
        self._details += 1
        head = self._head
        line.line_no, line.detail_no = head.line_no, self._details
        head.amount_minor = (head.amount_minor or 0) + (line.amount_minor or 0) - (line.charges_minor or 0)
        head.amount_exact = head.amount_exact and line.amount_exact
        self._last = line.raw_position or ""
        if line.booked_on is not None and (self._until is None or line.booked_on > self._until):
            self._until = line.booked_on
        self._keep(line)

    def finish(self) -> None:
        """Put the line of the settlement before its details, if anything was settled."""
        head = self._head
        if head is None:
            return
        head.booked_on = self.settled_on or self._until
        self._cover(head.booked_on)
        if abs(head.amount_minor or 0) > MOST_MINOR:
            # More than books can have, so the gate refuses it.
            head.amount_minor, head.amount_exact = None, False
        head.currency, head.status = self.statement.currency, "booked"
        head.raw_position = f"from {self._first}" + (f" to {self._last}" if self._details > 1 else "")
        self._rows.fill(self._place, head)

    def _cover(self, day: date | None) -> None:
        """Let the days of the statement be those of its movements; its transactions may be older."""
        statement = self.statement
        if day is not None:
            statement.from_on = day if statement.from_on is None else min(day, statement.from_on)
            statement.to_on = day if statement.to_on is None else max(day, statement.to_on)

    def _keep(self, line: Line) -> None:
        line.statement_no, line.currency = self.statement.statement_no, self.statement.currency
        line.status = "booked"
        self._rows.add(line)


class _InOrder:
    """The rows of all lines, sorted at the end if a file mixes its settlements."""

    def __init__(self) -> None:
        self._rows = Rows(LINES)
        self._last = (0, 0)
        self._sorted = True
        self._reserved = 0

    def reserve(self) -> int | None:
        """Reserve a place before the next rows; none if so many are reserved that sorting is cheaper."""
        self._reserved += 1
        return self._rows.reserve() if self._reserved <= _MOST_RESERVED else None

    def fill(self, place: int | None, line: Line) -> None:
        """Put a line at its place, or at the end, from where sorting brings it to its place."""
        if place is None:
            self._sorted = False
            self._rows.add((line,))
        else:
            self._rows.fill(place, line)

    def add(self, line: Line) -> None:
        """Append a line that has its place in a statement."""
        place = (line.statement_no, line.line_no)
        if place < self._last:
            self._sorted = False
        self._last = place
        self._rows.add((line,))

    def kept(self) -> Kept:
        """All lines, by statement, movement and detail."""
        kept = self._rows.kept()
        return kept if self._sorted else kept.in_order()


class Settlements:
    """All statements of a file, in the order in which they begin; their rows may be mixed in the file."""

    def __init__(self) -> None:
        self._rows = _InOrder()
        self._known: dict[Hashable, Settlement] = {}

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Settlement]:
        return iter(self._known.values())

    def of(self, key: Hashable, begin: Callable[[int], Statement]) -> Settlement:
        """The settlement with this key; `begin` makes the row of a new one, given its number."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Settlement(begin(len(self._known) + 1), self._rows)
        return found

    def parsed(self, format: str, encoding: str, findings: Findings, totals: Iterable[Total] = ()) -> Parsed:
        """Everything that was read."""
        statements, counted = Rows(STATEMENTS), Rows(TOTALS)
        statements.add(one.statement for one in self._known.values())
        counted.add(totals)
        for one in self._known.values():
            one.finish()
        lines = self._rows.kept()
        return Parsed(format, None, encoding, statements.table(), lines, counted.table(), findings.told())


def taken(line: Line, kind: Kind, gross: int, charges: int) -> None:
    """Set what a transaction is and is worth; charges without an amount to take them from are a fee."""
    if gross == 0 and charges:
        gross, charges = -charges, 0
        kind = "fee_tax" if kind == "fee_tax" else "fee"
    if kind == "fee" and gross > 0:
        kind = "fee_returned"
    line.kind, line.amount_minor, line.charges_minor = kind, gross, charges or None


def refer(line: Line, written: Iterable[str], text: str) -> None:
    """Set the references that we gave to the provider; without any, those that its text about the transaction has."""
    ours = list(dict.fromkeys(filter(None, written)))
    if not ours:
        line.hint(in_text([text], None), [text])
        return
    line.refer([written_by_us(one) for one in ours])
    line.reference_personal = is_personal(line.reference or "", ours)


def written_by_us(written: str) -> Reference:
    """A reference of our own; a number without the check digit of a reference is a text, not a mistake of a payer."""
    read = classify(written, None, None)
    return Reference(read.reference, "text") if read.valid is False else read
