"""The list of invoices, with what is open of each."""

from __future__ import annotations

from typing import Final

from projections.reports.report import Column
from projections.store.lists.listing import Filter, Listing, days, flag, part, word

# The items of an invoice are found by their document.
_ITEMS: Final = "FROM items WHERE items.document = 'invoice-' || invoices.invoice_id"

LIST: Final = Listing(
    "invoices",
    "invoice",
    "invoices",
    "List the invoices, the newest first.",
    (
        Column("number", "number", "count", "its number, by which every command knows it"),
        Column("series", "series", "code", "its number series"),
        Column("invoice_id", "invoice", "id", "the invoice"),
        Column("issued_on", "issued", "day", "issue date"),
        Column("due_on", "due", "day", "first due day as agreed now"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("original_minor", "amount", "money", "amount of its items"),
        Column("open_minor", "open", "money", "open amount of its items"),
        Column("items", "items", "count", "number of its items"),
        Column("reference", "reference", "id", "references of its payment requests"),
        Column("accounts", "account", "id", "accounts that owe it"),
        Column("care_unit", "care unit", "code", "unit that gave the care", listed=False),
    ),
    f"""
    SELECT invoices.number, invoices.series, invoices.invoice_id, invoices.issued_on, invoices.care_unit,
        (SELECT min(payable_by) {_ITEMS}) AS due_on,
        (SELECT min(currency) {_ITEMS}) AS currency,
        (SELECT sum(original_minor)::bigint {_ITEMS}) AS original_minor,
        (SELECT sum(open_minor)::bigint {_ITEMS}) AS open_minor,
        (SELECT count(*) {_ITEMS}) AS items,
        (SELECT array_agg(DISTINCT requests.reference)
            FROM items JOIN requests USING (item_id)
            WHERE items.document = 'invoice-' || invoices.invoice_id) AS reference,
        (SELECT array_agg(DISTINCT account_id) {_ITEMS}) AS accounts
    FROM invoices
    """,
    "invoice_id",
    "issued_on DESC, number DESC, invoice_id",
    (
        Filter("number", "number", "number = %(number)s", "Only the invoice with this number."),
        Filter(
            "reference",
            "reference",
            "'invoice-' || invoice_id IN (SELECT items.document FROM requests JOIN items USING (item_id) "
            "WHERE requests.reference = ANY(%(reference)s))",
            "Only the invoice with this payment reference; spaces and leading zeros do not matter.",
        ),
        Filter(
            "amount",
            "amount",
            "'invoice-' || invoice_id IN (SELECT items.document FROM items WHERE (%(amount)s::jsonb ->> "
            "items.currency)::bigint IN (items.original_minor, items.open_minor))",
            "Only those with an item of this amount, as in 400.00: as it was or as it is open.",
        ),
        part("invoice_id", "invoice"),
        Filter(
            "account",
            "account",
            "'invoice-' || invoice_id IN (SELECT items.document FROM items WHERE items.account_id = %(account)s)",
            "Only those that this account owes.",
        ),
        word("series", "series", "Only those of this number series."),
        *days("issued_on", "issued"),
        flag(
            "open",
            "'invoice-' || invoice_id IN (SELECT items.document FROM items WHERE items.open_minor <> 0)",
            "Only those of which something is open.",
        ),
    ),
    ("number", "series", "issued_on", "original_minor"),
    ("open", "open"),
)
