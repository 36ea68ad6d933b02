"""The list of holds; no reminder is sent for an item on hold."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.items import CALLED, INVOICE_OF
from projections.store.lists.listing import Filter, Listing, days, part, word

LIST: Final = Listing(
    "holds",
    "hold",
    "holds",
    "List the items on hold today.\n\nThe oldest hold is listed first.",
    (
        Column("called", "item", "id", "the item's name"),
        Column("series", "series", "code", "number series of the item's invoice"),
        Column("reference", "reference", "id", "reference of the item's last payment request"),
        Column("hold_id", "hold", "id", "the hold"),
        Column("reason_code", "why", "code", "reason of the hold"),
        Column("placed_on", "placed", "day", "first day of the hold"),
        Column("until_on", "until", "day", "last day of the hold; empty if it lasts until it is lifted"),
        Column("item_id", "item id", "id", "the item", listed=False),
        Column("number", "number", "count", "number of the item's invoice", listed=False),
    ),
    f"""
    SELECT holds.*, {CALLED} AS called, invoices.series, invoices.number,
        (SELECT requests.reference FROM requests WHERE requests.item_id = items.item_id
            ORDER BY requests.made_at_position DESC LIMIT 1) AS reference
    FROM holds JOIN items USING (item_id) {INVOICE_OF}
    WHERE holds.lifted_on IS NULL AND (holds.until_on IS NULL OR holds.until_on >= %(today)s)
    """,
    "hold_id",
    "placed_on, item_id, hold_id",
    (
        Filter("number", "number", "number = %(number)s", "Only holds of the invoice with this number."),
        Filter("item", "item", "item_id = %(item)s", "Only holds of this item."),
        part("hold_id", "hold"),
        word("reason", "reason_code", "Only holds with this reason."),
        *days("placed_on", "placed"),
    ),
    ("called", "reason_code", "placed_on"),
)
