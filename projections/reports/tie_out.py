"""Tie-out: each control account of the general ledger beside the sub-ledger, with timing differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import account_of_role, control_roles
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report import Inputs

# Roles of the accounts with a sub-ledger.
RECEIVABLES: Final = control_roles("item")
CONTROLLED: Final = control_roles()
_BESIDE: Final = (*control_roles("receipt"), *control_roles("credit"))

# Sums by role and currency.
Shown = Counter[tuple[str, str]]


COLUMNS: Final = (
    Column("account", "account", "code", "number of the control account"),
    Column("role", "role", "code", "account role"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("ledger_minor", "ledger", "money", "balance in the general ledger by accounting date; above zero if debit"),
    Column(
        "accounted_after_minor",
        "+ accounted after",
        "money",
        "amounts that arose up to the report's day but have a later accounting date",
    ),
    Column(
        "occurred_after_minor",
        "- occurred after",
        "money",
        "amounts that arose after the report's day but have an accounting date on or before it",
    ),
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


def tie_out(ledger: pa.Table, shown: Shown, as_of: date) -> list[dict[str, Any]]:
    """Compare every control account, corrected for timing, with the sub-ledger; debits are above zero.

    `ledger` has the columns role, currency, debit_minor, credit_minor, accounted_after_minor and occurred_after_minor.
    """
    sums = {(row["role"], row["currency"]): row for row in ledger.to_pylist()}
    keys = {key for key in (*sums, *shown) if key[0] in CONTROLLED}
    return [_row(key, sums.get(key, {}), shown[key], as_of) for key in sorted(keys)]


def _row(key: tuple[str, str], sums: dict[str, int], shown_minor: int, as_of: date) -> dict[str, Any]:
    role, currency = key
    ledger_minor = sums.get("debit_minor", 0) - sums.get("credit_minor", 0)
    accounted_after = sums.get("accounted_after_minor", 0)
    occurred_after = sums.get("occurred_after_minor", 0)
    expected = ledger_minor + accounted_after - occurred_after
    return {
        "account": account_of_role(role, as_of).account,
        "role": role,
        "currency": currency,
        "ledger_minor": ledger_minor,
        "accounted_after_minor": accounted_after,
        "occurred_after_minor": occurred_after,
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
    return controls(tie_out(inputs.ledger(), shown, inputs.as_of), roles)


def _values(table: pa.Table, *names: str) -> zip[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)


# Definition


def _build(inputs: Inputs) -> Built:
    assert inputs.as_of is not None
    shown = shown_by_role(inputs.due(), inputs.unallocated(), inputs.credits())
    rows = tie_out(inputs.ledger(), shown, inputs.as_of)
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
