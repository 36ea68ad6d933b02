"""What the rows of a mapped table become: the statement of a bank account, or settlements of a payment provider."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol

from ledger.domain.bank.file_mapping_facts import FileMapping
from reconciliation.statements.delimited import Row
from reconciliation.statements.findings import Findings
from reconciliation.statements.mapped.figures import Figures
from reconciliation.statements.mapped.transactions import Said, Transactions
from reconciliation.statements.problems import doubt, refuse
from reconciliation.statements.rows import Rows
from reconciliation.statements.settlements import Settlement, Settlements
from reconciliation.statements.shape import LINES, STATEMENTS, TOTALS, Line, Parsed, Statement

# The kind of number by which a statement names an account: our own id of it, which the mapping has.
OUR_ID: Final = "our_id"
_ALONE: Final = frozenset(("payout", "payout_returned", "carried_over"))


class Body(Protocol):
    """What takes in the rows of a table, and gives what was read of it."""

    def see(self, said: Said, line: Line, row: Row) -> None:
        """Take in a row."""

    def parsed(self, format: str, encoding: str) -> Parsed:
        """Everything that was read."""


class BankStatement:
    """The statement of a bank account, with a line for each row."""

    def __init__(self, mapping: FileMapping, reading: Transactions, figures: Figures, findings: Findings) -> None:
        self._mapping, self._reading, self._figures, self._findings = mapping, reading, figures, findings
        self._statement = _statement(1, mapping)
        self._lines = Rows(LINES)
        self._count = 0
        self._running = mapping.column_of("balance")
        # The balance and the amount of the row before.
        self._before: tuple[int, int] | None = None

    def see(self, said: Said, line: Line, row: Row) -> None:
        """Take in a row; problem: balance_does_not_follow."""
        self._count += 1
        line.line_no = self._count
        statement, day = self._statement, line.booked_on
        if day is not None:
            statement.from_on = min(day, statement.from_on or day)
            statement.to_on = max(day, statement.to_on or day)
        if self._running is not None:
            self._follow(self._reading.balance(said, row), line, row)
        self._lines.add([line])

    def _follow(self, balance: int | None, line: Line, row: Row) -> None:
        """Compare the balance of a row with that of the row before it."""
        amount, before, statement = line.amount_minor, self._before, self._statement
        if balance is None or amount is None:
            self._before = None
            return
        newest_first = self._mapping.newest_first
        if before is not None and (before[0] - before[1] != balance if newest_first else before[0] + amount != balance):
            order = "the newest row is the first" if newest_first else "the oldest row is the first"
            told = (
                f"the balance does not follow from the row before, if {order}: rows are missing, repeated or in "
                "another order; fetch the file again, or request the next version of the mapping"
            )
            self._findings.add(refuse("balance_does_not_follow", told, row.raw_position))
        if self._count == 1:
            statement.opening_minor, statement.closing_minor = balance - amount, balance
        if newest_first:
            statement.opening_minor = balance - amount
        else:
            statement.closing_minor = balance
        self._before = balance, amount

    def parsed(self, format: str, encoding: str) -> Parsed:
        """Everything that was read."""
        _balances(self._statement, self._figures)
        self._statement.closed_on = self._statement.to_on
        statements, totals = Rows(STATEMENTS), Rows(TOTALS)
        if self._count:
            statements.add([self._statement])
        totals.add(self._figures.totals(self._reading.sums))
        tables = (statements.table(), self._lines.kept(), totals.table())
        return Parsed(format, None, encoding, *tables, self._findings.told())


class ProviderStatement:
    """The settlements of a payment provider: one, or one for each payout that the rows name."""

    def __init__(self, mapping: FileMapping, reading: Transactions, figures: Figures, findings: Findings) -> None:
        self._mapping, self._reading, self._figures, self._findings = mapping, reading, figures, findings
        self._by_payout = mapping.column_of("payout")
        self._settlements = Settlements()
        self._paid: set[Settlement] = set()
        self._last: date | None = None

    def see(self, said: Said, line: Line, row: Row) -> None:
        """Take in a row; problem: payout_missing."""
        payout = said["payout"]
        if self._by_payout and not payout:
            told = f"the row names no payout in the column {self._by_payout}: fetch the file again"
            self._findings.add(refuse("payout_missing", told, row.raw_position))
        mapping = self._mapping
        one = self._settlements.of(payout, lambda number: _statement(number, mapping, payout))
        if line.booked_on is not None:
            self._last = max(line.booked_on, self._last or line.booked_on)
        if line.kind in _ALONE:
            one.add(line)
            if line.kind == "payout":
                one.settled_on = line.booked_on
                self._paid.add(one)
        else:
            one.settle(line)

    def parsed(self, format: str, encoding: str) -> Parsed:
        """Everything that was read; problem: payout_missing."""
        paid_out = self._figures.get("paid_out")
        for one in self._settlements:
            if paid_out is not None:
                sent = Line(1, 0, 0, self._last, amount_minor=-paid_out.value, kind="payout")
                sent.raw_position = paid_out.raw_position
                one.settled_on = self._last
                one.add(sent)
            elif self._mapping.proof == "payout" and one not in self._paid:
                told = "no row is the payout of these transactions, so nothing says what they must sum to"
                number = one.statement.statement_no
                self._findings.add(refuse("payout_missing", f"{told}: fetch the file again", "file", number))
            _balances(one.statement, self._figures)
        return self._settlements.parsed(format, encoding, self._findings, self._figures.totals(self._reading.sums))


def unproven(findings: Findings) -> None:
    """Say of a file that nothing in it proves that it is whole."""
    told = (
        "nothing in the file proves that it is complete, which was accepted of its mapping: compare its sum with what "
        "the sender says, and with what arrives at the bank"
    )
    findings.add(doubt("file_unproven", told, "file", 1))


def _balances(statement: Statement, figures: Figures) -> None:
    opening, closing = figures.get("opening_balance"), figures.get("closing_balance")
    if opening is not None and closing is not None:
        statement.opening_minor, statement.closing_minor = opening.value, closing.value


def _statement(number: int, mapping: FileMapping, payout: str = "") -> Statement:
    nothing = 0 if mapping.proof == "payout" else None
    return Statement(
        number,
        account=mapping.bank_account,
        account_kind=OUR_ID,
        currency=mapping.currency,
        statement_id=payout or None,
        sequence=payout or None,
        opening_minor=nothing,
        closing_minor=nothing,
    )
