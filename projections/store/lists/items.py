"""The list of items: what one payer owes for one reason."""

from __future__ import annotations

from typing import Final

from ledger.domain.receivables.item_facts import Kind
from projections.reports.report import Column
from projections.store.lists.listing import Filter, Listing, account, amount, days, flag, part, word, words_of

# An item of an invoice is called by the invoice's number and its own number within it, such as 1001.2.
CALLED: Final = """
CASE WHEN invoices.number IS NULL THEN items.item_id
    ELSE invoices.number || substr(items.item_id, length(invoices.invoice_id) + 1) END
"""
INVOICE_OF: Final = """
LEFT JOIN invoices
    ON invoices.invoice_id = CASE WHEN items.document LIKE 'invoice-%%' THEN substr(items.document, 9) END
"""

LIST: Final = Listing(
    "items",
    "item",
    "items",
    "List the items, what one payer owes for one reason; the newest first.",
    (
        Column("called", "item", "id", "its name, such as 1001.1: the invoice's number and its own within the invoice"),
        Column("series", "series", "code", "number series of the invoice"),
        Column("item_id", "id", "id", "the item"),
        Column("account_id", "account", "id", "the account that owes it"),
        Column("kind", "kind", "code", "why it is owed"),
        Column("payable_by", "due", "day", "first due day as agreed now"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("original_minor", "amount", "money", "original amount"),
        Column("open_minor", "open", "money", "open amount"),
        Column("reference", "reference", "id", "reference of its last payment request"),
        Column("reminded_on", "reminded", "day", "day of its last reminder"),
        Column("number", "number", "count", "number of the invoice", listed=False),
        Column("document", "document", "id", "stream of the document that raised it", listed=False),
        Column("payer", "payer", "code", "kind of payer", listed=False),
        Column("arose_on", "arose", "day", "when it arose", listed=False),
        Column("reminded_level", "level", "count", "level of its last reminder, 0 for the first", listed=False),
    ),
    f"""
    SELECT {CALLED} AS called, invoices.series, items.item_id, items.account_id, items.kind, items.payable_by,
        items.currency, items.original_minor, items.open_minor, items.reminded_level, invoices.number, items.document,
        items.payer, items.arose_on, items.reminded_on,
        (SELECT requests.reference FROM requests WHERE requests.item_id = items.item_id
            ORDER BY requests.made_at_position DESC LIMIT 1) AS reference,
        items.raised_at_position
    FROM items {INVOICE_OF}
    """,
    "item_id",
    "raised_at_position DESC, item_id",
    (
        Filter(
            "number",
            "number",
            "document IN (SELECT 'invoice-' || invoices.invoice_id FROM invoices WHERE invoices.number = %(number)s)",
            "Only items of the invoice with this number.",
        ),
        Filter(
            "reference",
            "reference",
            "item_id IN (SELECT requests.item_id FROM requests WHERE requests.reference = ANY(%(reference)s))",
            "Only items that were requested with this reference; spaces and leading zeros do not matter.",
        ),
        amount("original_minor", "open_minor", said="as it was or as it is open"),
        part("item_id", "item"),
        account(),
        word("kind", "kind", "Only items of this kind, such as principal.", words_of(Kind)),
        *days("payable_by", "due"),
        flag("open", "open_minor <> 0", "Only items that are open."),
    ),
    ("called", "series", "account_id", "original_minor", "open_minor"),
    ("open", "open"),
)
