"""Trial balance: the sums of each ledger account up to an accounting date, each posting on the account that its role
had on its own accounting date. Account numbers that nobody has confirmed are marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import DIMENSIONS, roles_of
from ledger.domain.terms.standard_mapping import account_name
from projections.reports import closed_totals
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.domain.terms.chart import Chart
    from projections.reports.report_inputs import Inputs

# An account role without an account in the chart still gets a line.
NO_ACCOUNT: Final = "none"
_SUMMED: Final = ("debit_minor", "credit_minor", "balance_minor")


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


def trial_balance(ledger: pa.Table, as_of: date, chart: Chart, ours: Sequence[Mapping[str, Any]] = ()) -> pa.Table:
    """Return one row per account, role and currency, with the columns of `COLUMNS`; each bank account has its own row.

    `ledger` has the columns role, those of `DIMENSIONS`, from_on, debit_minor and credit_minor, summed up to the
    accounting date `as_of`. What counts from `from_on` on has the ledger account that its role has on that day, so a
    role whose account was changed has a row for each account. `ours` are our bank accounts, with bank_account and name.
    """
    named = {one["bank_account"]: one["name"] for one in ours}
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for sums in ledger.to_pylist():
        row = _row(sums, as_of, chart, named)
        key = (row["currency"], row["account"], row["role"], row["bank_account"] or "")
        before = rows.get(key, row | dict.fromkeys(_SUMMED, 0))
        rows[key] = row | {name: before[name] + row[name] for name in _SUMMED}
    shown = [rows[key] for key in sorted(rows) if rows[key]["debit_minor"] or rows[key]["credit_minor"]]
    return table_of(shown, COLUMNS)


def _row(sums: dict[str, Any], as_of: date, chart: Chart, ours: Mapping[str, str]) -> dict[str, Any]:
    kept = {name: sums[name] for name in ("role", "bank_account", "currency", "debit_minor", "credit_minor")}
    return (
        kept
        | _account(sums, chart, first_of(sums, as_of, chart), ours)
        | {"balance_minor": sums["debit_minor"] - sums["credit_minor"]}
    )


def first_of(sums: Mapping[str, Any], as_of: date, chart: Chart) -> date:
    """A day on which all postings of a row of sums have the account that they have on their own days."""
    if sums["from_on"] is not None:
        return sums["from_on"]  # type: ignore[no-any-return]
    changes = chart.days_of_change(as_of)
    return changes[0] - timedelta(days=1) if changes else as_of


def _account(sums: Mapping[str, Any], chart: Chart, on: date, ours: Mapping[str, str]) -> dict[str, Any]:
    role, bank_account = sums["role"], sums["bank_account"]
    try:
        found = chart.mapping(role, on, **{name: sums[name] for name in DIMENSIONS})
    except KeyError:
        return {"account": NO_ACCOUNT, "name": "Not in the chart of accounts", "confirmed": False}
    own = ours.get(bank_account or "") if role in roles_of("money") else None
    return {"account": found.account, "name": own or account_name(found), "confirmed": found.confirmed}


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
    table = trial_balance(inputs.ledger(), inputs.as_of, inputs.chart, inputs.bank_accounts())
    closed = closed_totals.totals_in_force(inputs.periods(), inputs.as_of, inputs.known_at)
    return Built(
        table, (*controls(table), *(closed_totals.controls(closed, table.to_pylist()) if closed is not None else ()))
    )


REPORT: Final = Definition(
    "trial-balance",
    "Trial balance",
    "The sums of every ledger account up to an accounting date.\n\nAs of the last day of a closed period, the sums are "
    "also compared with the totals that were recorded at the close; they never change.",
    columns=lambda _: COLUMNS,
    build=_build,
)
