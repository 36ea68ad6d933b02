"""Trial balance: the sums of each ledger account up to an accounting date. Account numbers that nobody has confirmed
are marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import account_of_role, roles_of
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report import Inputs

# An account role without an account in the chart still gets a line.
NO_ACCOUNT: Final = "none"


COLUMNS: Final = (
    Column("account", "account", "code", "number of the ledger account"),
    Column("name", "name", "text", "name of the ledger account"),
    Column("role", "role", "code", "account role"),
    Column(
        "bank_account",
        "bank account",
        "id",
        "our bank account whose money this is or explains; else null",
    ),
    Column("confirmed", "number confirmed", "flag", "whether somebody has confirmed the account number"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("debit_minor", "debit", "money", "sum of debits"),
    Column("credit_minor", "credit", "money", "sum of credits"),
    Column("balance_minor", "balance", "money", "debits less credits"),
)


def trial_balance(ledger: pa.Table, as_of: date, ours: Sequence[Mapping[str, Any]] = ()) -> pa.Table:
    """Return one row per account and currency, with the columns of `COLUMNS`; each bank account has its own row.

    `ledger` has the columns role, bank_account, currency, debit_minor and credit_minor, summed up to the accounting
    date `as_of`. `ours` are our bank accounts, with bank_account, name and ledger_account.
    """
    named = {one["bank_account"]: one for one in ours}
    rows = [_row(row, as_of, named) for row in ledger.to_pylist() if row["debit_minor"] or row["credit_minor"]]
    rows.sort(key=lambda row: (row["currency"], row["account"], row["role"], row["bank_account"] or ""))
    return table_of(rows, COLUMNS)


def _row(sums: dict[str, Any], as_of: date, ours: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    own = ours.get(sums["bank_account"] or "") if sums["role"] in roles_of("money") else None
    try:
        account = account_of_role(sums["role"], as_of)
        named = {"account": account.account, "name": account.name, "confirmed": account.confirmed}
    except KeyError:
        named = {"account": NO_ACCOUNT, "name": "Not in the chart of accounts", "confirmed": False}
    if own is not None:
        named = {"account": own["ledger_account"], "name": own["name"], "confirmed": True}
    kept = {name: sums[name] for name in ("role", "bank_account", "currency", "debit_minor", "credit_minor")}
    return named | kept | {"balance_minor": sums["debit_minor"] - sums["credit_minor"]}


def controls(table: pa.Table) -> tuple[Control, ...]:
    """Compare debits with credits, for each currency."""
    sums: dict[str, list[int]] = {}
    for row in table.to_pylist():
        sides = sums.setdefault(row["currency"], [0, 0])
        sides[0] += row["debit_minor"]
        sides[1] += row["credit_minor"]
    return tuple(
        Control("debit_and_credit", currency, debit, credit) for currency, (debit, credit) in sorted(sums.items())
    )


# Definition


def _build(inputs: Inputs) -> Built:
    assert inputs.as_of is not None
    table = trial_balance(inputs.ledger(), inputs.as_of, inputs.bank_accounts())
    return Built(table, controls(table))


REPORT: Final = Definition(
    "trial-balance",
    "Trial balance",
    "The sums of every ledger account up to an accounting date.",
    columns=lambda _: COLUMNS,
    build=_build,
)
