"""Counts what an assignment or a transmission has, for the totals that its last record states."""

from __future__ import annotations

from dataclasses import dataclass

from reconciliation.statements.fixed_width import Record
from reconciliation.statements.problems import warning
from reconciliation.statements.reading import Reading


@dataclass(slots=True)
class Counted:
    """Numbers of transactions and records, and the sums of the amounts without and with their signs."""

    transactions: int = 0
    records: int = 0
    gross: int = 0
    net: int = 0

    def include(self, amount: int) -> None:
        """Count a transaction's amount."""
        self.gross += abs(amount)
        self.net += amount

    def add(self, other: Counted) -> None:
        """Count all that an assignment has."""
        self.transactions += other.transactions
        self.records += other.records
        self.gross += other.gross
        self.net += other.net

    def check(self, end: Record, reading: Reading, *, advice: bool) -> int | None:
        """Keep the totals of an end record beside what was found; returns the stated number of transactions.

        Some senders subtract what was taken back from the sum, and others add it; the sum has no sign. That it was
        added is said, because a payment with a wrong amount could be that as well.
        """
        transactions, records, amount = (
            end.number(field, reading.problems) for field in ("transactions", "records", "amount")
        )
        reading.total("transactions", transactions, self.transactions, end, advice=advice)
        reading.total("records", records, self.records, end, advice=advice)
        summed = abs(self.net) if amount == abs(self.net) else self.gross
        reading.total("amount", amount, summed, end, advice=advice)
        if amount == self.gross != abs(self.net):
            told = (
                "the stated sum fits only if what was taken back is added to it, as some senders do: compare the "
                "payments with the bank's line of the day"
            )
            reading.problems.append(warning("sum_without_signs", told, end.raw_position, reading.statements or None))
        return transactions
