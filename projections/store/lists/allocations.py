"""The list of allocations: what was applied to items, of receipts and of customer credit, and can be reversed."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.items import CALLED, INVOICE_OF
from projections.store.lists.listing import Filter, Listing, amount, days, part

LIST: Final = Listing(
    "allocations",
    "allocation",
    "allocations",
    "List what was applied to items, of receipts and of customer credit; the newest first.\n\nAn allocation of a "
    "receipt is reversed with `allocate RECEIPT --reverse ALLOCATION`, a use of customer credit with `customer-credit "
    "release ACCOUNT ALLOCATION`. Both take an item's name for the allocation, too.",
    (
        Column("allocation_id", "allocation", "id", "the allocation"),
        Column("receipt_id", "receipt", "id", "the receipt; empty for customer credit"),
        Column("account_id", "account", "id", "the account: of the receipt's payer, or of the customer credit"),
        Column("allocated_on", "day", "day", "since when it counts"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("applied_minor", "applied", "money", "amount applied at first"),
        Column("amount_minor", "in force", "money", "amount that is still applied"),
        Column("items", "items", "id", "the items that got it"),
    ),
    """
    SELECT allocation_id, receipt_id, stream,
        min(account_id) AS account_id,
        min(occurred_on) AS allocated_on,
        currency,
        coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint AS applied_minor,
        sum(amount_minor)::bigint AS amount_minor,
        max(ledger_position) AS last_position
    FROM activity
    WHERE balance IN ('receipt', 'credit') AND allocation_id IS NOT NULL
    GROUP BY stream, receipt_id, allocation_id, currency
    """,
    "allocation_id",
    "last_position DESC, allocation_id",
    (
        Filter("receipt", "receipt", "receipt_id = %(receipt)s", "Only allocations of this receipt."),
        Filter(
            "item",
            "item",
            "allocation_id = ANY(ARRAY(SELECT activity.allocation_id FROM activity WHERE activity.item_id = %(item)s))",
            "Only allocations to this item.",
        ),
        amount("applied_minor", "amount_minor", said="at first or still"),
        part("allocation_id", "allocation"),
        Filter("account", "account", "account_id = %(account)s", "Only allocations of this account."),
        *days("allocated_on", "applied"),
    ),
    ("allocated_on", "amount_minor", "items"),
    # Looked up for the rows that are shown only, because a row here is a sum.
    late=f"""
    (SELECT array_agg(DISTINCT {CALLED})
        FROM activity AS lines JOIN items USING (item_id) {INVOICE_OF}
        WHERE lines.balance = 'item' AND lines.allocation_id = page.allocation_id AND lines.document = page.stream
    ) AS items
    """,
)
