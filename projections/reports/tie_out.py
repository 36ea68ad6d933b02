"""Tie-out: each control account of the general ledger beside the sub-ledger, with timing differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import control_roles
from projections.reports import timing
from projections.reports.report import Built, Column, Control, Definition, table_of
from projections.reports.trial_balance import first_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.domain.terms.chart import Chart
    from projections.reports.report_inputs import Inputs

# Roles of the accounts with a sub-ledger.
RECEIVABLES: Final = control_roles("item")
CONTROLLED: Final = control_roles()
_BESIDE: Final = (*control_roles("receipt"), *control_roles("credit"))

_SUMMED: Final = ("debit_minor", "credit_minor", *timing.FIELDS)
# Sums by role and currency.
Shown = Counter[tuple[str, str]]


COLUMNS: Final = (
    Column("account", "account", "code", "number of the control account; of several, if the account was changed"),
    Column("role", "role", "code", "account role"),
    Column("confirmed", "number confirmed", "flag", "whether somebody has confirmed each of these account numbers"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("ledger_minor", "ledger", "money", "balance in the general ledger by accounting date; above zero if debit"),
    *timing.COLUMNS,
    Column("expected_minor", "= expected", "money", "amount that the sub-ledger should show"),
    Column("shown_minor", "shown", "money", "amount that the sub-ledger shows"),
    Column("difference_minor", "difference", "money", "expected minus shown; zero if the account ties out"),
)


def shown_by_role(items: pa.Table, unallocated: pa.Table | None = None, credits: pa.Table | None = None) -> Shown:
    """Sum the sub-ledger by control role and currency: items, and also receipts and credit if they are given."""
    shown: Shown = Counter()
    for role, currency, amount in _values(items, "role", "currency", "open_minor"):
        shown[role, currency] += amount
    for role, table in zip(_BESIDE, (unallocated, credits), strict=True):
        if table is not None:
            for currency, amount in _values(table, "currency", "amount_minor"):
                shown[role, currency] += amount
    return shown


def tie_out(ledger: pa.Table, shown: Shown, as_of: date, chart: Chart) -> list[dict[str, Any]]:
    """Compare every control role, corrected for timing, with the sub-ledger; debits are above zero.

    `ledger` has the columns role, currency, from_on, debit_minor, credit_minor, accounted_after_minor and
    occurred_after_minor. If the role's account was changed, its row has the sum of its accounts, and names them all.
    """
    sums: dict[tuple[str, str], Counter[str]] = {}
    accounts: dict[tuple[str, str], dict[str, bool]] = {}
    for row in ledger.to_pylist():
        key = (row["role"], row["currency"])
        if row["role"] in CONTROLLED:
            sums.setdefault(key, Counter()).update({name: row[name] for name in _SUMMED})
            on = first_of(row, as_of, chart)
            accounts.setdefault(key, {}).update(_account(key, chart, on))
    keys = {key for key in (*sums, *shown) if key[0] in CONTROLLED}
    for key in keys - set(accounts):
        accounts[key] = _account(key, chart, as_of)
    return [_row(key, sums.get(key, Counter()), shown[key], accounts[key]) for key in sorted(keys)]


def _account(key: tuple[str, str], chart: Chart, on: date) -> dict[str, bool]:
    """The ledger account of a role and currency on a day, and whether its number is confirmed."""
    found = chart.mapping(key[0], on, bank_account=None, currency=key[1])
    return {found.account: found.confirmed}


def _row(key: tuple[str, str], sums: Counter[str], shown_minor: int, accounts: Mapping[str, bool]) -> dict[str, Any]:
    role, currency = key
    ledger = {"ledger_minor": sums["debit_minor"] - sums["credit_minor"]}
    ledger |= {name: sums[name] for name in timing.FIELDS}
    expected = timing.arisen_minor(ledger)
    return {
        "account": ", ".join(sorted(accounts)),
        "role": role,
        "confirmed": all(accounts.values()),
        "currency": currency,
        **ledger,
        "expected_minor": expected,
        "shown_minor": shown_minor,
        "difference_minor": expected - shown_minor,
    }


def controls(rows: Sequence[Mapping[str, Any]], roles: tuple[str, ...] = CONTROLLED) -> tuple[Control, ...]:
    """Return the control totals of these roles, taken from the rows of a tie-out."""
    return tuple(
        Control(row["role"], row["currency"], row["expected_minor"], row["shown_minor"])
        for row in rows
        if row["role"] in roles
    )


def tied(inputs: Inputs, shown: Shown, roles: tuple[str, ...] = CONTROLLED) -> tuple[Control, ...]:
    """Return the control totals for the roles that a report shows, compared with the general ledger."""
    assert inputs.as_of is not None
    return controls(tie_out(inputs.ledger(), shown, inputs.as_of, inputs.chart), roles)


def _values(table: pa.Table, *names: str) -> zip[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)


# Definition


def _build(inputs: Inputs) -> Built:
    assert inputs.as_of is not None
    shown = shown_by_role(inputs.due(), inputs.unallocated(), inputs.credits())
    rows = tie_out(inputs.ledger(), shown, inputs.as_of, inputs.chart)
    return Built(table_of(rows, COLUMNS), controls(rows))


REPORT: Final = Definition(
    "tie-out",
    "Tie-out",
    "Control accounts compared with the sub-ledger.\n\nAlso shows the timing differences: amounts of facts of which "
    "exactly one date is after the day of the report. The two dates are the day on which the fact happened, and its "
    "accounting date.",
    columns=lambda _: COLUMNS,
    build=_build,
    with_bank=True,
)
