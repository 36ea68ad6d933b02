"""Tie-out: each control account of the general ledger beside what the sub-ledger shows, the timing line between."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger.domain.chart import account_of_role, control_roles
from projections.reports.report import Built, Column, Control, Definition, table_of

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report import Sources

# The accounts with a sub-ledger behind them.
RECEIVABLES: Final = control_roles("item")
CONTROLLED: Final = control_roles()
_BESIDE: Final = (*control_roles("receipt"), *control_roles("credit"))

# Sums by role and currency.
Shown = Counter[tuple[str, str]]


COLUMNS: Final = (
    Column("account", "account", "code", "the control account's number"),
    Column("role", "role", "code", "what the account is for"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("ledger_minor", "ledger", "money", "the general ledger by accounting date, debit above zero"),
    Column("accounted_after_minor", "+ accounted after", "money", "occurred by the day and counts later"),
    Column("occurred_after_minor", "- occurred after", "money", "counts by the day and occurred later"),
    Column("expected_minor", "= expected", "money", "what the sub-ledger has to show"),
    Column("shown_minor", "shown", "money", "what the sub-ledger shows"),
    Column("difference_minor", "difference", "money", "expected less shown: zero where it ties out"),
)


class TieOut(NamedTuple):
    """A control account in one currency; debit above zero, as in the general ledger."""

    account: str
    role: str
    currency: str
    ledger_minor: int
    accounted_after_minor: int
    occurred_after_minor: int
    expected_minor: int
    shown_minor: int
    difference_minor: int


def shown_by_role(items: pa.Table, unallocated: pa.Table | None = None, credits: pa.Table | None = None) -> Shown:
    """What the sub-ledger shows by control role and currency: items, and receipts and credit where given."""
    shown: Shown = Counter()
    for role, currency, amount in _values(items, "role", "currency", "open_minor"):
        shown[role, currency] += amount
    for role, table in zip(_BESIDE, (unallocated, credits), strict=True):
        if table is not None:
            for currency, amount in _values(table, "currency", "amount_minor"):
                shown[role, currency] += amount
    return shown


def tie_out(ledger: pa.Table, shown: Shown, as_of: date) -> tuple[TieOut, ...]:
    """Every control account: by accounting date, what had occurred but counts later, less the reverse, as shown.

    `ledger` has role, currency, debit_minor, credit_minor, accounted_after_minor, occurred_after_minor.
    """
    sums = {(row["role"], row["currency"]): row for row in ledger.to_pylist()}
    keys = {key for key in (*sums, *shown) if key[0] in CONTROLLED}
    return tuple(_row(key, sums.get(key, {}), shown[key], as_of) for key in sorted(keys))


def _row(key: tuple[str, str], sums: dict[str, int], shown_minor: int, as_of: date) -> TieOut:
    role, currency = key
    ledger_minor = sums.get("debit_minor", 0) - sums.get("credit_minor", 0)
    accounted_after = sums.get("accounted_after_minor", 0)
    occurred_after = sums.get("occurred_after_minor", 0)
    expected = ledger_minor + accounted_after - occurred_after
    return TieOut(
        account=account_of_role(role, as_of).account,
        role=role,
        currency=currency,
        ledger_minor=ledger_minor,
        accounted_after_minor=accounted_after,
        occurred_after_minor=occurred_after,
        expected_minor=expected,
        shown_minor=shown_minor,
        difference_minor=expected - shown_minor,
    )


def as_table(rows: tuple[TieOut, ...]) -> pa.Table:
    """The tie-out as Arrow, one row a control account and currency."""
    return table_of([row._asdict() for row in rows], COLUMNS)


def controls(rows: tuple[TieOut, ...], roles: tuple[str, ...] = CONTROLLED) -> tuple[Control, ...]:
    """The control totals of a report that shows these roles."""
    return tuple(
        Control(row.role, row.currency, row.expected_minor, row.shown_minor) for row in rows if row.role in roles
    )


def tied(sources: Sources, shown: Shown, roles: tuple[str, ...] = CONTROLLED) -> tuple[Control, ...]:
    """The control totals of a report that shows these roles, beside the general ledger."""
    assert sources.as_of is not None
    return controls(tie_out(sources.ledger(), shown, sources.as_of), roles)


def _values(table: pa.Table, *names: str) -> zip[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)


# Definition


def _build(sources: Sources) -> Built:
    assert sources.as_of is not None
    shown = shown_by_role(sources.due(), sources.unallocated(), sources.credits())
    rows = tie_out(sources.ledger(), shown, sources.as_of)
    return Built(as_table(rows), controls(rows))


REPORT: Final = Definition(
    "tie-out",
    "Tie-out",
    "Control accounts beside the sub-ledger.\n\nWith the timing between accounting date and day of occurrence.",
    columns=lambda _: COLUMNS,
    build=_build,
)
