"""Open items: every item with an open amount, with what was paid, credited and written off, and how late it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from projections.reports.aging_buckets import Bucket, buckets
from projections.reports.report import Built, Column, Definition, Option
from projections.reports.tie_out import RECEIVABLES, shown_by_role, tied

if TYPE_CHECKING:
    import pyarrow as pa

    from projections.reports.report_inputs import Inputs


def open_items(items: pa.Table, as_of: date, by: Sequence[Bucket]) -> pa.Table:
    """Add to each item its `days_past_due` (below zero before the due date) and its `bucket` of the aging."""
    from projections.reports.aging_table import bucket_of, days_past_due

    days = days_past_due(items["due_on"], as_of)
    return items.append_column("days_past_due", days).append_column("bucket", bucket_of(days, by))


def only(items: pa.Table, account_id: str | None, due_by: date | None) -> pa.Table:
    """Return only the items that belong to one account, or are due by a day, or both."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if account_id is not None:
        items = items.filter(pc.equal(items["account_id"], account_id))
    if due_by is not None:
        items = items.filter(pc.less_equal(items["due_on"], pa.scalar(due_by, pa.date32())))
    return items


# Definition


COLUMNS: Final = (
    Column("item_id", "item", "id", "the item"),
    Column("kind", "kind", "code", "reason why the item is owed", listed=False),
    Column("account_id", "account", "id", "account that owes the item"),
    Column("payer", "payer", "code", "kind of payer"),
    Column("role", "role", "code", "account role of the item's control account", listed=False),
    Column("currency", "currency", "code", "ISO 4217"),
    Column("invoice_id", "invoice", "id", "invoice of the item, if any", listed=False),
    Column("series", "series", "text", "number series of the invoice", listed=False),
    Column("number", "number", "count", "number of the invoice in its series"),
    Column("reference", "reference", "text", "reference of the last payment request for the item"),
    Column("arose_on", "arose", "day", "when the item arose"),
    Column("due_on", "due", "day", "when the item is due"),
    Column("care_unit", "care unit", "code", "where care was given", listed=False),
    Column("original_minor", "original", "money", "original amount"),
    Column("paid_minor", "paid", "money", "amount paid"),
    Column("credited_minor", "credited", "money", "amount credited"),
    Column("written_off_minor", "written off", "money", "amount written off"),
    Column("rounded_off_minor", "rounded off", "money", "small difference of a payment that was closed"),
    Column("open_minor", "open", "money", "open amount"),
    Column("days_past_due", "late", "count", "days past the due date; below zero before it"),
    Column("bucket", "bucket", "code", "bucket of the item in the aging", listed=False),
)


def _build(inputs: Inputs, account: str | None = None, due_by: date | None = None) -> Built:
    assert inputs.as_of is not None
    items = inputs.items()
    controls = tied(inputs, shown_by_role(items), RECEIVABLES)
    return Built(open_items(only(items, account, due_by), inputs.as_of, buckets(inputs.terms.aging_edges)), controls)


REPORT: Final = Definition(
    "open-items",
    "Open items",
    "Every item with an open amount.\n\nThe whole list is tied out first. Then the items that were not asked for are "
    "left out: those of other accounts, or with later due dates.",
    columns=lambda _: COLUMNS,
    build=_build,
    options=(
        Option("account", "account", "Only items of this account."),
        Option("due_by", "day", "Only items due by this day."),
    ),
    long=True,
)
