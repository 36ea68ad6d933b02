"""Open items: every item with something open, what was paid, credited and written off of it, and how late it is."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from projections.reports.aging import bucket_of, days_past_due


def open_items(items: pa.Table, as_of: date) -> pa.Table:
    """The items with `days_past_due` (below zero before the due date) and the `bucket` of the aging they are in."""
    days = days_past_due(items["due_on"], as_of)
    return items.append_column("days_past_due", days).append_column("bucket", bucket_of(days))


def only(items: pa.Table, account_id: str | None, due_by: date | None) -> pa.Table:
    """Those of one account, and those due by a day."""
    if account_id is not None:
        items = items.filter(pc.equal(items["account_id"], account_id))
    if due_by is not None:
        items = items.filter(pc.less_equal(items["due_on"], pa.scalar(due_by, pa.date32())))
    return items
