"""The list of all receipts, allocated or not."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.listing import Filter, Listing, account, amount, days, part, word

LIST: Final = Listing(
    "receipts",
    "receipt",
    "receipts",
    "List all receipts, allocated or not, the newest first.\n\n`receipts` lists those that wait for a person, with "
    "what each could pay.",
    (
        Column("receipt_id", "receipt", "id", "the receipt"),
        Column("booked_on", "booked", "day", "booking day at the bank"),
        Column("bank_account", "bank account", "id", "our bank account that received it"),
        Column("rail", "paid by", "code", "how the money was paid"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "amount received"),
        Column("unallocated_minor", "unallocated", "money", "unallocated amount"),
        Column("reference", "reference", "id", "reference that the payer quoted"),
        Column("account_id", "account", "id", "account of the payer, if it is known"),
        Column(
            "taken",
            "taken away",
            "text",
            "what took money of it away without paying anything: voided, recalled, or the account role where it is now",
        ),
        Column("recalled_minor", "recalled", "money", "amount that the bank took back", listed=False),
        Column("reclassified_minor", "reclassified", "money", "amount that was no payment", listed=False),
        Column("voided_minor", "voided", "money", "amount that a person had recorded by mistake", listed=False),
        Column("file", "file", "id", "hash of the file that contains it", listed=False),
        Column("raw_position", "place", "text", "where in the file it is", listed=False),
    ),
    """
    SELECT receipt_id, booked_on, bank_account, rail, currency, amount_minor, unallocated_minor, reference, account_id,
        nullif(concat_ws(
            ', ',
            CASE WHEN voided_minor <> 0 THEN 'voided' END,
            CASE WHEN recalled_minor <> 0 THEN 'recalled' END,
            CASE WHEN reclassified_minor <> 0 THEN coalesce(reclassified_to, 'reclassified') END
        ), '') AS taken,
        recalled_minor, reclassified_minor, voided_minor, file, raw_position, recorded_at_position
    FROM receipts
    """,
    "receipt_id",
    "booked_on DESC, recorded_at_position DESC, receipt_id",
    (
        Filter(
            "number",
            "number",
            "receipt_id IN (SELECT substr(activity.document, 9) FROM activity JOIN items USING (item_id) "
            "JOIN invoices ON items.document = 'invoice-' || invoices.invoice_id "
            "WHERE invoices.number = %(number)s AND activity.effect = 'paid' AND activity.document LIKE 'receipt-%%')",
            "Only receipts that were ever applied to the invoice with this number.",
        ),
        Filter(
            "reference",
            "reference",
            "reference = ANY(%(reference)s)",
            "Only receipts that quote this reference; spaces and leading zeros do not matter.",
        ),
        amount("amount_minor", "unallocated_minor", said="received or unallocated"),
        part("receipt_id", "receipt"),
        account(),
        word("bank-account", "bank_account", "Only those of this bank account of ours, named by its id."),
        *days("booked_on", "booked"),
    ),
    ("booked_on", "amount_minor", "unallocated_minor", "reference"),
)
