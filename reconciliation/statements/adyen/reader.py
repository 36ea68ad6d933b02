"""Adyen's settlement details report: the entries of a batch, until the batch is paid out or carried over.

Each batch of a merchant account is a statement, in each settlement currency. It begins and ends with nothing: net
credits equal net debits, the payout and what is carried over from and to other batches included. Columns are read by
name, because their order differs from account to account. Source: docs.adyen.com/reporting, settlement details report.
"""

from __future__ import annotations

from functools import partial

from reconciliation.statements.adyen.entry import NEEDED, Entries, Entry
from reconciliation.statements.delimited import NO_ROW, Columns, Dialect, first_row, fitted, lacks, rows
from reconciliation.statements.findings import Findings
from reconciliation.statements.settlements import Settlements
from reconciliation.statements.shape import Parsed, Profile, Statement
from reconciliation.statements.traits import Traits

_DIALECT = Dialect()
# Lines of their own, beside the settlement.
_ALONE = frozenset({"payout", "payout_returned", "carried_over"})


def recognise(head: bytes) -> str | None:
    """Recognise the report by the names of its columns."""
    columns = Columns(first_row(head, _DIALECT))
    return "adyen" if "Psp Reference" in columns and "Net Currency" in columns else None


def read(data: bytes, profile: Profile) -> Parsed:
    """Read a report row by row."""
    findings, settlements = Findings(), Settlements()
    encoding, table = rows(data, _DIALECT, findings)
    header = next(table, NO_ROW)
    columns = Columns(header.cells)
    if lacks(columns, NEEDED, header.raw_position, findings):
        return settlements.parsed("adyen", encoding, findings)
    entries = Entries(columns, profile.zone, findings)
    for row in fitted(table, columns, findings):
        entry = entries.read(row)
        if entry is None:
            continue
        line = entry.line
        settlement = settlements.of((entry.merchant, entry.batch, line.currency), partial(_statement, entry))
        if line.kind not in _ALONE:
            settlement.settle(line)
            continue
        if line.kind == "payout":
            settlement.settled_on = line.booked_on
        settlement.add(line)
    return settlements.parsed("adyen", encoding, findings)


def _statement(entry: Entry, number: int) -> Statement:
    return Statement(
        number,
        account=entry.merchant or None,
        account_kind="merchant",
        currency=entry.line.currency,
        statement_id=entry.batch or None,
        sequence=entry.batch or None,
        opening_minor=0,
        closing_minor=0,
    )


TRAITS = (
    Traits(
        "adyen",
        "Adyen's settled batches with their payments",
        "docs.adyen.com/reporting: settlement details report",
        "balances",
        holds="settlement",
        provider="adyen",
    ),
)
