"""The list of credit notes, with the invoice that each credits."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.listing import Filter, Listing, amount, days, part, word

LIST: Final = Listing(
    "credit-notes",
    "credit note",
    "credit notes",
    "List the credit notes, the newest first.\n\n`credit INVOICE` issues one.",
    (
        Column("number", "number", "count", "its number in its series"),
        Column("series", "series", "code", "its number series"),
        Column("credit_note_id", "credit note", "id", "the credit note"),
        Column("invoice_number", "invoice", "count", "number of the invoice that it credits"),
        Column("issued_on", "issued", "day", "day from which it counts"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "credited amount"),
        Column("excess_minor", "to credit", "money", "what of it became customer credit when it was issued"),
        Column("accounts", "account", "id", "accounts that owed it"),
        Column("reason_code", "reason", "code", "reason"),
        Column("invoice_series", "invoice series", "code", "number series of the invoice", listed=False),
        Column("invoice_id", "invoice id", "id", "the invoice", listed=False),
        Column("mode", "mode", "code", "full, or some lines", listed=False),
    ),
    """
    SELECT credit_notes.*, invoices.number AS invoice_number, invoices.series AS invoice_series
    FROM credit_notes JOIN invoices USING (invoice_id)
    """,
    "credit_note_id",
    "issued_on DESC, number DESC, credit_note_id",
    (
        Filter("number", "number", "number = %(number)s", "Only the credit note with this number."),
        Filter("invoice", "number", "invoice_number = %(invoice)s", "Only those of the invoice with this number."),
        amount("amount_minor", said="credited"),
        part("credit_note_id", "credit note"),
        Filter("account", "account", "%(account)s = ANY(accounts)", "Only those of what this account owed."),
        word("series", "series", "Only those of this number series."),
        *days("issued_on", "issued"),
    ),
    ("number", "series", "invoice_number", "issued_on", "amount_minor"),
)
