"""Trial balance: every ledger account by accounting date, with the accounts whose number nobody has confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pyarrow as pa

from ledger.domain.chart import account_of_role
from projections.reports.report import Control

# A role that the chart has no account for still has its line.
NO_ACCOUNT: Final = "none"


def trial_balance(ledger: pa.Table, as_of: date) -> pa.Table:
    """One row an account and currency: account, name, role, confirmed, debit_minor, credit_minor, balance_minor.

    `ledger` has role, currency, debit_minor, credit_minor by accounting date.
    """
    rows = [_row(row, as_of) for row in ledger.to_pylist() if row["debit_minor"] or row["credit_minor"]]
    rows.sort(key=lambda row: (row["currency"], row["account"], row["role"]))
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _row(sums: dict[str, Any], as_of: date) -> dict[str, Any]:
    try:
        account = account_of_role(sums["role"], as_of)
        named = {"account": account.account, "name": account.name, "confirmed": account.confirmed}
    except KeyError:
        named = {"account": NO_ACCOUNT, "name": "Not in the chart of accounts", "confirmed": False}
    kept = {name: sums[name] for name in ("role", "currency", "debit_minor", "credit_minor")}
    return named | kept | {"balance_minor": sums["debit_minor"] - sums["credit_minor"]}


def controls(table: pa.Table) -> tuple[Control, ...]:
    """Debits beside credits, by currency."""
    sums: dict[str, list[int]] = {}
    for row in table.to_pylist():
        sides = sums.setdefault(row["currency"], [0, 0])
        sides[0] += row["debit_minor"]
        sides[1] += row["credit_minor"]
    return tuple(
        Control("debit_and_credit", currency, debit, credit) for currency, (debit, credit) in sorted(sums.items())
    )


_SCHEMA: Final = pa.schema(
    [
        ("account", pa.string()),
        ("name", pa.string()),
        ("role", pa.string()),
        ("confirmed", pa.bool_()),
        ("currency", pa.string()),
        ("debit_minor", pa.int64()),
        ("credit_minor", pa.int64()),
        ("balance_minor", pa.int64()),
    ]
)
