"""Diff: what was recorded after a position and changes the reports of a day, and that it is the whole difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ledger.domain.chart_of_accounts import control_roles
from projections.reports.aging_buckets import UNIDENTIFIED
from projections.reports.report import Built, Column, Control, Definition, Option, table_of
from projections.reports.tie_out import shown_by_role

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report_inputs import Inputs

SUB_LEDGER: Final = "sub-ledger"
GENERAL_LEDGER: Final = "general ledger"
# Whose the money of the sub-ledger is: of a kind of payer, as in the aging; and of a single account.
OF_PAYERS: Final = "by kind of payer"
OF_ACCOUNTS: Final = "not allocated, by account"
# Sums by the ledger, the role or whose it is, and the currency.
Sums = Counter[tuple[str, str, str]]
_UNALLOCATED: Final = control_roles("receipt")

COLUMNS: Final = (
    Column("ledger_position", "position", "position", "position of the fact in the journal"),
    Column("stream", "stream", "id", "the stream of the fact"),
    Column("what", "ledger", "text", "whether it changes the sub-ledger of the day, or the general ledger"),
    Column("role", "role", "code", "account role whose sum it changes"),
    Column(
        "effect",
        "effect",
        "code",
        "how it changes a balance of the sub-ledger; `identified` if it became known whose money it is, which holds on "
        "all days",
    ),
    Column("account_id", "account", "id", "the account, if it is somebody's; of a receipt, whose it is by now"),
    Column("payer", "payer", "code", "kind of payer, as in the aging; `unidentified` for unknown payers"),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("amount_minor", "amount", "money", "by how much the sum changes"),
    Column("occurred_on", "occurred", "day", "when it happened"),
    Column("accounting_date", "accounted", "day", "when it counts in the general ledger"),
)


def controls(before: Sums, after: Sums, rows: Iterable[Mapping[str, Any]]) -> tuple[Control, ...]:
    """Compare by how much each sum differs between the two positions with the rows that explain it.

    Single accounts are compared as well, and named if they differ.
    """
    explained: Sums = Counter()
    for row in rows:
        explained[row["what"], row["role"], row["currency"]] += row["amount_minor"]
        if row["what"] == SUB_LEDGER:
            explained[OF_PAYERS, row["payer"], row["currency"]] += row["amount_minor"]
        if row["role"] in _UNALLOCATED and row["what"] == SUB_LEDGER:
            explained[OF_ACCOUNTS, row["account_id"] or UNIDENTIFIED, row["currency"]] += row["amount_minor"]
    return tuple(
        Control(f"{about}, {ledger}", currency, after[key] - before[key], explained[key])
        for key in sorted({*before, *after, *explained})
        for ledger, about, currency in (key,)
        if (after[key] != before[key] or explained[key])
        and (ledger != OF_ACCOUNTS or after[key] - before[key] != explained[key])
    )


def _sums(inputs: Inputs) -> Sums:
    """The sums that reports of the day show: the sub-ledger by control role and by payer, and the general ledger."""
    sums: Sums = Counter()
    due, unallocated, credits = inputs.due(), inputs.unallocated(), inputs.credits()
    for (role, currency), amount in shown_by_role(due, unallocated, credits).items():
        sums[SUB_LEDGER, role, currency] += amount
    for row in due.to_pylist():
        sums[OF_PAYERS, row["payer"], row["currency"]] += row["open_minor"]
    for row in credits.to_pylist():
        sums[OF_PAYERS, row["payer"], row["currency"]] += row["amount_minor"]
    for row in unallocated.to_pylist():
        sums[OF_PAYERS, row["payer"] or UNIDENTIFIED, row["currency"]] += row["amount_minor"]
        sums[OF_ACCOUNTS, row["account_id"] or UNIDENTIFIED, row["currency"]] += row["amount_minor"]
    for row in inputs.ledger().to_pylist():
        sums[GENERAL_LEDGER, row["role"], row["currency"]] += row["debit_minor"] - row["credit_minor"]
    return sums


# Definition


def _build(inputs: Inputs, since: int = 0) -> Built:
    changes: pa.Table = inputs.changes(since)
    rows = [row for row in changes.to_pylist() if row["what"] == GENERAL_LEDGER or row["role"] in control_roles()]
    return Built(table_of(rows, COLUMNS), controls(_sums(inputs.known(since)), _sums(inputs), rows))


REPORT: Final = Definition(
    "diff",
    "Changes",
    "What was recorded after a position and changes the reports of a day.\n\nShows each fact by which the sub-ledger, "
    "or the general ledger, as of the day differs from what it was at that position. If it became known whose a "
    "receipt is, its money goes from one payer to another on all days. In a closed period, the "
    "general ledger has none; what came late is in the sub-ledger of its own day.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(
        Option("since", "position", "Up to this position or time, facts were known; none were if you give none."),
    ),
    long=True,
    untied="the facts do not explain the whole difference; run `reskontra verify`",
)
