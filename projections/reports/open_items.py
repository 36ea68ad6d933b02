"""Open items: every item with something open, what was paid, credited and written off of it, and how late it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from projections.reports.buckets import Bucket, buckets
from projections.reports.report import Built, Column, Definition, Option
from projections.reports.tie_out import RECEIVABLES, shown_by_role, tied

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.domain.terms.entity import Terms
    from projections.reports.report import Sources


def open_items(items: pa.Table, as_of: date, by: Sequence[Bucket]) -> pa.Table:
    """The items with `days_past_due` (below zero before the due date) and the `bucket` of the aging they are in."""
    from projections.reports.aging_table import bucket_of, days_past_due

    days = days_past_due(items["due_on"], as_of)
    return items.append_column("days_past_due", days).append_column("bucket", bucket_of(days, by))


def only(items: pa.Table, account_id: str | None, due_by: date | None) -> pa.Table:
    """Those of one account, and those due by a day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if account_id is not None:
        items = items.filter(pc.equal(items["account_id"], account_id))
    if due_by is not None:
        items = items.filter(pc.less_equal(items["due_on"], pa.scalar(due_by, pa.date32())))
    return items


# Definition


def _columns(terms: Terms) -> tuple[Column, ...]:
    return (
        Column("item_id", "item", "id", "the item"),
        Column("kind", "kind", "code", "why it is owed", listed=False),
        Column("account_id", "account", "id", "the account that owes it"),
        Column("payer", "payer", "code", "kind of payer"),
        Column("role", "role", "code", "the control account's role", listed=False),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("invoice_id", "invoice", "id", "the invoice it came with, if any", listed=False),
        Column("series", "series", "text", "the invoice's number series", listed=False),
        Column("number", "number", "count", "the invoice's number in its series"),
        Column("reference", "reference", "text", "the reference that was last asked for"),
        Column("arose_on", "arose", "day", "when it arose"),
        Column("due_on", "due", "day", "when it is due"),
        Column("care_unit", "care unit", "code", "where care was given", listed=False),
        Column("original_minor", "original", "money", "what was owed at first"),
        Column("paid_minor", "paid", "money", "what was paid of it"),
        Column("credited_minor", "credited", "money", "what was credited of it"),
        Column("written_off_minor", "written off", "money", "what was written off of it"),
        Column("open_minor", "open", "money", "what is open"),
        Column("days_past_due", "late", "count", "days past the due date, below zero before it"),
        Column("bucket", "bucket", "code", "the aging's column that it is in", listed=False),
    )


def _build(sources: Sources, account: str | None = None, due_by: date | None = None) -> Built:
    assert sources.as_of is not None
    items = sources.items()
    controls = tied(sources, shown_by_role(items), RECEIVABLES)
    return Built(open_items(only(items, account, due_by), sources.as_of, buckets(sources.terms.aging_edges)), controls)


REPORT: Final = Definition(
    "open-items",
    "Open items",
    "Every item with something open.\n\nTied out as a whole, then those of an account or due by a day.",
    columns=_columns,
    build=_build,
    options=(
        Option("account", "account", "Those of one account."),
        Option("due_by", "day", "Those that were due by a day."),
    ),
    long=True,
)
