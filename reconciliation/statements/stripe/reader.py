"""Stripe's reports for download: the transactions of each automatic payout, and the activity of the balance.

Both have a row for each balance transaction, in major units of the currency: gross, fee, and net of it. In the payout
report, each payout is a statement that begins and ends with nothing: its own row must be what its transactions leave.
The activity report has no balances and no payouts, so it is only shown. Source: docs.stripe.com/reports
(payout-reconciliation, balance, report-types).
"""

from __future__ import annotations

from reconciliation.statements.delimited import NO_ROW, Columns, Dialect, Row, first_row, fitted, lacks, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.problems import refuse
from reconciliation.statements.settlements import Settlement, Settlements
from reconciliation.statements.shape import Line, Parsed, Profile, Statement
from reconciliation.statements.stripe.transaction import NEEDED, Transactions
from reconciliation.statements.traits import Traits
from reconciliation.statements.values import to_day

_DIALECT = Dialect()
_PAYOUT = "automatic_payout_id"
_EFFECTIVE = ("automatic_payout_effective_at_utc", "automatic_payout_effective_at")
# Lines of their own, beside the settlement.
_ALONE = frozenset({"payout", "payout_returned"})


def recognise(head: bytes) -> str | None:
    """Recognise a report by the names of its columns."""
    columns = Columns(first_row(head, _DIALECT))
    if "balance_transaction_id" not in columns or "reporting_category" not in columns:
        return None
    return "stripe" if _PAYOUT in columns else "stripe.activity"


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a report row by row."""
    findings = Findings()
    encoding, table = rows(data, _DIALECT, findings)
    header = next(table, NO_ROW)
    columns = Columns(header.cells)
    settlements = Settlements()
    by_payout = _PAYOUT in columns
    format = "stripe" if by_payout else "stripe.activity"
    if lacks(columns, NEEDED, header.raw_position, findings):
        return settlements.parsed(format, encoding, findings)
    reading = _Payouts(settlements, columns, profile, findings) if by_payout else _Activity(settlements)
    transactions = Transactions(columns, profile.zone, findings)
    for row in fitted(table, columns, findings):
        line = transactions.read(row)
        if line is not None:
            reading.see(row, line)
    reading.finish(findings)
    return settlements.parsed(format, encoding, findings)


class _Activity:
    """The balance's activity: one statement for each currency, and each transaction is a line of it."""

    def __init__(self, settlements: Settlements) -> None:
        self._settlements = settlements

    def see(self, row: Row, line: Line) -> None:
        """Take in a transaction."""
        currency = line.currency
        self._settlements.of(
            currency, lambda number: Statement(number, account_kind="merchant", currency=currency)
        ).add(line)

    def finish(self, findings: Findings) -> None:
        """Nothing is left to say."""


class _Payouts:
    """Automatic payouts: one statement for each payout and currency."""

    def __init__(self, settlements: Settlements, columns: Columns, profile: Profile, findings: Findings) -> None:
        self._settlements, self._findings, self._zone = settlements, findings, profile.zone
        self._pick = columns.picker((_PAYOUT, *_EFFECTIVE))
        self._unpaid: dict[Settlement, str] = {}

    def see(self, row: Row, line: Line) -> None:
        """Take in a transaction."""
        payout, effective_utc, effective = self._pick(row.cells)
        if not payout:
            told = "the transaction names no payout (automatic_payout_id): ask for the report of automatic payouts"
            self._findings.add(refuse("payout_missing", told, row.raw_position))
            return
        currency = line.currency
        known = len(self._settlements)
        settlement = self._settlements.of((payout, currency), lambda number: _statement(number, payout, currency))
        if len(self._settlements) > known:
            self._unpaid[settlement] = row.raw_position
        if line.kind not in _ALONE:
            settlement.settle(line)
            return
        if line.kind == "payout":
            self._unpaid.pop(settlement, None)
            written = f"{effective_utc.replace(' ', 'T', 1)}Z" if effective_utc else effective
            line.value_on = (to_day(written, self._zone) if written else None) or line.value_on
            line.booked_on = line.booked_on or line.value_on
            settlement.settled_on = line.booked_on
        settlement.add(line)

    def finish(self, findings: Findings) -> None:
        """Report the payouts whose own row is not in the file: nothing says what their transactions must sum to."""
        for settlement, raw_position in self._unpaid.items():
            told = "the payout of these transactions (category payout) is not in the file: ask for the report with it"
            findings.add(refuse("payout_missing", told, raw_position, settlement.statement.statement_no))


def _statement(number: int, payout: str, currency: str | None) -> Statement:
    return Statement(
        number,
        account_kind="merchant",
        currency=currency,
        statement_id=payout,
        sequence=payout,
        opening_minor=0,
        closing_minor=0,
    )


TRAITS = (
    Traits(
        "stripe",
        "Stripe's payouts with their transactions",
        "docs.stripe.com/reports/payout-reconciliation: payout_reconciliation.itemized",
        "balances",
        holds="settlement",
        provider="stripe",
    ),
    Traits(
        "stripe.activity",
        "Stripe's balance transactions, without payouts",
        "docs.stripe.com/reports/balance: balance_change_from_activity.itemized",
        None,
        holds="settlement",
        provider="stripe",
    ),
)
