"""Klarna's settlement report, and Kustom's with the same layout: a block of totals, then a block of transactions.

A settlement is a statement of what Klarna holds for us. Its first line is what was settled, as the totals say it, with
the transactions as details; its second line is the payout, with the payment reference that our bank's line quotes. A
fee in the rows after its capture is the capture's charge. The totals have no signs; the amounts of transactions have
theirs, or none. Source: Klarna, Settlement reports; Kustom, Settlement reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from reconciliation.statements.delimited import Columns, Row, first_row, fitted, lacks, name_of, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.klarna.columns import DIALECT, NEEDED_OF_SUMMARY, NEEDED_OF_TRANSACTIONS
from reconciliation.statements.klarna.signs import has_signs
from reconciliation.statements.klarna.summary import Summary, read_summary
from reconciliation.statements.klarna.transactions import Transactions
from reconciliation.statements.problems import refuse
from reconciliation.statements.rows import Rows
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Profile, Statement
from reconciliation.statements.traits import Traits

_SUMMARY = "total_settlement_amount"


def recognise(head: bytes) -> str | None:
    """Recognise a report by the name of its settlement total in the first row."""
    names = {name_of(cell) for cell in first_row(head, DIALECT)}
    return "klarna" if {_SUMMARY, "payment_reference"} <= names else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a report, settlement by settlement, and the transactions row by row."""
    findings = Findings()
    encoding, table = rows(data, DIALECT, findings)
    reading = _Reading(has_signs(data), profile.zone, findings)
    reading.all_of(table)
    return reading.parsed(encoding)


class _Reading:
    """The rows of the settlements read so far."""

    def __init__(self, signed: bool, zone: tzinfo | None, findings: Findings) -> None:
        self._signed = signed
        self._zone, self._findings = zone, findings
        self._statements, self._lines, self._totals = Rows(STATEMENTS), Rows(LINES), Rows(TOTALS)
        self._settlements = 0

    def all_of(self, table: Iterator[Row]) -> None:
        """Read the blocks of the file; each row of totals begins a settlement."""
        names = next(table, None)
        while names is not None:
            names = self._settlement(names, table)

    def parsed(self, encoding: str) -> Parsed:
        """The result."""
        tables = (self._statements.table(), self._lines.kept(), self._totals.table())
        return Parsed("klarna", None, encoding, *tables, self._findings.told())

    def _settlement(self, names: Row, table: Iterator[Row]) -> Row | None:
        """Read a settlement, given the names of its totals; the names of the next settlement's totals, if any."""
        columns = Columns(names.cells)
        if lacks(columns, NEEDED_OF_SUMMARY, names.raw_position, self._findings):
            return None
        totals = next(fitted(table, columns, self._findings), None)
        if totals is None:
            self._cut(names, "the totals of the settlement are missing")
            return None
        self._settlements += 1
        summary = read_summary(self._settlements, columns, totals, self._zone, self._findings)
        self._statements.add([_statement(summary)])
        self._lines.add([_settled(summary)])
        head = next(table, None)
        if head is None or _begins(head):
            self._cut(head or totals, "the transactions of the settlement are missing: ask for the report with them")
            return head
        transactions = Transactions(summary, self._signed, self._zone, self._findings)
        following = self._transactions(transactions, head, table)
        self._lines.add(transactions.rest())
        self._lines.add(_payout(summary))
        self._totals.add(transactions.totals())
        return following

    def _transactions(self, transactions: Transactions, head: Row, table: Iterator[Row]) -> Row | None:
        columns = Columns(head.cells)
        if lacks(columns, NEEDED_OF_TRANSACTIONS, head.raw_position, self._findings):
            return next((row for row in table if _begins(row)), None)
        transactions.head(columns)
        until = _Until(table)
        waiting: Line | None = None
        for row in fitted(until, columns, self._findings):
            line = transactions.see(row)
            # A detail waits for the fees in the rows after it.
            if line is not None:
                self._lines.add([waiting] if waiting is not None else [])
                waiting = line
        self._lines.add([waiting] if waiting is not None else [])
        return until.begun

    def _cut(self, row: Row, what: str) -> None:
        self._findings.add(refuse("file_truncated", f"{what}: fetch the report again", row.raw_position))


class _Until:
    """The rows before the next settlement's totals; then `begun` is the row of their names."""

    def __init__(self, table: Iterator[Row]) -> None:
        self._table = table
        self.begun: Row | None = None

    def __iter__(self) -> Iterator[Row]:
        for row in self._table:
            if _begins(row):
                self.begun = row
                return
            yield row


def _begins(row: Row) -> bool:
    return _SUMMARY in row.cells


def _statement(summary: Summary) -> Statement:
    opening, closing = summary.opening_debt_minor, summary.closing_debt_minor
    return Statement(
        summary.number,
        account=summary.merchant,
        account_kind="merchant",
        currency=summary.currency,
        statement_id=summary.reference,
        from_on=summary.paid_on,
        to_on=summary.paid_on,
        opening_minor=-opening if opening is not None and summary.has_balances else 0,
        closing_minor=-closing if closing is not None and summary.has_balances else 0,
    )


def _settled(summary: Summary) -> Line:
    return Line(
        summary.number,
        1,
        0,
        summary.paid_on,
        amount_minor=summary.settled_minor,
        currency=summary.currency,
        status="booked",
        bank_ref=summary.reference and f"{summary.reference}-settlement",
        raw_position=summary.raw_position,
        amount_exact=summary.settled_minor is not None,
        kind="settlement",
    )


def _payout(summary: Summary) -> list[Line]:
    """The payout, unless nothing was paid; what Klarna is owed then is in the balance or carried over."""
    if not summary.paid_minor:
        return []
    return [
        Line(
            summary.number,
            2,
            0,
            summary.paid_on,
            amount_minor=-summary.paid_minor,
            currency=summary.currency,
            status="booked",
            bank_ref=summary.reference,
            raw_position=summary.raw_position,
            kind="payout",
        )
    ]


TRAITS = (
    Traits(
        "klarna",
        "Settlements of Klarna and Kustom, with their payouts",
        "Klarna, Settlement reports: fields description, and calculation of the settlement amount",
        "balances",
        holds="settlement",
        provider="klarna",
    ),
)
