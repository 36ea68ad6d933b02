"""The list of write-offs: those that wait for approval first, with whose turn it is, and who decided the others."""

from __future__ import annotations

from typing import Final

from ledger.domain.disputes_and_relief.write_off import Status
from projections.reports.report import Column
from projections.store.lists.items import CALLED, INVOICE_OF
from projections.store.lists.listing import Filter, Listing, amount, flag, part, word, words_of

LIST: Final = Listing(
    "write-offs",
    "write-off",
    "write-offs",
    "List the write-offs that wait for approval, with who asked for each and whose turn it is.\n\nOf those that have "
    "ended, it says who asked, who approved or rejected, and who reversed it and why.",
    (
        Column("write_off_id", "write-off", "id", "the write-off"),
        Column("called", "item", "id", "the item's name"),
        Column("series", "series", "code", "number series of the item's invoice"),
        Column("account_id", "account", "id", "the account that owes the item"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "amount given up"),
        Column("status", "status", "code", "requested, approved, rejected or reversed"),
        Column("reason_code", "reason", "code", "reason of the request"),
        Column("who", "who, and whose turn", "text", "who asked, decided and reversed it and why, or whose turn it is"),
        Column("item_id", "item id", "id", "the item", listed=False),
        Column("number", "number", "count", "number of the item's invoice", listed=False),
        Column("requester", "requested by", "id", "who requested it", listed=False),
        Column("on_behalf_of", "on behalf of", "id", "who asked the requester for it", listed=False),
        Column("turn", "whose turn", "text", "the duties that may decide, and who may not", listed=False),
        Column("approver", "approved by", "id", "who approved or rejected it", listed=False),
        Column("reversed_by", "reversed by", "id", "who reversed it", listed=False),
        Column("reversed_on", "reversed", "day", "the day from which it is reversed", listed=False),
        Column("because", "because", "code", "mistake, so that it never was, or moved", listed=False),
        Column("ended_reason", "ended because", "code", "reason of the rejection or the reversal", listed=False),
    ),
    f"""
    SELECT write_offs.*, {CALLED} AS called, invoices.series, invoices.number, items.account_id
    FROM write_offs JOIN items USING (item_id) {INVOICE_OF}
    """,
    "write_off_id",
    "status <> 'requested', write_off_id",
    (
        Filter("number", "number", "number = %(number)s", "Only those of the invoice with this number."),
        Filter("item", "item", "item_id = %(item)s", "Only those of this item."),
        amount("amount_minor", said="given up"),
        part("write_off_id", "write-off"),
        Filter("account", "account", "account_id = %(account)s", "Only those of this account."),
        word("status", "status", "Only those with this status, such as requested.", words_of(Status)),
        flag("waiting", "status = 'requested'", "Only those that wait for approval."),
    ),
    ("called", "amount_minor", "status"),
    ("waiting", "waiting for approval"),
    narrow=True,
)
