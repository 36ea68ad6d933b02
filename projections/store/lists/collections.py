"""The list of collections: those that the bank has not answered first."""

from __future__ import annotations

from typing import Final

from ledger.domain.cash.collection_facts import Status
from projections.reports.report import Column
from projections.store.lists.listing import Listing, account, amount, days, flag, part, word, words_of

LIST: Final = Listing(
    "collections",
    "collection",
    "collections",
    "List the direct debits under way, oldest first.\n\nA direct debit that was ordered waits for the bank's answer: "
    "it is settled by a receipt, or it fails. What was settled can be taken back by the payer's bank.",
    (
        Column("collection_id", "collection", "id", "the collection"),
        Column("mandate_id", "mandate", "id", "mandate with which it is collected"),
        Column("account_id", "account", "id", "the account that owes it"),
        Column("currency", "currency", "code", "ISO 4217"),
        Column("amount_minor", "amount", "money", "amount"),
        Column("returned_minor", "taken back", "money", "what of it the payer's bank has taken back"),
        Column("due_on", "due", "day", "day on which the bank is to collect it"),
        Column("reference", "reference", "text", "reference of the payment request"),
        Column("status", "status", "code", "where it stands"),
        Column("since", "since", "day", "day of the last step"),
        Column("reason_code", "reason", "code", "reason of the last answer, by the bank's code"),
        Column("receipt_id", "receipt", "id", "receipt that has the money", listed=False),
        Column("request_id", "request", "id", "the payment request", listed=False),
        Column("bank_account", "to", "id", "our bank account that gets the money", listed=False),
        Column("end_to_end_id", "end-to-end id", "id", "identity of the payment", listed=False),
        Column("order_id", "order", "id", "id of the order, by which the bank calls its sum", listed=False),
        Column("order_file", "order file", "id", "hash of the file that ordered it", listed=False),
    ),
    # Of a receipt that has the money of several, what came back is what it pays no more of the items of each.
    "SELECT collections.*, CASE WHEN NOT EXISTS (SELECT FROM collections AS others "
    "WHERE others.receipt_id = collections.receipt_id AND others.collection_id <> collections.collection_id) "
    "THEN (SELECT nullif(recalled_minor, 0) FROM receipts WHERE receipts.receipt_id = collections.receipt_id) "
    "WHEN status = 'returned' THEN (SELECT sum(amount_minor) FROM activity AS back "
    "WHERE back.item_id = ANY(collections.items) AND back.balance = 'item' AND back.amount_minor > 0 "
    "AND back.document = 'receipt-' || collections.receipt_id AND back.occurred_on >= collections.since)::bigint "
    "END AS returned_minor FROM collections",
    "collection_id",
    "status <> 'ordered', due_on, collection_id",
    (
        amount("amount_minor", said="collected"),
        part("collection_id", "collection"),
        account(),
        word("status", "status", "Only those with this status, such as failed.", words_of(Status)),
        *days("due_on", "due"),
        flag("waiting", "status = 'ordered'", "Only collections that the bank has not answered."),
    ),
    ("amount_minor", "account_id", "status", "due_on"),
    ("waiting", "under way"),
    narrow=True,
)
